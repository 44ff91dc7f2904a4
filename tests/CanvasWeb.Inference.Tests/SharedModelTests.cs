using CanvasWeb.Imaging;
using CanvasWeb.Inference.Tests.Program;
using CanvasWeb.Testing;

namespace CanvasWeb.Inference.Tests;

/// <summary>The program with the integration weights of canvas-mini, where they are at hand.</summary>
public sealed class SharedModelTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_prompt_becomes_a_picture_with_a_preview_of_every_step()
    {
        var model = RepositoryFiles.Shared("canvas-mini-v0");
        Assert.SkipWhen(model == null, "The integration weights are not on this machine.");

        var result = await ProgramRun.RunAsync(_folder.Path, "generate", "a small red cube on a large green cube", "--model", model, "--seed", "7", "--steps", "4", "--previews", "previews", "--out", "a.png", "--json");

        Assert.Equal(0, result.ExitCode);
        var picture = ImageDecoder.Decode(await File.ReadAllBytesAsync(_folder["a.png"], TestContext.Current.CancellationToken), ImageLimits.Default);
        Assert.Equal((128, 128), (picture.Width, picture.Height));
        Assert.True(picture.Rgba.Distinct().Count() > 50, "The picture is flat.");
        Assert.Equal(4, Directory.GetFiles(_folder["previews"]).Length);
    }
}
