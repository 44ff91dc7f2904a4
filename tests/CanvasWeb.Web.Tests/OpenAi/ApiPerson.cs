namespace CanvasWeb.Web.Tests.OpenAi;

/// <summary>Somebody with a key.</summary>
internal sealed record ApiPerson(string Id, string Key);
