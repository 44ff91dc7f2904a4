namespace CanvasWeb.Web.ApiKeys;

/// <summary>Marks ApiKeysText.resx, the words of the page of keys.</summary>
internal sealed class ApiKeysText;
