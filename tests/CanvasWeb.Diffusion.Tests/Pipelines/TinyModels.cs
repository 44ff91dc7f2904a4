using System.Text.Json;
using CanvasWeb.Diffusion.Inpainting;
using CanvasWeb.Diffusion.Models;
using CanvasWeb.Diffusion.Onnx;
using CanvasWeb.Diffusion.Pipelines;
using CanvasWeb.Diffusion.Schedulers;
using CanvasWeb.Imaging;
using CanvasWeb.Testing;

namespace CanvasWeb.Diffusion.Tests.Pipelines;

/// <summary>The random-weight folders of <c>tests/golden/models</c>, and small inputs for them.</summary>
internal static class TinyModels
{
    /// <summary>One thread: the tests run beside each other, and the graphs are too small to share.</summary>
    public static OnnxModelOptions Options { get; } = new() { Provider = ExecutionProvider.Cpu, IntraOpThreads = 1, AllowSpinning = false };

    public static string Root => RepositoryFiles.Root;

    public static string Golden { get; } = RepositoryFiles.PathTo("tests", "golden", "models");

    public static IImagePipeline Load(string name) => LoadFolder(Path.Combine(Golden, name));

    public static IImagePipeline LoadFolder(string folder)
    {
        var result = ModelFolder.Open(folder);
        return PipelineFactory.Load(result.Manifest ?? throw new InvalidOperationException(result.Refusal?.ToString()), Options, null, TestContext.Current.CancellationToken);
    }

    /// <summary>A folder beside the repository that not every machine has.</summary>
    public static string Shared(string name)
    {
        var path = Path.GetFullPath(Path.Combine(Root, "..", "shared", name));
        if (!Directory.Exists(path))
            Assert.Skip($"There is no {name} beside the repository.");
        return path;
    }

    /// <summary>The picture that make_models.py computes too: byte k is 37 k mod 256.</summary>
    public static PixelImage Picture(int width, int height)
    {
        var image = new PixelImage(width, height);
        for (var i = 0; i < width * height; i++)
        {
            for (var c = 0; c < 3; c++)
                image.Rgba[(i * 4) + c] = (byte)(((i * 3) + c) * 37 % 256);
            image.Rgba[(i * 4) + 3] = 255;
        }

        return image;
    }

    /// <summary>1 in a rectangle that starts a quarter in, 0.5 in a strip below it.</summary>
    public static Mask Mask(int width, int height)
    {
        var values = new float[width * height];
        for (var y = height / 4; y < height * 3 / 4; y++)
        {
            for (var x = width / 4; x < width * 3 / 4; x++)
                values[(y * width) + x] = y < height * 5 / 8 ? 1f : 0.5f;
        }

        return new Mask(width, height, values);
    }

    /// <summary>A request that the task of this pipeline accepts, small and short.</summary>
    public static GenerationRequest Request(IImagePipeline pipeline, GenerationTask task, string prompt = "a small red cube")
    {
        var side = pipeline.Info.NativeSize;
        return new GenerationRequest
        {
            Task = task,
            Prompt = prompt,
            Seed = 7,
            Steps = 3,
            Image = task == GenerationTask.TextToImage ? null : Picture(side, side),
            Mask = task == GenerationTask.Inpaint ? Mask(side, side) : null,
            Strength = task == GenerationTask.ImageToImage ? 0.7f : 1f,
        };
    }

    public static byte[] Bytes(IImagePipeline pipeline, GenerationRequest request) =>
        pipeline.Generate(request, null, TestContext.Current.CancellationToken).Image.Rgba;

    /// <summary>A reference picture of make_models.py with the request that it belongs to.</summary>
    public static (GenerationRequest Request, byte[] Rgb) Reference(string name)
    {
        var stem = Path.Combine(Golden, "reference", name);
        using var document = JsonDocument.Parse(File.ReadAllText(stem + ".json"));
        var root = document.RootElement;
        var task = root.TryGetProperty("task", out var named) ? Enum.Parse<GenerationTask>(named.GetString() ?? "") : GenerationTask.TextToImage;
        var request = new GenerationRequest
        {
            Task = task,
            Image = task == GenerationTask.TextToImage ? null : Picture(64, 64),
            Mask = task == GenerationTask.Inpaint ? GoldenMask() : null,
            Strength = root.TryGetProperty("strength", out var strength) ? strength.GetSingle() : 1f,
            Seed = root.TryGetProperty("seed", out var seed) ? seed.GetUInt64() : 0,
            Prompt = root.GetProperty("prompt").GetString() ?? "",
            NegativePrompt = root.GetProperty("negative_prompt").GetString() ?? "",
            Steps = root.GetProperty("steps").GetInt32(),
            GuidanceScale = root.GetProperty("guidance").GetSingle(),
            Scheduler = Enum.Parse<SchedulerKind>(root.GetProperty("scheduler").GetString() ?? ""),
            Width = root.GetProperty("width").GetInt32(),
            Height = root.GetProperty("height").GetInt32(),
            InitialNoise = Floats(stem + ".noise.bin"),
            ImageEmbedding = root.TryGetProperty("image_embedding", out var embedding) ? [.. embedding.EnumerateArray().Select(value => value.GetSingle())] : null,
        };
        return (request, File.ReadAllBytes(stem + ".rgb.bin"));
    }

    /// <summary>edit_inputs of make_models.py: four grades, one of them in part of a block only.</summary>
    private static Mask GoldenMask()
    {
        var values = new float[64 * 64];
        for (var y = 8; y < 53; y++)
            Array.Fill(values, y < 40 ? 1f : y < 48 ? 0.5f : 0.25f, (y * 64) + 20, 44);
        return new Mask(64, 64, values);
    }

    public static float[] Floats(string file)
    {
        var bytes = File.ReadAllBytes(file);
        var values = new float[bytes.Length / 4];
        Buffer.BlockCopy(bytes, 0, values, 0, bytes.Length);
        return values;
    }

    /// <summary>Largest and mean difference of a colour byte, alpha left out.</summary>
    public static (int Largest, double Mean) Difference(PixelImage image, byte[] rgb)
    {
        Assert.Equal(rgb.Length, image.Width * image.Height * 3);
        var most = 0;
        var sum = 0L;
        for (var i = 0; i < image.Width * image.Height; i++)
        {
            for (var c = 0; c < 3; c++)
            {
                var difference = Math.Abs(image.Rgba[(i * 4) + c] - rgb[(i * 3) + c]);
                most = Math.Max(most, difference);
                sum += difference;
            }
        }

        return (most, sum / (double)rgb.Length);
    }
}
