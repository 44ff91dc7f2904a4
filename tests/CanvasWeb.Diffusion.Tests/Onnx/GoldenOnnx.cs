using CanvasWeb.Testing;

namespace CanvasWeb.Diffusion.Tests.Onnx;

/// <summary>The tiny graphs of tests/golden/onnx (make_onnx.py writes them).</summary>
internal static class GoldenOnnx
{
    public static string Folder { get; } = RepositoryFiles.PathTo("tests", "golden", "onnx");

    public static string File(string name) => Path.Combine(Folder, name + ".onnx");

    public static string RepositoryRoot() => RepositoryFiles.Root;
}
