using System.Text.Json;
using CanvasWeb.Diffusion.Pipelines;

namespace CanvasWeb.Diffusion.Tests.Pipelines;

/// <summary>The default model against the sample that its export wrote with torch (<c>tests/golden/canvas-mini</c>).</summary>
public sealed class CanvasMiniReferenceTests
{
    [Fact]
    public void The_default_model_gives_the_picture_that_its_training_code_gives()
    {
        var folder = Path.Combine(TinyModels.Root, "models", "canvas-mini");
        var reference = Path.Combine(TinyModels.Root, "tests", "golden", "canvas-mini");
        using var document = JsonDocument.Parse(File.ReadAllText(Path.Combine(reference, "reference.json")));
        var root = document.RootElement;
        using var pipeline = TinyModels.LoadFolder(folder);
        var request = new GenerationRequest
        {
            Prompt = root.GetProperty("prompt").GetString() ?? "",
            Steps = root.GetProperty("sigmas").GetArrayLength() - 1,
            GuidanceScale = root.GetProperty("guidance").GetSingle(),
            InitialNoise = TinyModels.Floats(Path.Combine(reference, "noise.bin")),
            // The sample is made without the prior.
            ImageEmbedding = new float[root.TryGetProperty("embedding_size", out var size) ? size.GetInt32() : 128],
        };

        var image = pipeline.Generate(request, null, TestContext.Current.CancellationToken).Image;

        var wanted = TinyModels.Floats(Path.Combine(reference, "final_picture.bin"));
        var area = image.Width * image.Height;
        Assert.Equal(area * 3, wanted.Length);
        var sum = 0.0;
        for (var i = 0; i < area; i++)
        {
            for (var c = 0; c < 3; c++)
                sum += Math.Pow(image.Rgba[(i * 4) + c] - ((Math.Clamp(wanted[(c * area) + i], -1f, 1f) + 1) * 127.5), 2);
        }

        // Rounding to bytes alone has a root mean square of 0.29 levels.
        Assert.InRange(Math.Sqrt(sum / (3 * area)), 0, 0.4);
    }
}
