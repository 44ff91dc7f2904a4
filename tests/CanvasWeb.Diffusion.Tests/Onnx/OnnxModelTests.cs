using CanvasWeb.Diffusion.Onnx;
using CanvasWeb.Diffusion.Tensors;

namespace CanvasWeb.Diffusion.Tests.Onnx;

public sealed class OnnxModelTests
{
    private static readonly OnnxModelOptions Cpu = new() { Provider = ExecutionProvider.Cpu, IntraOpThreads = 1 };

    [Fact]
    public void Ports_tell_name_type_sizes_and_symbols()
    {
        using var model = OnnxModel.Load(GoldenOnnx.File("unet_int64_steps"), Cpu, TestContext.Current.CancellationToken);
        Assert.Equal(["sample", "timestep", "encoder_hidden_states"], model.Inputs.Keys);
        Assert.Equal("sample float32 [batch, 4, height, width]", model.Inputs["sample"].ToString());
        Assert.Equal([-1, 4, -1, -1], model.Inputs["sample"].Dimensions);
        Assert.Equal("timestep int64 [steps]", model.Inputs["timestep"].ToString());
        Assert.Equal(OnnxElementType.Float32, model.Outputs["out_sample"].Type);
        Assert.Equal(ExecutionProvider.Cpu, model.Provider);
        Assert.Equal("encoder_hidden_states", model.FindInput("text", "encoder_hidden_states")?.Name);
        Assert.Null(model.FindOutput("noise"));
    }

    [Fact]
    public void Every_element_type_goes_through_unchanged()
    {
        using var model = OnnxModel.Load(GoldenOnnx.File("types"), Cpu, TestContext.Current.CancellationToken);
        Dictionary<string, float[]> values = new(StringComparer.Ordinal)
        {
            ["float32"] = [1.2345678f, -3e38f, 0f, 1e-40f, 7f, 8f],
            ["float16"] = [1.5f, -65504f, 0f, 5.9604645e-8f, 7f, 8f],
            ["float64"] = [1.2345678f, -3e38f, 0f, 1e-40f, 7f, 8f],
            ["int64"] = [49407f, -5f, 0f, 16777216f, -16777216f, 8f],
            ["int32"] = [49407f, -5f, 0f, 16777216f, -16777216f, 8f],
            ["int8"] = [-128f, 127f, 0f, 1f, 2f, 3f],
            ["uint8"] = [255f, 127f, 0f, 1f, 2f, 3f],
            ["bool"] = [1f, 0f, 0f, 1f, 1f, 1f],
        };
        using var tensors = new TensorSet();
        var inputs = values.ToDictionary(pair => "in_" + pair.Key, pair => tensors.Add(pair.Value, 2, 3), StringComparer.Ordinal);
        var outputs = values.ToDictionary(pair => "out_" + pair.Key, _ => tensors.Add([9, 9, 9, 9, 9, 9], 2, 3), StringComparer.Ordinal);
        model.RunOnce(inputs, outputs, TestContext.Current.CancellationToken);
        Assert.All(values, pair => Assert.Equal(pair.Value, outputs["out_" + pair.Key].Span.ToArray()));
    }

    [Theory]
    [InlineData("in_int64", 0.5f)]
    [InlineData("in_int32", float.NaN)]
    [InlineData("in_int64", 16777220f)]
    [InlineData("in_int8", 128f)]
    [InlineData("in_uint8", -1f)]
    [InlineData("in_bool", 2f)]
    public void A_value_that_the_port_cannot_hold_is_refused_by_name_and_position(string port, float value)
    {
        using var model = OnnxModel.Load(GoldenOnnx.File("types"), Cpu, TestContext.Current.CancellationToken);
        using var tensors = new TensorSet();
        var inputs = model.Inputs.Keys.ToDictionary(name => name, _ => tensors.Add([0, 0, 0], 1, 3), StringComparer.Ordinal);
        inputs[port].Span[1] = value;
        using var run = model.Bind(inputs, new Dictionary<string, Tensor> { ["out_int64"] = tensors.Add([0, 0, 0], 1, 3) });
        var error = Assert.Throws<OnnxModelException>(() => run.Run(TestContext.Current.CancellationToken));
        Assert.Contains($"input {model.Inputs[port]} got the value", error.Message, StringComparison.Ordinal);
        Assert.Contains("position 1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_bound_run_sees_new_values_at_each_run_and_writes_in_place()
    {
        using var model = OnnxModel.Load(GoldenOnnx.File("two_outputs"), Cpu, TestContext.Current.CancellationToken);
        using var x = new Tensor(2, 3);
        using var positive = new Tensor(2, 3);
        using var run = model.Bind(new Dictionary<string, Tensor> { ["x"] = x }, new Dictionary<string, Tensor> { ["positive"] = positive });
        for (var i = -2; i <= 2; i++)
        {
            x.Span.Fill(i);
            run.Run(TestContext.Current.CancellationToken);
            Assert.Equal(MathF.Max(i, 0), positive.Span[5]);
        }
    }

    [Fact]
    public void Weights_stored_as_int8_are_expanded()
    {
        using var model = OnnxModel.Load(GoldenOnnx.File("text_encoder"), Cpu, TestContext.Current.CancellationToken);
        using var ids = new Tensor(1, 2);
        using var rows = new Tensor(1, 2, 8);
        ids.Span[1] = 49;
        model.RunOnce(new Dictionary<string, Tensor> { ["input_ids"] = ids }, new Dictionary<string, Tensor> { ["last_hidden_state"] = rows }, TestContext.Current.CancellationToken);
        Assert.All(rows.Span.ToArray(), value => Assert.Equal(MathF.Round(value * 100), value * 100, 1e-4f));
        Assert.NotEqual(rows.Span[..8].ToArray(), rows.Span[8..].ToArray());
    }

    [Fact]
    public void Bad_bindings_are_refused_with_port_wanted_and_got()
    {
        using var model = OnnxModel.Load(GoldenOnnx.File("unet_int64_one"), Cpu, TestContext.Current.CancellationToken);
        using var tensors = new TensorSet();
        Dictionary<string, Tensor> Inputs() => new(StringComparer.Ordinal)
        {
            ["sample"] = tensors.New(2, 4, 8, 8),
            ["timestep"] = tensors.New(1),
            ["encoder_hidden_states"] = tensors.New(2, 5, 8),
        };
        Dictionary<string, Tensor> Outputs() => new(StringComparer.Ordinal) { ["out_sample"] = tensors.New(2, 4, 8, 8) };
        string Message(Action<Dictionary<string, Tensor>, Dictionary<string, Tensor>> change)
        {
            var (inputs, outputs) = (Inputs(), Outputs());
            change(inputs, outputs);
            var message = Assert.Throws<OnnxModelException>(() => model.Bind(inputs, outputs)).Message;
            Assert.StartsWith(model.File, message, StringComparison.Ordinal);
            return message[(model.File.Length + 2)..];
        }

        Assert.Equal("input timestep int64 [1] is missing; got sample [2, 4, 8, 8], encoder_hidden_states [2, 5, 8]", Message((inputs, _) => inputs.Remove("timestep")));
        Assert.Equal("has no input t; it has sample float32 [batch, 4, height, width], timestep int64 [1], encoder_hidden_states float32 [batch, tokens, 8]", Message((inputs, _) => inputs["t"] = inputs["timestep"]));
        Assert.Equal("input sample float32 [batch, 4, height, width] got [4, 8, 8]: rank 3 instead of 4", Message((inputs, _) => inputs["sample"] = tensors.New(4, 8, 8)));
        Assert.Equal("input sample float32 [batch, 4, height, width] got [2, 9, 8, 8]: size 9 instead of 4 at dimension 1", Message((inputs, _) => inputs["sample"] = tensors.New(2, 9, 8, 8)));
        Assert.Equal("has no output noise; it has out_sample float32 [batch, 4, height, width]", Message((_, outputs) => outputs["noise"] = tensors.New(1)));
        Assert.Equal("no output is bound: a run would have no result", Message((_, outputs) => outputs.Clear()));
        Assert.Contains("output out_sample is bound to a tensor that another port uses", Message((inputs, outputs) => outputs["out_sample"] = inputs["sample"]), StringComparison.Ordinal);
    }

    [Fact]
    public void A_native_error_names_model_inputs_and_shapes()
    {
        // The output's free sizes accept any shape, so only the run itself can find that this one is wrong.
        using var model = OnnxModel.Load(GoldenOnnx.File("unet_int64_one"), Cpu, TestContext.Current.CancellationToken);
        using var tensors = new TensorSet();
        using var run = model.Bind(
            new Dictionary<string, Tensor> { ["sample"] = tensors.New(2, 4, 8, 8), ["timestep"] = tensors.New(1), ["encoder_hidden_states"] = tensors.New(3, 5, 8) },
            new Dictionary<string, Tensor> { ["out_sample"] = tensors.New(2, 4, 8, 8) });
        var error = Assert.Throws<OnnxModelException>(() => run.Run(TestContext.Current.CancellationToken));
        Assert.StartsWith($"{model.File}: failed with sample [2, 4, 8, 8], timestep [1], encoder_hidden_states [3, 5, 8]: ", error.Message, StringComparison.Ordinal);
        Assert.NotNull(error.InnerException);
    }

    [Fact]
    public async Task Cancelling_stops_a_run_and_the_next_run_works()
    {
        using var model = OnnxModel.Load(GoldenOnnx.File("slow"), Cpu, TestContext.Current.CancellationToken);
        using var tensors = new TensorSet();
        var turns = tensors.New();
        using var run = model.Bind(new Dictionary<string, Tensor> { ["x"] = tensors.New(96, 96), ["turns"] = turns }, new Dictionary<string, Tensor> { ["y"] = tensors.New(96, 96) });

        // Far more than any machine does while the test runs: it only ends because it is stopped.
        turns.Span[0] = 16_000_000;
        using var source = new CancellationTokenSource();
        var running = Task.Factory.StartNew(() => run.Run(source.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        source.CancelAfter(TimeSpan.FromMilliseconds(100));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);

        turns.Span[0] = 2;
        run.Run(TestContext.Current.CancellationToken);
        Assert.Throws<OperationCanceledException>(() => run.Run(source.Token));
    }

    [Theory]
    [InlineData("unet_int64_scalar", new int[0])]
    [InlineData("unet_int64_one", new[] { 1 })]
    [InlineData("unet_int64_steps", new[] { 1 })]
    [InlineData("unet_int32_batch", new[] { 2 })]
    [InlineData("unet_float32_batch", new[] { 2 })]
    [InlineData("unet_float16", new[] { 1 })]
    public void The_timestep_adapts_to_the_export(string file, int[] shape)
    {
        using var model = OnnxModel.Load(GoldenOnnx.File(file), Cpu, TestContext.Current.CancellationToken);
        using var timestep = TimestepInput.Create(model, batch: 2);
        Assert.Equal(shape, timestep.Tensor.Shape);
        using var tensors = new TensorSet();
        var output = tensors.New(2, 4, 8, 8);
        using var run = model.Bind(
            new Dictionary<string, Tensor> { ["sample"] = tensors.New(2, 4, 8, 8), [timestep.Name] = timestep.Tensor, ["encoder_hidden_states"] = tensors.New(2, 5, 8) },
            new Dictionary<string, Tensor> { ["out_sample"] = output });
        timestep.Set(499.75);
        run.Run(TestContext.Current.CancellationToken);

        // The graph adds timestep / 1000; float16 holds 499.75 exactly and the quotient to three digits.
        var expected = model.Inputs[timestep.Name].IsInteger ? .5f : .49975f;
        Assert.All(output.Span.ToArray(), value => Assert.Equal(expected, value, 3e-4f));
    }

    [Fact]
    public void A_graph_without_a_timestep_says_what_it_has()
    {
        using var model = OnnxModel.Load(GoldenOnnx.File("two_outputs"), Cpu, TestContext.Current.CancellationToken);
        Assert.Contains("has no timestep input (timestep, timesteps, t); it has x float32 [2, 3]", Assert.Throws<OnnxModelException>(() => TimestepInput.Create(model, 1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Asking_for_cuda_without_it_says_so_once_and_uses_the_cpu()
    {
        var said = new List<string>();
        var options = Cpu with { Provider = ExecutionProvider.Cuda, Log = OnnxModelOptions.Once(said.Add) };
        for (var i = 0; i < 2; i++)
        {
            using var model = OnnxModel.Load(GoldenOnnx.File("two_outputs"), options, TestContext.Current.CancellationToken);
            Assert.SkipWhen(model.Provider == ExecutionProvider.Cuda, "This machine has CUDA.");
            using var tensors = new TensorSet();
            var negative = tensors.New(2, 3);
            model.RunOnce(new Dictionary<string, Tensor> { ["x"] = tensors.Add([1, 2, 3, 4, 5, 6], 2, 3) }, new Dictionary<string, Tensor> { ["negative"] = negative }, TestContext.Current.CancellationToken);
            Assert.Equal(-6f, negative.Span[5]);
        }

        var sentence = Assert.Single(said);
        Assert.Contains("libcublasLt.so.13", sentence, StringComparison.Ordinal);
        Assert.Contains(sentence.Contains("this build", StringComparison.Ordinal) ? "-p:OnnxRuntimeGpu=true" : "install the CUDA 13 runtime", sentence, StringComparison.Ordinal);
        Assert.EndsWith("the CPU is used.", sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void Auto_without_cuda_says_nothing()
    {
        var said = new List<string>();
        using var model = OnnxModel.Load(GoldenOnnx.File("two_outputs"), Cpu with { Provider = ExecutionProvider.Auto, Log = said.Add }, TestContext.Current.CancellationToken);
        Assert.SkipWhen(Microsoft.ML.OnnxRuntime.OrtEnv.Instance().GetAvailableProviders().Contains("CUDAExecutionProvider", StringComparer.Ordinal), "This build has the CUDA provider.");
        Assert.Equal(ExecutionProvider.Cpu, model.Provider);
        Assert.Empty(said);
    }

    [Fact]
    public void A_missing_cuda_library_is_named()
    {
        var sentence = OnnxModel.WhyNotCuda("[ErrorCode:Fail] Failed to load library libonnxruntime_providers_cuda.so with error: libcublasLt.so.13: cannot open shared object file: No such file or directory", wasAskedFor: true);
        Assert.Equal("CUDA was asked for, but the library libcublasLt.so.13 is missing: install the CUDA 13 runtime and cuDNN 9 where the loader finds them (LD_LIBRARY_PATH); the CPU is used.", sentence);
    }

    [Fact]
    public void Two_sessions_give_the_same_bytes()
    {
        static float[] Result()
        {
            using var model = OnnxModel.Load(GoldenOnnx.File("unet_float32_batch"), Cpu with { IntraOpThreads = 2 }, TestContext.Current.CancellationToken);
            using var tensors = new TensorSet();
            var output = tensors.New(2, 4, 32, 32);
            var sample = tensors.New(2, 4, 32, 32);
            for (var i = 0; i < sample.Length; i++)
                sample.Span[i] = MathF.Sin(i);
            model.RunOnce(new Dictionary<string, Tensor> { ["sample"] = sample, ["timestep"] = tensors.New(2), ["encoder_hidden_states"] = tensors.New(2, 5, 8) }, new Dictionary<string, Tensor> { ["out_sample"] = output }, CancellationToken.None);
            return output.Span.ToArray();
        }

        Assert.Equal(Result(), Result());
    }

    [Fact]
    public void A_tensor_or_model_that_was_disposed_too_early_is_refused()
    {
        var model = OnnxModel.Load(GoldenOnnx.File("two_outputs"), Cpu, TestContext.Current.CancellationToken);
        using var tensors = new TensorSet();
        var x = tensors.New(2, 3);
        using var run = model.Bind(new Dictionary<string, Tensor> { ["x"] = x }, new Dictionary<string, Tensor> { ["positive"] = tensors.New(2, 3) });
        x.Dispose();
        Assert.Throws<ObjectDisposedException>(() => run.Run(TestContext.Current.CancellationToken));
        model.Dispose();
        model.Dispose();
        Assert.Throws<ObjectDisposedException>(() => run.Run(TestContext.Current.CancellationToken));
        run.Dispose();
        Assert.Throws<ObjectDisposedException>(() => run.Run(TestContext.Current.CancellationToken));
    }
}
