using CanvasWeb.Benchmarks.Seams;
using CanvasWeb.Testing;

namespace CanvasWeb.Diffusion.Tests.Inpainting;

/// <summary>The measurement itself, with a pipeline whose faults are known: it shifts colours, blurs and paints stripes.</summary>
public sealed class SeamAblationTests
{
    [Fact]
    public void The_ablation_sees_what_each_step_mends_and_that_nothing_outside_changed()
    {
        var scenes = SeamScene.Load(RepositoryFiles.PathTo("tests", "golden", "scenes"), 2);
        using var pipeline = new BlurringPipeline(256, 32);
        var ablation = new SeamAblation(pipeline, null);

        var rows = SeamVariant.All.Select(v => ablation.Run(v, scenes, (_, _, _) => { }, TestContext.Current.CancellationToken)).ToArray();

        Assert.Equal(4, rows.Length);
        Assert.All(rows, row => Assert.Equal(0, row.ChangedOutside));
        var (hard, graded, matched, context) = (rows[0], rows[1], rows[2], rows[3]);
        Assert.True(graded.InpaintBorder < hard.InpaintBorder, $"{graded} is not below {hard}");
        Assert.True(matched.InpaintBorder < graded.InpaintBorder, $"{matched} is not below {graded}");
        Assert.True(matched.OutpaintBorder < 0.5 * graded.OutpaintBorder, $"{matched} is not far below {graded}");
        Assert.InRange(context.InpaintBorder, 0.2, 1.5);
        // The stripes themselves step by more than these scenes do at their border, so that 1 cannot be reached.
        Assert.True(context.OutpaintBorder < 0.5 * hard.OutpaintBorder, $"{context} is not far below {hard}");
    }

    [Fact]
    public void All_scenes_load_with_masks_that_leave_a_border_to_look_at()
    {
        var scenes = SeamScene.Load(RepositoryFiles.PathTo("tests", "golden", "scenes"), 100);
        Assert.Equal(24, scenes.Count);
        Assert.All(scenes, scene =>
        {
            Assert.Equal((512, 256, 256, 256), (scene.Wide.Width, scene.Wide.Height, scene.Picture.Width, scene.Picture.Height));
            Assert.InRange(scene.Mask.Values.Count(v => v > 0), 2000, 16000);
            Assert.NotEmpty(scene.Caption);
        });
    }
}
