using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using CanvasWeb.Diffusion.Pipelines;
using CanvasWeb.Imaging;

namespace CanvasWeb.Benchmarks.Seams;

/// <summary>
/// Remembers what the model made of each picture, mask, prompt and seed: variants that differ only in what is done with the model's picture need it
/// once. A pipeline is deterministic, so no row changes by it.
/// </summary>
/// <param name="inner">Not owned.</param>
internal sealed class MemoPipeline(IImagePipeline inner) : IImagePipeline
{
    private readonly Dictionary<string, PixelImage> _made = [];

    public PipelineInfo Info => inner.Info;

    public GenerationResult Generate(GenerationRequest request, IGenerationObserver? observer, CancellationToken cancellationToken)
    {
        var key = Key(request);
        if (!_made.TryGetValue(key, out var image))
            _made[key] = image = inner.Generate(request, observer, cancellationToken).Image;
        return new GenerationResult(image, request, []);
    }

    public void Dispose()
    {
    }

    /// <summary>Steps, guidance and the like are the same for the whole run.</summary>
    private static string Key(GenerationRequest request)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{request.Prompt} {request.Seed} {request.Width} {request.Height}"));
        hash.AppendData(request.Image!.Rgba); // Set by the inpainter for every request.
        hash.AppendData(MemoryMarshal.AsBytes(request.Mask!.Values.AsSpan()));
        return Convert.ToHexString(hash.GetHashAndReset());
    }
}
