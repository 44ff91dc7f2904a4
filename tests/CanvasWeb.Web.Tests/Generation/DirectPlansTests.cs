using CanvasWeb.Canvas.Frames;
using CanvasWeb.Canvas.Geometry;
using CanvasWeb.Web.Generation;

namespace CanvasWeb.Web.Tests.Generation;

public sealed class DirectPlansTests
{
    private static readonly ModelGeometry s_model = new(256 * 256, 16, 64, 512);

    [Theory]
    [InlineData(256, 256)]
    [InlineData(1024, 1024)]
    [InlineData(1792, 1024)]
    [InlineData(1024, 1536)]
    [InlineData(333, 777)]
    public void A_whole_picture_is_cut_out_of_the_middle_of_what_the_model_paints(int width, int height)
    {
        var plan = DirectPlans.Whole(new(width, height), s_model);

        Assert.Equal(new WorldRect(0, 0, width, height), plan.Placement);
        Assert.True(plan.Crop.Contains(plan.Placement));
        Assert.Equal((plan.Crop.Width, plan.Crop.Height), (plan.CropPixels.Width, plan.CropPixels.Height));

        // Nothing is stretched: the crop has the model's shape to within a pixel, and touches the picture on two sides.
        Assert.InRange((double)plan.CropPixels.Width * plan.ModelSize.Height / plan.ModelSize.Width - plan.CropPixels.Height, -1.0 * plan.ModelSize.Height / plan.ModelSize.Width - 1, 1.0 * plan.ModelSize.Height / plan.ModelSize.Width + 1);
        Assert.True(plan.CropPixels.Width == width || plan.CropPixels.Height == height);
    }

    [Fact]
    public void A_part_is_seen_with_what_surrounds_it_and_never_past_the_picture()
    {
        var seed = Environment.GetEnvironmentVariable("CANVAS_SEED") is { } given ? int.Parse(given, System.Globalization.CultureInfo.InvariantCulture) : Environment.TickCount;
        TestContext.Current.TestOutputHelper?.WriteLine($"CANVAS_SEED={seed}");
        var random = new Random(seed);
        for (var round = 0; round < 2_000; round++)
        {
            var size = new PixelSize(random.Next(16, 2_000), random.Next(16, 2_000));
            var (x, y) = (random.Next(size.Width), random.Next(size.Height));
            var fresh = new PixelRect(x, y, random.Next(1, size.Width - x + 1), random.Next(1, size.Height - y + 1));

            var plan = DirectPlans.Part(size, fresh, s_model, nativeSide: 256);

            Assert.True(new WorldRect(0, 0, size.Width, size.Height).Contains(plan.Crop), $"{size} {fresh} {plan}");
            Assert.True(plan.Crop.Contains(new WorldRect(fresh.X, fresh.Y, fresh.Width, fresh.Height)), $"{size} {fresh} {plan}");
            Assert.True(plan.CropPixels.Width >= Math.Min(size.Width, 256) && plan.CropPixels.Height >= Math.Min(size.Height, 256), $"{size} {fresh} {plan}");
            Assert.Equal((plan.Crop.Width, plan.Crop.Height), (plan.CropPixels.Width, plan.CropPixels.Height));
        }
    }
}
