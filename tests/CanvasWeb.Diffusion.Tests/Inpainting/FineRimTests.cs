using System.Numerics;
using CanvasWeb.Diffusion.Inpainting;

namespace CanvasWeb.Diffusion.Tests.Inpainting;

public sealed class FineRimTests
{
    [Fact]
    public void Grain_along_the_border_is_led_over_within_a_few_pixels_and_no_further()
    {
        const int Width = 60, Height = 40, Border = 20;
        var random = new Random(1);
        var grain = Enumerable.Range(0, Height).Select(_ => (float)random.Next(80, 121)).ToArray();
        var kept = Enumerable.Range(0, Width * Height).Select(i => i % Width < Border).ToArray();
        var painted = kept.Select(k => !k).ToArray();
        var truth = Enumerable.Range(0, Width * Height).Select(i => new Vector4(grain[i / Width])).ToArray();
        var made = Enumerable.Range(0, Width * Height).Select(_ => new Vector4(60)).ToArray();

        FineRim.Apply(Width, Height, made, kept, painted, truth, 4, 255);

        for (var y = 0; y < Height; y++)
        {
            Assert.Equal(60, made[(y * Width) + Border - 1].X);
            Assert.InRange(Math.Abs(made[(y * Width) + Border].X - grain[y]), 0, 24);
            Assert.InRange(made[(y * Width) + Border + 12].X, 60, 65);
            Assert.Equal(60, made[(y * Width) + Border + 13].X);
        }

        var before = grain.Average(g => Math.Abs(g - 60));
        var after = Enumerable.Range(0, Height).Average(y => Math.Abs(made[(y * Width) + Border].X - grain[y]));
        Assert.True(after * 3 < before, $"{before} became {after}");
    }

    [Fact]
    public void Pixels_that_nobody_painted_are_left_alone_and_nothing_kept_means_nothing_done()
    {
        var made = Enumerable.Range(0, 100).Select(i => new Vector4(i)).ToArray();
        FineRim.Apply(10, 10, made, new bool[100], [.. Enumerable.Repeat(true, 100)], new Vector4[100], 4, 255);
        Assert.Equal(Enumerable.Range(0, 100).Select(i => new Vector4(i)), made);
        FineRim.Apply(10, 10, made, [.. Enumerable.Repeat(true, 100)], new bool[100], new Vector4[100], 4, 255);
        Assert.Equal(Enumerable.Range(0, 100).Select(i => new Vector4(i)), made);
    }
}
