using CanvasWeb.Diffusion.Onnx;
using CanvasWeb.Diffusion.Tensors;

namespace CanvasWeb.Diffusion.Tests.Onnx;

/// <summary>Native memory is not the collector's: what leaks there is seen only in the process's own size.</summary>
[Collection(nameof(OnnxMemoryTests))]
[CollectionDefinition(nameof(OnnxMemoryTests), DisableParallelization = true)]
public sealed class OnnxMemoryTests
{
    private static readonly OnnxModelOptions Cpu = new() { Provider = ExecutionProvider.Cpu, IntraOpThreads = 1 };

    [Fact]
    public void A_hundred_runs_allocate_nothing_managed_and_keep_nothing_native()
    {
        using var model = OnnxModel.Load(GoldenOnnx.File("unet_float16"), Cpu, TestContext.Current.CancellationToken);
        using var timestep = TimestepInput.Create(model, 2);
        using var tensors = new TensorSet();
        using var run = model.Bind(
            new Dictionary<string, Tensor> { ["sample"] = tensors.New(2, 4, 256, 256), [timestep.Name] = timestep.Tensor, ["encoder_hidden_states"] = tensors.New(2, 77, 8) },
            new Dictionary<string, Tensor> { ["out_sample"] = tensors.New(2, 4, 256, 256) });
        void Runs(int count)
        {
            for (var i = 0; i < count; i++)
            {
                timestep.Set(i);
                run.Run(CancellationToken.None);
            }
        }

        Runs(5);
        var (managed, resident) = (GC.GetAllocatedBytesForCurrentThread(), Environment.WorkingSet);
        Runs(100);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - managed, 0, 100 * 1024);

        // One leaked activation a run would be 2 MB x 100.
        Assert.InRange(Environment.WorkingSet - resident, long.MinValue, 40L << 20);
    }

    [Fact]
    public void Loading_binding_and_disposing_gives_everything_back()
    {
        static void Once()
        {
            using var model = OnnxModel.Load(GoldenOnnx.File("unet_float16"), Cpu, TestContext.Current.CancellationToken);
            using var tensors = new TensorSet();
            model.RunOnce(
                new Dictionary<string, Tensor> { ["sample"] = tensors.New(2, 4, 256, 256), ["t"] = tensors.New(1), ["encoder_hidden_states"] = tensors.New(2, 77, 8) },
                new Dictionary<string, Tensor> { ["out_sample"] = tensors.New(2, 4, 256, 256) },
                CancellationToken.None);
        }

        for (var i = 0; i < 10; i++)
            Once();
        var resident = Environment.WorkingSet;
        for (var i = 0; i < 60; i++)
            Once();

        // What is lost at each would be at least the 4 MB of tensors or the 2 MB of staging buffers.
        Assert.InRange(Environment.WorkingSet - resident, long.MinValue, 60L << 20);
    }
}
