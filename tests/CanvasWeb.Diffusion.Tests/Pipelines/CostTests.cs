using CanvasWeb.Diffusion.Pipelines;
using CanvasWeb.Imaging;

namespace CanvasWeb.Diffusion.Tests.Pipelines;

/// <summary>What a step may cost beside the model.</summary>
public sealed class CostTests
{
    [Theory]
    [InlineData("sd15-tiny", GenerationTask.TextToImage)]
    [InlineData("sd15-inpaint-tiny", GenerationTask.Inpaint)]
    [InlineData("sd-fp16-tiny", GenerationTask.TextToImage)]
    [InlineData("sdxl-tiny", GenerationTask.TextToImage)]
    [InlineData("canvas-mini-tiny", GenerationTask.Inpaint)]
    public void A_step_allocates_no_buffers(string name, GenerationTask task)
    {
        using var pipeline = TinyModels.Load(name);
        var request = TinyModels.Request(pipeline, task) with { Steps = 8, Width = 96, Height = 96, Image = TinyModels.Picture(96, 96), Mask = TinyModels.Mask(96, 96) };
        var meter = new AllocationMeter();

        pipeline.Generate(request, meter, TestContext.Current.CancellationToken);

        // The first steps may still make what a multi-step sampler keeps. One latent of this size would be 2304 bytes, a guidance pair of
        // model inputs twice that; what is left are the cancellation's registration and the binding's handles.
        Assert.All(meter.BytesPerStep.Skip(5), bytes => Assert.InRange(bytes, 0, 1500));
    }

    private sealed class AllocationMeter : IGenerationObserver
    {
        private long _last = -1;

        public List<long> BytesPerStep { get; } = [];

        public bool WantsPreview(int step, int steps) => false;

        public void StepDone(int step, int steps, TimeSpan elapsed)
        {
            var now = GC.GetAllocatedBytesForCurrentThread();
            if (_last >= 0)
                BytesPerStep.Add(now - _last);
            else
                BytesPerStep.Capacity = 64;
            _last = GC.GetAllocatedBytesForCurrentThread();
        }

        public void PreviewReady(int step, int steps, PixelImage preview)
        {
        }
    }
}
