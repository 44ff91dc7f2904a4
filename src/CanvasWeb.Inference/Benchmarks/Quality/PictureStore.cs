using CanvasWeb.Imaging;
using CanvasWeb.Inference.Output;

namespace CanvasWeb.Inference.Benchmarks.Quality;

/// <summary>The pictures of a run as files, so that a run that was stopped goes on where it was. Lossless: what is read again is what was made.</summary>
/// <param name="folder">Null keeps nothing.</param>
/// <param name="reuse">Whether files that lie there are taken.</param>
internal sealed class PictureStore(string? folder, bool reuse)
{
    /// <summary>Pictures that were made, not read.</summary>
    public int Made { get; private set; }

    public async Task<PixelImage> GetAsync(string name, Func<PixelImage> make, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var path = folder is null ? null : Path.Combine(folder, $"{name}.png");
        if (reuse && path is not null && File.Exists(path))
            return PictureFiles.Read(path);
        var picture = make();
        Made++;
        if (path is not null)
            await AtomicFile.WriteAllBytesAsync(path, PictureFiles.Encode(picture, path, parameters: null), cancellationToken);
        return picture;
    }
}
