using CanvasWeb.Diffusion.Models;
using CanvasWeb.Diffusion.Onnx;

namespace CanvasWeb.Diffusion.Tests.Onnx;

/// <summary>Files that are not models, or not sound ones.</summary>
public sealed class OnnxFileTests : IDisposable
{
    private static readonly OnnxModelOptions Cpu = new() { Provider = ExecutionProvider.Cpu, IntraOpThreads = 1 };
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("canvasweb-onnx-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("unknown_operator", "Teleport")]
    [InlineData("external_missing", "\"nowhere.bin\", which is missing")]
    [InlineData("external_escape", "\"../onnx/external.bin\", which is not a file beside the model")]
    [InlineData("huge_dimensions", "[1099511627776, 1099511627776]")]
    [InlineData("negative_dimension", "dimension -4")]
    [InlineData("short_data", "has 16 bytes of data instead of 256")]
    [InlineData("function_bomb", "more than 1000000 operators")]
    [InlineData("function_circle", "without end")]
    [InlineData("absent", "does not exist")]
    public void A_bad_file_is_refused_with_its_name_and_the_reason(string name, string reason)
    {
        var error = Assert.Throws<ModelFormatException>(() => OnnxModel.Load(GoldenOnnx.File(name), Cpu, TestContext.Current.CancellationToken));
        Assert.Equal(GoldenOnnx.File(name), error.File);
        Assert.Contains(reason, error.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("version https://git-lfs.github.com/spec/v1\noid sha256:00", "Git LFS pointer")]
    [InlineData("<!DOCTYPE html><html><body>Sign in</body></html>", "web page")]
    [InlineData("PK\u0003\u0004 archive/data.pkl, and so on and on", "PyTorch")]
    [InlineData("\u0010\0\0\0\0\0\0\0{\"a\":{}}        ", "safetensors")]
    [InlineData("no model at all, but a text of some length", "not an ONNX file")]
    public void A_file_of_another_kind_is_told_apart(string content, string reason)
    {
        var file = Path.Combine(_folder.FullName, "model.onnx");
        File.WriteAllText(file, content);
        Assert.Contains(reason, Assert.Throws<ModelFormatException>(() => OnnxModel.Load(file, Cpu, TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_truncation_is_refused()
    {
        var bytes = File.ReadAllBytes(GoldenOnnx.File("text_encoder"));
        var file = Path.Combine(_folder.FullName, "model.onnx");

        // The last bytes are the opset's: a file cut there is whole but for the version of its operators, which has a default.
        for (var length = 0; length < bytes.Length - 8; length += 7)
        {
            File.WriteAllBytes(file, bytes[..length]);
            Assert.Throws<ModelFormatException>(() => OnnxModel.Load(file, Cpu, TestContext.Current.CancellationToken));
        }
    }

    [Fact]
    public void Weights_beside_the_file_are_found_and_their_size_is_checked()
    {
        using (var model = OnnxModel.Load(GoldenOnnx.File("external"), Cpu, TestContext.Current.CancellationToken))
        using (var tensors = new TensorSet())
        {
            var y = tensors.New(64);
            model.RunOnce(new Dictionary<string, CanvasWeb.Diffusion.Tensors.Tensor> { ["x"] = tensors.New(64) }, new Dictionary<string, CanvasWeb.Diffusion.Tensors.Tensor> { ["y"] = y }, TestContext.Current.CancellationToken);
            Assert.Equal(63f, y.Span[63]);
        }

        File.Copy(GoldenOnnx.File("external"), Path.Combine(_folder.FullName, "external.onnx"));
        File.WriteAllBytes(Path.Combine(_folder.FullName, "external.bin"), new byte[200]);
        Assert.Contains("wants 256 bytes from 0 of \"external.bin\", which has 200", Assert.Throws<ModelFormatException>(() => OnnxModel.Load(Path.Combine(_folder.FullName, "external.onnx"), Cpu, TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Limits_are_options()
    {
        var file = GoldenOnnx.File("text_encoder");
        Assert.Contains("past the limit of 100", Assert.Throws<ModelFormatException>(() => OnnxModel.Load(file, Cpu with { MaxFileBytes = 100 }, TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);
        Assert.Contains("limit of 500 bytes", Assert.Throws<ModelFormatException>(() => OnnxModel.Load(file, Cpu with { MaxWeightBytes = 500 }, TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);
        OnnxModel.Load(file, Cpu with { MaxWeightBytes = 600 }, TestContext.Current.CancellationToken).Dispose();
        OnnxModel.Load(GoldenOnnx.File("function_once"), Cpu, TestContext.Current.CancellationToken).Dispose();
    }
}
