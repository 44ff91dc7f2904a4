using CanvasWeb.Diffusion.Inpainting;

namespace CanvasWeb.Diffusion.Tests.Inpainting;

public sealed class InpaintPlannerTests
{
    [Fact]
    public void Random_plans_keep_what_they_promise()
    {
        for (var seed = 0; seed < 3000; seed++)
        {
            var random = new Random(seed);
            var step = new[] { 8, 16, 32, 64 }[random.Next(4)];
            using var pipeline = new BlurringPipeline(step * random.Next(2, 17), step);
            var options = new InpaintOptions
            {
                ContextFactor = 1 + (2 * random.NextDouble()),
                LeastContextPx = random.Next(0, 65),
                LargestEnlargement = 1 + (3 * random.NextDouble()),
                LargestAspect = 1 + (2 * random.NextDouble()),
            };
            var (width, height) = (random.Next(1, 2500), random.Next(1, 2500));
            var (x, y) = (random.Next(width), random.Next(height));
            var painted = new PixelRect(x, y, random.Next(1, width - x + 1), random.Next(1, height - y + 1));

            var plan = InpaintPlanner.Plan(width, height, painted, pipeline.Info, options);

            var say = $"seed {seed}: {width} x {height}, painted {painted}, native {pipeline.Info.NativeSize}, step {step}, {options} gave {plan}";
            Assert.True(plan.Crop.Contains(painted), say);
            Assert.True(plan.ModelWidth % step == 0 && plan.ModelHeight % step == 0 && plan.ModelWidth >= step && plan.ModelHeight >= step, say);
            Assert.True((long)plan.ModelWidth * plan.ModelHeight <= (long)pipeline.Info.NativeSize * pipeline.Info.NativeSize, say);
            // The context asked for, as far as the picture has it.
            Assert.True(plan.Crop.Width + 1 >= Math.Min(width, Math.Max(painted.Width * options.ContextFactor, painted.Width + (2 * options.LeastContextPx))), say);
            Assert.True(plan.Crop.Height + 1 >= Math.Min(height, Math.Max(painted.Height * options.ContextFactor, painted.Height + (2 * options.LeastContextPx))), say);
            // Outside the picture only when the picture ends on both sides.
            Assert.True((plan.Crop.X >= 0 && plan.Crop.Right <= width) || (plan.Crop.X <= 0 && plan.Crop.Right >= width), say);
            Assert.True((plan.Crop.Y >= 0 && plan.Crop.Bottom <= height) || (plan.Crop.Y <= 0 && plan.Crop.Bottom >= height), say);
            // Things keep their shape: one pixel of rounding and the allowed stretch.
            var stretch = plan.ScaleX / plan.ScaleY;
            var rounding = 1 + (1.5 / Math.Min(plan.Crop.Width, plan.Crop.Height));
            Assert.True(Math.Max(stretch, 1 / stretch) <= 1.061 * rounding, say);
        }
    }

    [Fact]
    public void A_small_mask_in_a_large_picture_gets_the_native_area_at_the_pictures_own_pixels()
    {
        using var pipeline = new BlurringPipeline(512, 8);
        var plan = InpaintPlanner.Plan(2000, 1500, new PixelRect(1000, 700, 60, 60), pipeline.Info, new InpaintOptions());
        Assert.Equal((512, 512, 512, 512), (plan.Crop.Width, plan.Crop.Height, plan.ModelWidth, plan.ModelHeight));
        Assert.Equal(new PixelRect(774, 474, 512, 512), plan.Crop);
    }

    [Fact]
    public void A_mask_in_the_corner_gets_a_crop_pushed_into_the_picture()
    {
        using var pipeline = new BlurringPipeline(128, 8);
        var plan = InpaintPlanner.Plan(300, 300, new PixelRect(290, 0, 10, 10), pipeline.Info, new InpaintOptions());
        Assert.Equal(new PixelRect(172, 0, 128, 128), plan.Crop);
    }

    [Fact]
    public void A_wide_picture_is_worked_on_in_a_wide_size()
    {
        using var pipeline = new BlurringPipeline(128, 32);
        var plan = InpaintPlanner.Plan(128, 96, new PixelRect(10, 10, 100, 70), pipeline.Info, new InpaintOptions());
        Assert.Equal((128, 96, new PixelRect(0, 0, 128, 96)), (plan.ModelWidth, plan.ModelHeight, plan.Crop));
    }

    [Fact]
    public void A_picture_thinner_than_the_model_can_do_is_padded_instead_of_squeezed()
    {
        using var pipeline = new BlurringPipeline(128, 8);
        var plan = InpaintPlanner.Plan(1000, 10, new PixelRect(0, 0, 1000, 10), pipeline.Info, new InpaintOptions { LargestAspect = 2 });
        Assert.Equal((1000, 500), (plan.Crop.Width, plan.Crop.Height));
        Assert.Equal(-245, plan.Crop.Y);
    }

    [Fact]
    public void Painted_pixels_outside_the_picture_are_refused()
    {
        using var pipeline = new BlurringPipeline();
        Assert.Throws<ArgumentException>(() => InpaintPlanner.Plan(10, 10, new PixelRect(5, 5, 6, 1), pipeline.Info, new InpaintOptions()));
        Assert.Throws<ArgumentException>(() => InpaintPlanner.Plan(10, 10, default, pipeline.Info, new InpaintOptions()));
    }
}
