using CanvasWeb.Diffusion.Inpainting;
using CanvasWeb.Imaging;

namespace CanvasWeb.Diffusion.Tests.Inpainting;

public sealed class HoleFillTests
{
    [Fact]
    public void Known_pixels_keep_their_colours_exactly()
    {
        for (var seed = 0; seed < 60; seed++)
        {
            var picture = Pictures.Scene(70, 50, seed);
            Pictures.AddTransparency(picture, seed);
            var mask = Pictures.RandomMask(70, 50, seed);
            var filled = HoleFill.Fill(picture, mask);
            for (var i = 0; i < mask.Values.Length; i++)
            {
                Assert.Equal(255, filled.Rgba[(i * 4) + 3]);
                if (mask.Values[i] == 0 && picture.Rgba[(i * 4) + 3] != 0)
                    Assert.True(picture.Rgba.AsSpan(i * 4, 3).SequenceEqual(filled.Rgba.AsSpan(i * 4, 3)), $"seed {seed}, pixel {i}");
            }
        }
    }

    [Theory]
    [InlineData(128, 96)]
    [InlineData(513, 300)]
    [InlineData(1024, 1024)]
    public void A_hole_in_a_slanted_plane_is_filled_with_the_plane(int width, int height)
    {
        // The exact answer is known: a plane has no curvature. An error of one level is what rounding to bytes allows.
        var picture = new PixelImage(width, height);
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var o = picture.Offset(x, y);
                (picture.Rgba[o], picture.Rgba[o + 1], picture.Rgba[o + 2], picture.Rgba[o + 3]) = (Red(x), Green(y), (byte)((Red(x) + Green(y)) / 2), 255);
            }
        }

        var hole = new PixelRect(width / 8, height / 7, width * 3 / 4, height * 3 / 5);
        var filled = HoleFill.Fill(picture, Mask.FromRect(width, height, hole));

        var worst = 0;
        for (var i = 0; i < width * height; i++)
        {
            for (var c = 0; c < 3; c++)
                worst = Math.Max(worst, Math.Abs(filled.Rgba[(i * 4) + c] - picture.Rgba[(i * 4) + c]));
        }

        Assert.InRange(worst, 0, 1);

        byte Red(int x) => (byte)(255 * x / (width - 1));
        byte Green(int y) => (byte)(255 - (255 * y / (height - 1)));
    }

    [Fact]
    public void The_fill_solves_the_membrane_equation()
    {
        for (var seed = 0; seed < 12; seed++)
        {
            var picture = Pictures.Scene(61, 47, seed);
            var weights = Pictures.RandomMask(61, 47, seed).Values.Select(HoleFill.Weight).ToArray();
            weights[0] = MembraneSolver.Fixed;
            var field = ColourField.FromImage(picture);
            var exact = SolvedByOverRelaxation(61, 47, weights, field);
            var fast = MembraneSolver.Solve(61, 47, weights, field.Pixels);
            var worst = 0f;
            for (var i = 0; i < fast.Length; i++)
                worst = Math.Max(worst, (fast[i] - exact[i]).Length());
            Assert.True(worst < 0.25f, $"seed {seed}: {worst} levels off");
        }
    }

    [Fact]
    public void The_fill_stays_within_the_colours_around_and_is_smooth()
    {
        var picture = Pictures.Scene(128, 128, 11);
        var mask = Mask.FromRect(128, 128, new PixelRect(30, 30, 70, 60));
        var filled = HoleFill.Fill(picture, mask);
        for (var c = 0; c < 3; c++)
        {
            var rim = Enumerable.Range(0, 128 * 128).Where(i => mask.Values[i] == 0).Select(i => picture.Rgba[(i * 4) + c]).ToArray();
            for (var y = 40; y < 80; y++)
            {
                for (var x = 40; x < 90; x++)
                {
                    Assert.InRange(filled.Rgba[filled.Offset(x, y) + c], rim.Min(), rim.Max());
                    Assert.InRange(Math.Abs(filled.Rgba[filled.Offset(x, y) + c] - filled.Rgba[filled.Offset(x + 1, y) + c]), 0, 6);
                }
            }
        }
    }

    [Fact]
    public void With_nothing_known_it_is_mid_grey()
    {
        var filled = HoleFill.Fill(new PixelImage(5, 4), new Mask(5, 4, new float[20]));
        Assert.All(Enumerable.Range(0, 20), i => Assert.Equal([128, 128, 128, 255], filled.Rgba.AsSpan(i * 4, 4).ToArray()));
    }

    private static System.Numerics.Vector4[] SolvedByOverRelaxation(int width, int height, float[] weights, ColourField data)
    {
        var u = (System.Numerics.Vector4[])data.Pixels.Clone();
        for (var sweep = 0; sweep < 4000; sweep++)
        {
            for (var i = 0; i < u.Length; i++)
            {
                if (float.IsInfinity(weights[i]))
                    continue;
                var (x, y) = (i % width, i / width);
                var sum = weights[i] * data.Pixels[i];
                var count = weights[i];
                if (x > 0)
                    (sum, count) = (sum + u[i - 1], count + 1);
                if (x < width - 1)
                    (sum, count) = (sum + u[i + 1], count + 1);
                if (y > 0)
                    (sum, count) = (sum + u[i - width], count + 1);
                if (y < height - 1)
                    (sum, count) = (sum + u[i + width], count + 1);
                u[i] += 1.9f * ((sum / count) - u[i]);
            }
        }

        return u;
    }
}
