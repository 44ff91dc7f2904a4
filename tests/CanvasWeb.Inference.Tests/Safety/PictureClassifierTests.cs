using CanvasWeb.Imaging;
using CanvasWeb.Inference.Safety;

namespace CanvasWeb.Inference.Tests.Safety;

/// <summary>The converted classifier against the numbers that TensorFlow.js 4.22 gives for the same pixels with the weights of npm nsfwjs 4.3.0 (models/safety/README.md).</summary>
public sealed class PictureClassifierTests
{
    private const int Side = 224;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("waves", 0.0055, 0.0002, 0.9941, 0.0001, 0)]
    [InlineData("skin", 0.8268, 0.0157, 0.152, 0.0043, 0.0012)]
    [InlineData("disc", 0.3749, 0.0034, 0.6216, 0.0001, 0)]
    [InlineData("stripes", 0.0827, 0.0062, 0.9095, 0.0013, 0.0002)]
    public void Scores_are_those_of_the_original(string pattern, double drawing, double hentai, double neutral, double porn, double sexy)
    {
        using var classifier = Load();

        var scores = classifier.Score(Picture(pattern), Token);

        // Four digits are told; another processor may round the last one differently.
        Assert.Equal([drawing, hentai, neutral, porn, sexy], new[] { scores.Drawing, scores.Hentai, scores.Neutral, scores.Porn, scores.Sexy }, static (a, b) => Math.Abs(a - b) <= 0.0005);
    }

    [Fact]
    public void What_is_transparent_counts_as_white_and_any_size_is_taken()
    {
        using var classifier = Load();
        var clear = new PixelImage(Side, Side);
        var white = new PixelImage(Side, Side);
        white.Rgba.AsSpan().Fill(255);

        Assert.Equal(classifier.Score(white, Token) with { ElapsedMs = 0 }, classifier.Score(clear, Token) with { ElapsedMs = 0 });
        foreach (var (width, height) in ((int, int)[])[(1, 1), (3, 900), (900, 3), (640, 480)])
        {
            var scores = classifier.Score(ImageResizer.Resize(Picture("disc"), width, height, ResizeKernel.Area), Token);
            Assert.InRange(scores.Drawing + scores.Hentai + scores.Neutral + scores.Porn + scores.Sexy, 0.998, 1.002);
        }
    }

    [Fact]
    public void A_program_without_the_file_has_no_classifier() => Assert.Null(PictureClassifier.Load(Path.GetTempPath(), TimeProvider.System, Token));

    private static PictureClassifier Load() => PictureClassifier.Load(AppContext.BaseDirectory, TimeProvider.System, Token) ?? throw new InvalidOperationException($"{PictureClassifier.File} was not built.");

    private static PixelImage Picture(string pattern)
    {
        var picture = new PixelImage(Side, Side);
        for (var y = 0; y < Side; y++)
        {
            for (var x = 0; x < Side; x++)
            {
                var at = picture.Offset(x, y);
                for (var channel = 0; channel < 3; channel++)
                    picture.Rgba[at + channel] = (byte)Value(pattern, x, y, channel);
                picture.Rgba[at + 3] = 255;
            }
        }

        return picture;
    }

    private static int Value(string pattern, int x, int y, int channel) => pattern switch
    {
        "waves" => (int)Math.Floor((255 * (0.5 + (0.5 * Math.Sin((((x * 6) + (y * (channel + 1))) / 32.0) + channel)))) + 0.5),
        "skin" => ((int[])[224, 172, 105])[channel] + (((x * 7) + (y * 13)) % 9) - 4,
        "disc" => (((x - 112) * (x - 112)) + ((y - 120) * (y - 120)) < 70 * 70 ? (int[])[198, 134, 66] : [30, 60, 90])[channel] + (((x * 5) + (y * 3)) % 7) - 3,
        "stripes" => (((x >> 3) + (y >> 4)) % 2 != 0 ? (int[])[240, 220, 200] : [60, 20, 120])[channel],
        _ => throw new ArgumentOutOfRangeException(nameof(pattern), pattern, "There is no such pattern."),
    };
}
