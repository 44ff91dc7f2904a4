namespace CanvasWeb.Web.OpenAi.Requests;

/// <summary>A picture in a request, as it came.</summary>
/// <param name="Name">The parameter: "image" or "mask".</param>
/// <param name="Length">Bytes.</param>
/// <param name="Open">From its start; the caller disposes the stream, the request keeps the bytes.</param>
internal sealed record ApiFile(string Name, long Length, Func<Stream> Open);
