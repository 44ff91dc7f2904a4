using CanvasWeb.Web.Generation;
using CanvasWeb.Web.Generation.Workers;
using Microsoft.Extensions.Options;

namespace CanvasWeb.Web.Tests.Generation;

public sealed class InferenceOptionsTests
{
    [Theory]
    [InlineData("External", "", "Inference:Key")]
    [InlineData("External", "short", "too short")]
    [InlineData("Child", "short", "too short")]
    public void A_key_that_opens_the_hub_to_nobody_or_anybody_stops_the_start_with_words(string mode, string key, string words) =>
        Assert.Contains(words, Assert.Throws<OptionsValidationException>(() => Read(mode, key)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("Child", "")]
    [InlineData("External", "0123456789abcdefghijkl")]
    public void A_long_key_or_a_child_alone_is_fine(string mode, string key) => Assert.Equal(key, Read(mode, key).Key);

    private static InferenceOptions Read(string mode, string key)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["Inference:Mode"] = mode, ["Inference:Key"] = key });
        builder.Services.AddGeneration(builder.Configuration);
        using var services = builder.Services.BuildServiceProvider();
        return services.GetRequiredService<IOptions<InferenceOptions>>().Value;
    }
}
