using CanvasWeb.Imaging;

namespace CanvasWeb.Diffusion.Pipelines;

/// <summary>A finished picture with what was really used to make it (defaults filled in).</summary>
/// <param name="Image">The picture at the size asked for. For inpainting the decoded picture, not yet composited.</param>
/// <param name="Request">The request with every default resolved.</param>
/// <param name="Timings">How long each stage took, in the order run.</param>
public sealed record GenerationResult(PixelImage Image, GenerationRequest Request, IReadOnlyList<StageTiming> Timings);

/// <summary>Wall time of one stage.</summary>
/// <param name="Stage">"text", "prior", "encode", "denoise", "super_resolution", "decode", "upscale", as far as the pipeline has them.</param>
/// <param name="Elapsed">Wall time.</param>
public readonly record struct StageTiming(string Stage, TimeSpan Elapsed);
