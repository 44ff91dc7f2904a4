using System.IO.Pipelines;
using CanvasWeb.Imaging;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Provenance;
using CanvasWeb.Web.Tiles.Drawing;
using Microsoft.Extensions.Options;

namespace CanvasWeb.Web.Tiles.Exports;

/// <summary>
/// Draws a part of a board into a file, band by band: the memory is that of a few bands whatever the size. Only WebP, whose encoder wants
/// all pixels at once, is limited further. The file is on the disk when it is done, so a slow reader holds nothing but it.
/// </summary>
internal sealed class BoardExporter(BoardRenderer renderer, PixelBudget budget, DataFolder data, IOptions<TileOptions> options) : IDisposable
{
    // Pictures for people to keep are compressed as usual; of huge ones, where that takes minutes, less.
    private const int UsualLevel = 6;
    private const int HugeLevel = 2;
    private const long HugePixels = 32L << 20;

    private readonly SemaphoreSlim _turns = new(options.Value.ExportsAtOnce);
    private readonly string _folder = data.Subfolder("exports");
    private int _inside;

    /// <summary>The finished file, at its start; it goes with its handle. Null if too many are waiting.</summary>
    /// <param name="provenance">What the file says about the pictures in it; null says nothing.</param>
    /// <exception cref="FileSaveException">The disk is full.</exception>
    public async Task<FileStream?> ExportAsync(ExportPlan plan, FileProvenance? provenance, CancellationToken cancellationToken)
    {
        var most = options.Value.ExportsAtOnce + options.Value.MaxWaitingExports;
        if (Interlocked.Increment(ref _inside) > most)
        {
            Interlocked.Decrement(ref _inside);
            return null;
        }

        try
        {
            await _turns.WaitAsync(cancellationToken);
            try
            {
                return await WriteAsync(plan, provenance, cancellationToken);
            }
            finally
            {
                _turns.Release();
            }
        }
        finally
        {
            Interlocked.Decrement(ref _inside);
        }
    }

    public void Dispose() => _turns.Dispose();

    private async Task<FileStream> WriteAsync(ExportPlan plan, FileProvenance? provenance, CancellationToken cancellationToken)
    {
        var bytes = plan.Format == ExportFormat.WebP ? plan.Size.Area * 16 : 4L * BoardRenderer.BandBytes;
        using var share = await budget.TakeAsync(bytes, cancellationToken);
        var path = Path.Combine(_folder, RandomId.New());
        var file = new FileStream(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, BufferSize = 1 << 16, Options = FileOptions.Asynchronous | FileOptions.DeleteOnClose });
        try
        {
            await (plan.Format switch
            {
                ExportFormat.Png => WritePngAsync(plan, file, provenance, cancellationToken),
                ExportFormat.Jpeg => WriteJpegAsync(plan, file, provenance, cancellationToken),
                ExportFormat.WebP => WriteWebPAsync(plan, file, provenance, cancellationToken),
            });
            await file.FlushAsync(cancellationToken);
            file.Position = 0;
            return file;
        }
        catch (Exception error)
        {
            await file.DisposeAsync();
            if (error is IOException and not FileSaveException)
                throw AtomicFile.Explain("the export", error);
            throw;
        }
    }

    private async Task WritePngAsync(ExportPlan plan, FileStream file, FileProvenance? provenance, CancellationToken cancellationToken)
    {
        var level = plan.Size.Area > HugePixels ? HugeLevel : UsualLevel;
        using var writer = new PngRowWriter(file, plan.Size.Width, plan.Size.Height, plan.Background is null ? PngPixels.Rgba : PngPixels.Rgb, provenance?.Parameters, level, provenance?.Origin);
        await foreach (var band in BandsAsync(plan, cancellationToken))
            writer.WriteRows(band.Rgba);
        writer.Complete();
    }

    // libvips pulls its rows, so it gets a thread of its own and a pipe that holds one band back.
    private async Task WriteJpegAsync(ExportPlan plan, FileStream file, FileProvenance? provenance, CancellationToken cancellationToken)
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: BoardRenderer.BandBytes / 2, resumeWriterThreshold: BoardRenderer.BandBytes / 4, useSynchronizationContext: false));
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var encoder = new Thread(() =>
        {
            try
            {
                JpegTranscoder.FromPng(pipe.Reader.AsStream(leaveOpen: true), file, plan.Quality, provenance?.Parameters, provenance?.Origin);
                done.SetResult();
            }
            catch (Exception error)
            {
                done.SetException(error);
            }
            finally
            {
                pipe.Reader.Complete();
            }
        })
        { IsBackground = true, Name = "JPEG export" };
        encoder.Start();
        Exception? failure = null;
        try
        {
            await FillAsync(plan, pipe.Writer, cancellationToken);
        }
        catch (Exception error)
        {
            failure = error;
        }

        // Whichever end failed first, the other one ends with it; the file must not be closed under the encoder's hands.
        await pipe.Writer.CompleteAsync(failure);
        await done.Task;
    }

    private async Task FillAsync(ExportPlan plan, PipeWriter target, CancellationToken cancellationToken)
    {
        using var rows = new MemoryStream();
        using var writer = new PngRowWriter(rows, plan.Size.Width, plan.Size.Height, PngPixels.Rgb, parameters: null, level: 0);
        await foreach (var band in BandsAsync(plan, cancellationToken))
        {
            writer.WriteRows(band.Rgba);
            if (!await PassOnAsync())
                return;
        }

        writer.Complete();
        await PassOnAsync();

        async Task<bool> PassOnAsync()
        {
            var result = await target.WriteAsync(rows.GetBuffer().AsMemory(0, (int)rows.Length), cancellationToken);
            rows.SetLength(0);
            return !result.IsCompleted;
        }
    }

    private async Task WriteWebPAsync(ExportPlan plan, FileStream file, FileProvenance? provenance, CancellationToken cancellationToken)
    {
        var picture = new PixelImage(plan.Size.Width, plan.Size.Height);
        var filled = 0;
        await foreach (var band in BandsAsync(plan, cancellationToken))
        {
            band.Rgba.CopyTo(picture.Rgba, filled);
            filled += band.Rgba.Length;
        }

        var bytes = ImageEncoder.Encode(picture, new EncodeOptions { Format = ImageFormat.WebP, Quality = plan.Quality, Lossless = plan.Quality == 100, Parameters = provenance?.Parameters, Origin = provenance?.Origin });
        await file.WriteAsync(bytes, cancellationToken);
    }

    private async IAsyncEnumerable<PixelImage> BandsAsync(ExportPlan plan, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var (band, _) in renderer.RenderBandsAsync(plan.Scene, plan.ToPixels, plan.Size, cancellationToken))
        {
            if (plan.Background is { } colour)
                LayOn(colour, band.Rgba);
            yield return band;
        }
    }

    private static void LayOn((byte R, byte G, byte B) colour, Span<byte> rgba)
    {
        Span<byte> paper = stackalloc byte[4];
        for (var i = 0; i < rgba.Length; i += 4)
        {
            var pixel = rgba.Slice(i, 4);
            if (pixel[3] == byte.MaxValue)
                continue;
            (paper[0], paper[1], paper[2], paper[3]) = (colour.R, colour.G, colour.B, byte.MaxValue);
            Compositor.Over(paper, pixel);
            paper.CopyTo(pixel);
        }
    }
}
