using CanvasWeb.Diffusion.Inpainting;
using CanvasWeb.Imaging;

namespace CanvasWeb.Diffusion.Tests.Inpainting;

public sealed class ColourMatchTests
{
    private const int Side = 128;
    private static readonly PixelRect Hole = new(36, 40, 52, 44);

    [Fact]
    public void A_shift_that_changes_over_the_picture_is_reduced_at_least_eight_times_inside_the_hole()
    {
        for (var seed = 0; seed < 10; seed++)
        {
            var truth = Pictures.Scene(Side, Side, seed);
            var shifted = Shifted(truth, (x, y, c) => 14 - (6 * c) + (10.0 * x / Side) - (16.0 * y / Side));
            var matched = ColourMatch.Apply(shifted, truth, Mask.FromRect(Side, Side, Hole));
            var (before, after) = (MeanDifference(shifted, truth), MeanDifference(matched, truth));
            Assert.True(after * 8 < before, $"seed {seed}: {before} became {after}");
        }
    }

    [Fact]
    public void A_uniform_correction_could_not_have_done_that()
    {
        // The shift's mean is 0: a correction by one number would change nothing.
        var truth = Pictures.Scene(Side, Side, 3);
        var shifted = Shifted(truth, (x, y, _) => (x - ((Side - 1) / 2.0)) / 3);
        var matched = ColourMatch.Apply(shifted, truth, Mask.FromRect(Side, Side, Hole));
        Assert.True(MeanDifference(matched, truth) * 8 < MeanDifference(shifted, truth));
    }

    [Fact]
    public void An_unshifted_picture_is_left_alone()
    {
        var truth = Pictures.Scene(Side, Side, 4);
        var made = new PixelImage(Side, Side, (byte[])truth.Rgba.Clone());
        for (var y = Hole.Y; y < Hole.Bottom; y++)
        {
            for (var x = Hole.X; x < Hole.Right; x++)
                made.Rgba[made.Offset(x, y)] = (byte)(200 + (x % 7));
        }

        Assert.Equal(made.Rgba, ColourMatch.Apply(made, truth, Mask.FromRect(Side, Side, Hole)).Rgba);
    }

    [Fact]
    public void Other_content_on_known_pixels_does_not_pull_the_colours()
    {
        // The model moved a dark thing at the hole's border: a tenth of the rim differs by 120 levels.
        var truth = new PixelImage(Side, Side);
        Array.Fill(truth.Rgba, (byte)150);
        var made = Shifted(truth, (_, _, _) => 10);
        for (var y = 30; y < 40; y++)
        {
            for (var x = 50; x < 62; x++)
                made.Rgba.AsSpan(made.Offset(x, y), 3).Fill(30);
        }

        var matched = ColourMatch.Apply(made, truth, Mask.FromRect(Side, Side, Hole));
        for (var y = Hole.Y; y < Hole.Bottom; y++)
        {
            for (var x = Hole.X; x < Hole.Right; x++)
                Assert.InRange(matched.Rgba[matched.Offset(x, y)], 147, 153);
        }
    }

    [Fact]
    public void Blur_on_the_known_pixels_is_not_taken_for_a_shift()
    {
        var truth = Pictures.Scene(Side, Side, 6);
        var blurred = new PixelImage(Side, Side, (byte[])truth.Rgba.Clone());
        for (var c = 0; c < 3; c++)
        {
            var plane = MaskFilters.Gaussian([.. Enumerable.Range(0, Side * Side).Select(i => truth.Rgba[(i * 4) + c] / 255f)], Side, Side, 2);
            for (var i = 0; i < plane.Length; i++)
                blurred.Rgba[(i * 4) + c] = (byte)MathF.Round(255 * plane[i]);
        }

        var matched = ColourMatch.Apply(blurred, truth, Mask.FromRect(Side, Side, Hole));
        var change = Enumerable.Range(0, Side * Side).Where(i => Hole.Contains(new PixelRect(i % Side, i / Side, 1, 1))).Average(i => Math.Abs(matched.Rgba[i * 4] - blurred.Rgba[i * 4]));
        Assert.InRange(change, 0, 1.5);
    }

    [Fact]
    public void With_nothing_known_nothing_changes()
    {
        var made = Pictures.Scene(20, 20, 1);
        var matched = ColourMatch.Apply(made, Pictures.Scene(20, 20, 2), new Mask(20, 20, [.. Enumerable.Repeat(1f, 400)]));
        Assert.Equal(made.Rgba, matched.Rgba);
    }

    [Fact]
    public void No_offset_exceeds_the_limit()
    {
        var truth = new PixelImage(Side, Side);
        var made = Shifted(truth, (_, _, _) => 200);
        var matched = ColourMatch.Apply(made, truth, Mask.FromRect(Side, Side, Hole), new ColourMatchOptions { LargestOffset = 30, OutlierLevels = 255 });
        Assert.All(Enumerable.Range(0, Side * Side), i => Assert.InRange(matched.Rgba[i * 4], 170, 200));
    }

    private static PixelImage Shifted(PixelImage picture, Func<int, int, int, double> offset)
    {
        var result = new PixelImage(picture.Width, picture.Height, (byte[])picture.Rgba.Clone());
        for (var i = 0; i < picture.Width * picture.Height; i++)
        {
            for (var c = 0; c < 3; c++)
                result.Rgba[(i * 4) + c] = (byte)Math.Clamp(picture.Rgba[(i * 4) + c] + offset(i % picture.Width, i / picture.Width, c), 0, 255);
        }

        return result;
    }

    private static double MeanDifference(PixelImage a, PixelImage b)
    {
        double sum = 0;
        for (var y = Hole.Y; y < Hole.Bottom; y++)
        {
            for (var x = Hole.X; x < Hole.Right; x++)
            {
                for (var c = 0; c < 3; c++)
                    sum += Math.Abs(a.Rgba[a.Offset(x, y) + c] - b.Rgba[b.Offset(x, y) + c]);
            }
        }

        return sum / (3.0 * Hole.Width * Hole.Height);
    }
}
