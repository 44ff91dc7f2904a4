using CanvasWeb.Contracts;

namespace CanvasWeb.Inference.Output;

/// <summary>What stands in a file that a site exported.</summary>
/// <param name="Pictures">The records of the pictures that it shows.</param>
/// <param name="More">How many more it shows that there was no room for.</param>
internal sealed record SiteParameters(string Software, IReadOnlyList<JobRecord> Pictures, int? More);
