using CanvasWeb.Inference.Output;

namespace CanvasWeb.Inference.Tests.Output;

public sealed class OutputNamesTests
{
    [Theory]
    [InlineData("out.png", 0, 1, "out.png")]
    [InlineData("out.png", 0, 3, "out-0.png")]
    [InlineData("out.png", 2, 3, "out-2.png")]
    [InlineData("a.b/out.webp", 1, 2, "a.b/out-1.webp")]
    [InlineData(null, 0, 1, "stem.png")]
    [InlineData(null, 1, 2, "stem-1.png")]
    public void Several_pictures_are_numbered_before_the_ending(string? outPath, int position, int count, string expected) =>
        Assert.Equal(expected, OutputNames.PathOf(outPath, "stem", position, count));

    [Fact]
    public void A_folder_receives_the_default_name()
    {
        using var folder = new TemporaryFolder();

        Assert.Equal(Path.Combine(folder.Path, "stem.png"), OutputNames.PathOf(folder.Path, "stem", 0, 1));
    }

    [Theory]
    [InlineData("A small, red cube!", 7, 0, "a-small-red-cube-7")]
    [InlineData("A small, red cube!", 7, 2, "a-small-red-cube-7-index2")]
    [InlineData("  ", 7, 0, "picture-7")]
    [InlineData("../../etc/passwd", 1, 0, "etc-passwd-1")]
    [InlineData("红色的方块", 1, 0, "红色的方块-1")]
    [InlineData("🦊", 1, 0, "picture-1")]
    public void A_default_name_comes_from_prompt_and_seed_alone(string prompt, ulong seed, int imageIndex, string expected) =>
        Assert.Equal(expected, OutputNames.DefaultStem(prompt, seed, imageIndex));

    [Fact]
    public void A_long_prompt_fits_a_file_name()
    {
        var stem = OutputNames.DefaultStem(string.Concat(Enumerable.Repeat("方", 500)), ulong.MaxValue, int.MaxValue);

        Assert.InRange(System.Text.Encoding.UTF8.GetByteCount(stem + "-999.png"), 1, 255);
    }
}
