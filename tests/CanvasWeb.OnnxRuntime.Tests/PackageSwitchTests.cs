using System.Diagnostics;
using System.Text.Json;
using CanvasWeb.Testing;

namespace CanvasWeb.OnnxRuntime.Tests;

/// <summary>-p:OnnxRuntimeSource=nuget cannot be restored everywhere, so what it evaluates to is checked.</summary>
public sealed class PackageSwitchTests
{
    [Theory]
    [InlineData("npm", "netstandard2.1", false)]
    [InlineData("nuget", "net10.0", true)]
    public async Task The_source_of_onnx_runtime_is_one_property(string source, string framework, bool hasPackage)
    {
        var start = new ProcessStartInfo("dotnet", ["msbuild", RepositoryFiles.PathTo("src", "CanvasWeb.OnnxRuntime", "CanvasWeb.OnnxRuntime.csproj"), $"-p:OnnxRuntimeSource={source}", "-nodeReuse:false", "-getItem:PackageReference", "-getProperty:TargetFramework"])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
            WorkingDirectory = RepositoryFiles.Root,
        };

        // A test host inside `dotnet test` hands its own MSBuild down, which a child must not pick up.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToList())
            start.Environment.Remove(name);
        using var process = Process.Start(start) ?? throw new InvalidOperationException("dotnet did not start.");
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, output);
        using var answer = JsonDocument.Parse(output);
        Assert.Equal(framework, answer.RootElement.GetProperty("Properties").GetProperty("TargetFramework").GetString());
        var packages = answer.RootElement.GetProperty("Items").GetProperty("PackageReference").EnumerateArray().Select(item => item.GetProperty("Identity").GetString());
        Assert.Equal(hasPackage, packages.Contains("Microsoft.ML.OnnxRuntime.Gpu"));
    }
}
