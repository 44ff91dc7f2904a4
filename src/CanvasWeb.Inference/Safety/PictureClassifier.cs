using CanvasWeb.Contracts;
using CanvasWeb.Diffusion.Onnx;
using CanvasWeb.Diffusion.Tensors;
using CanvasWeb.Imaging;

namespace CanvasWeb.Inference.Safety;

/// <summary>
/// Scores pictures by the classes of nsfwjs (decisions/0011): a MobileNetV2 that the build takes from npm. It only says numbers; the site
/// decides. Not for two threads at a time.
/// </summary>
internal sealed class PictureClassifier : IDisposable
{
    /// <summary>Beside the program.</summary>
    public const string File = "safety/model.onnx";

    /// <summary>Pixels a side, as it was trained.</summary>
    private const int Side = 224;

    /// <summary>What lies behind transparent pixels: white, as in most viewers and as in the photographs that it has learned from.</summary>
    private const int Behind = 255;

    private readonly OnnxModel _model;
    private readonly Tensor _pixels = new(1, 3, Side, Side);
    private readonly Tensor _scores = new(1, 5);
    private readonly BoundRun _run;
    private readonly TimeProvider _time;

    private PictureClassifier(OnnxModel model, TimeProvider time)
    {
        _model = model;
        _time = time;
        _run = model.Bind(new Dictionary<string, Tensor>(StringComparer.Ordinal) { ["pixels"] = _pixels }, new Dictionary<string, Tensor>(StringComparer.Ordinal) { ["scores"] = _scores });
    }

    /// <summary>Loads it on the CPU, where it takes a few hundredths of a second and no memory of a card; null where it was not built.</summary>
    /// <exception cref="Diffusion.Models.ModelFormatException">The file is broken.</exception>
    public static PictureClassifier? Load(string programFolder, TimeProvider time, CancellationToken cancellationToken)
    {
        var path = Path.Combine(programFolder, File);
        return System.IO.File.Exists(path)
            ? new(OnnxModel.Load(path, new OnnxModelOptions { Provider = ExecutionProvider.Cpu, AllowSpinning = false }, cancellationToken), time)
            : null;
    }

    public PictureScores Score(PixelImage picture, CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();

        // 1. Stretched to its square, as upstream does. Area when shrinking, so that fine patterns do not alias into others.
        var small = ImageResizer.Resize(picture, Side, Side, picture.Width > Side && picture.Height > Side ? ResizeKernel.Area : ResizeKernel.Linear);
        var planes = _pixels.Span;
        for (var i = 0; i < Side * Side; i++)
        {
            var alpha = small.Rgba[(i * 4) + 3] / 255f;
            for (var channel = 0; channel < 3; channel++)
                planes[(channel * Side * Side) + i] = ((small.Rgba[(i * 4) + channel] * alpha) + (Behind * (1 - alpha))) / 255f;
        }

        // 2. The order is that of models/safety/convert.cjs.
        _run.Run(cancellationToken);
        var scores = _scores.Span;
        return new(Rounded(scores[0]), Rounded(scores[1]), Rounded(scores[2]), Rounded(scores[3]), Rounded(scores[4]), Math.Round(_time.GetElapsedTime(started).TotalMilliseconds, 1));
    }

    public void Dispose()
    {
        _run.Dispose();
        _pixels.Dispose();
        _scores.Dispose();
        _model.Dispose();
    }

    // Four digits are more than such a score is worth, and keep it short on the wire.
    private static double Rounded(float score) => Math.Round(score, 4);
}
