using System.Text.Json;

namespace CanvasWeb.Inference.Output;

/// <summary>What <c>info --json</c> prints.</summary>
/// <param name="Parameters">As they stand in the file (<see cref="PictureParameters"/> where we wrote it); null where they are no JSON.</param>
/// <param name="Text">What stands there instead, from another program.</param>
internal sealed record PictureInfo(string Path, JsonElement? Parameters, string? Text);
