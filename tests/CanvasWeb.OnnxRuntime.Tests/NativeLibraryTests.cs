using CanvasWeb.Testing;
using Microsoft.ML.OnnxRuntime;

namespace CanvasWeb.OnnxRuntime.Tests;

/// <summary>What the build put beside the program, CPU or GPU: these tests pass in both.</summary>
public sealed class NativeLibraryTests
{
    private static readonly bool IsGpuBuild = File.Exists(Path.Combine(AppContext.BaseDirectory, "libonnxruntime_providers_cuda.so"));

    [Fact]
    public void The_native_library_is_the_one_beside_the_program()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Reads /proc.");
        Assert.StartsWith("1.29.", OrtEnv.Instance().GetVersionString(), StringComparison.Ordinal);
        var loaded = File.ReadLines("/proc/self/maps").Where(line => line.Contains("libonnxruntime.so", StringComparison.Ordinal)).Select(line => line[line.IndexOf('/', StringComparison.Ordinal)..]).Distinct().ToList();
        Assert.Equal([Path.Combine(AppContext.BaseDirectory, "libonnxruntime.so")], loaded);
    }

    [Fact]
    public void Providers_are_those_of_the_build()
    {
        var providers = OrtEnv.Instance().GetAvailableProviders();
        Assert.Contains("CPUExecutionProvider", providers);
        if (!IsGpuBuild)
            Assert.DoesNotContain("CUDAExecutionProvider", providers);
    }

    [Fact]
    public void A_gpu_build_has_cuda_with_its_libraries_beside_it()
    {
        Assert.SkipUnless(IsGpuBuild, "Built without -p:OnnxRuntimeGpu=true.");
        Assert.Contains("CUDAExecutionProvider", OrtEnv.Instance().GetAvailableProviders());
        Assert.True(File.Exists(Path.Combine(AppContext.BaseDirectory, "libonnxruntime_providers_shared.so")));

        // With CUDA 13 and cuDNN 9 this succeeds; without, an error comes back, and the process lives on the CPU.
        using var options = new SessionOptions();
        if (Record.Exception(() => options.AppendExecutionProvider_CUDA()) is { } error)
            Assert.IsType<OnnxRuntimeException>(error);
    }

    [Fact]
    public void A_graph_runs()
    {
        using var session = new InferenceSession(RepositoryFiles.PathTo("tests", "golden", "onnx", "two_outputs.onnx"));
        using var x = OrtValue.CreateTensorValueFromMemory([1f, -2f, 3f, -4f, 5f, -6f], [2, 3]);
        using var options = new RunOptions();
        using var results = session.Run(options, ["x"], [x], ["negative"]);
        Assert.Equal([-1f, 2f, -3f, 4f, -5f, 6f], results[0].GetTensorDataAsSpan<float>().ToArray());
    }
}
