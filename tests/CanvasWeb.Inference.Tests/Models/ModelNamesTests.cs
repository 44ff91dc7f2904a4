using CanvasWeb.Inference.Models;

namespace CanvasWeb.Inference.Tests.Models;

public sealed class ModelNamesTests
{
    private static readonly string[] Names = ["canvas-mini", "sdxl-turbo", "stable-diffusion-1.5"];

    [Theory]
    [InlineData("canvas-min", "canvas-mini")]
    [InlineData("canvasmini", "canvas-mini")]
    [InlineData("Canvas-Mini", "canvas-mini")]
    [InlineData("sdxl-trubo", "sdxl-turbo")]
    [InlineData("stable-diffusion", "stable-diffusion-1.5")]
    [InlineData("dall-e", null)]
    [InlineData("", null)]
    public void The_nearest_name_is_suggested_when_it_is_near(string typed, string? expected) =>
        Assert.Equal(expected, ModelNames.Nearest(typed, Names));

    [Fact]
    public void Nothing_is_nearest_to_nothing() => Assert.Null(ModelNames.Nearest("a", []));
}
