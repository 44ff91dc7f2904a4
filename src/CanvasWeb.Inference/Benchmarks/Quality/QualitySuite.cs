using System.Text.Json;
using CanvasWeb.Imaging;
using CanvasWeb.Inference.Commands;
using CanvasWeb.Inference.Output;

namespace CanvasWeb.Inference.Benchmarks.Quality;

/// <summary>The fixed prompts and drawn pictures that a model is judged by (tests/quality): written once by make_suite.py, so that results stay comparable.</summary>
internal sealed class QualitySuite
{
    private const string PromptsFile = "prompts.json";

    private readonly PixelImage _tiles;
    private readonly PixelImage _continuations;

    private QualitySuite(string folder, SuiteDocument document, PixelImage tiles, PixelImage continuations)
    {
        Folder = folder;
        Document = document;
        _tiles = tiles;
        _continuations = continuations;
    }

    /// <summary>Where it lies; the judge lies beside it.</summary>
    public string Folder { get; }

    public SuiteDocument Document { get; }

    /// <summary>The folder <c>tests/quality</c> beside <paramref name="start"/> or above it; null where there is none.</summary>
    public static string? Find(string start)
    {
        for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
        {
            var suite = Path.Combine(folder.FullName, "tests", "quality");
            if (File.Exists(Path.Combine(suite, PromptsFile)))
                return suite;
        }

        return null;
    }

    /// <exception cref="CommandException">A file is missing or is no suite; the message names it.</exception>
    public static QualitySuite Load(string folder)
    {
        var file = Path.Combine(folder, PromptsFile);
        try
        {
            var document = JsonSerializer.Deserialize(PictureFiles.ReadBytes(file), InferenceJson.Readable.SuiteDocument) ?? throw new JsonException("It is empty.");
            return new QualitySuite(folder, document, PictureFiles.Read(Path.Combine(folder, "tiles.webp")), PictureFiles.Read(Path.Combine(folder, "continuations.webp")));
        }
        catch (JsonException exception)
        {
            throw new CommandException(ExitCode.Input, "suite_unreadable", $"{file} is no suite of prompts: {exception.Message}", exception);
        }
    }

    /// <summary>The drawn truth of a prompt, <see cref="SuiteDocument.TileSide"/> pixels a side.</summary>
    public PixelImage Tile(int index) => Cell(_tiles, index, Document.TileColumns, Document.TileSide, Document.TileSide);

    /// <summary>A wide scene: the known part is the square at its left, the rest its true continuation.</summary>
    public PixelImage Continuation(int index)
    {
        var height = _continuations.Height / ((Document.Outpaints.Count + 1) / 2);
        return Cell(_continuations, index, 2, _continuations.Width / 2, height);
    }

    private static PixelImage Cell(PixelImage atlas, int index, int columns, int width, int height) =>
        Pictures.Crop(atlas, index % columns * width, index / columns * height, width, height);
}
