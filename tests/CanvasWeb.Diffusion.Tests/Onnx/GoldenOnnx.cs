namespace CanvasWeb.Diffusion.Tests.Onnx;

/// <summary>The tiny graphs of tests/golden/onnx (make_onnx.py writes them).</summary>
internal static class GoldenOnnx
{
    public static string Folder { get; } = Path.Combine(RepositoryRoot(), "tests", "golden", "onnx");

    public static string File(string name) => Path.Combine(Folder, name + ".onnx");

    public static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !System.IO.File.Exists(Path.Combine(folder.FullName, "CanvasWeb.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("The tests run below the repository.");
    }
}
