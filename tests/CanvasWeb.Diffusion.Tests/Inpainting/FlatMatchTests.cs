using System.Numerics;
using CanvasWeb.Diffusion.Inpainting;

namespace CanvasWeb.Diffusion.Tests.Inpainting;

public sealed class FlatMatchTests
{
    private const int Side = 128;
    private static readonly PixelRect Hole = new(32, 32, 64, 64);
    private static readonly Mask PaintedMask = Mask.FromRect(Side, Side, Hole);
    private static readonly ColourField Wall = Picture((_, _) => 140);

    [Fact]
    public void A_faint_blotchy_rectangle_on_a_flat_wall_loses_most_of_its_fault()
    {
        // Two levels darker on average, blotches of another 1.5 that are 40 pixels wide.
        var made = Picture((x, y) => Inside(x, y) ? 138 + (1.5f * MathF.Sin(x * 2 * MathF.PI / 40)) : 140);
        var matched = FlatMatch.Apply(made, Wall, PaintedMask, 5, 8);
        // Near the border the field is pulled to 0 by the known pixels; the rim does the rest.
        Assert.InRange(Mean(matched), 139.4f, 140.2f);
        Assert.True(Fault(matched) * 2 < Fault(made), $"a fault of {Fault(made)} levels became {Fault(matched)}");
    }

    [Fact]
    public void A_drawn_object_keeps_its_colour()
    {
        var made = Picture((x, y) => x is >= 48 and < 80 && y is >= 48 and < 80 ? 60 : 140);
        var matched = FlatMatch.Apply(made, Wall, PaintedMask, 5, 8);
        for (var i = 0; i < made.Pixels.Length; i++)
            Assert.Equal(made.Pixels[i].X, matched.Pixels[i].X, 0.1f);
    }

    [Fact]
    public void Nothing_moves_by_more_than_the_limit_and_nothing_outside_at_all()
    {
        for (var seed = 0; seed < 10; seed++)
        {
            var random = new Random(seed);
            var made = Picture((_, _) => random.Next(256));
            var matched = FlatMatch.Apply(made, Wall, PaintedMask, 5, 8);
            for (var i = 0; i < made.Pixels.Length; i++)
                Assert.InRange(Math.Abs(matched.Pixels[i].X - made.Pixels[i].X), 0, PaintedMask.Values[i] > 0 ? 5.001f : 0);
        }
    }

    [Fact]
    public void With_nothing_known_nothing_changes()
    {
        var everything = Mask.FromRect(Side, Side, new PixelRect(0, 0, Side, Side));
        Assert.Same(Wall, FlatMatch.Apply(Wall, Picture((_, _) => 138), everything, 5, 8));
    }

    private static bool Inside(int x, int y) => x >= Hole.X && x < Hole.Right && y >= Hole.Y && y < Hole.Bottom;

    private static float Mean(ColourField field) => New(field).Average();

    /// <summary>Root mean square difference from the wall.</summary>
    private static double Fault(ColourField field) => Math.Sqrt(New(field).Average(v => (v - 140) * (v - 140)));

    private static IEnumerable<float> New(ColourField field) => field.Pixels.Where((_, i) => Inside(i % Side, i / Side)).Select(p => p.X);

    private static ColourField Picture(Func<int, int, float> grey) =>
        new(Side, Side, [.. Enumerable.Range(0, Side * Side).Select(i => grey(i % Side, i / Side)).Select(v => new Vector4(v, v, v, 0))]);
}
