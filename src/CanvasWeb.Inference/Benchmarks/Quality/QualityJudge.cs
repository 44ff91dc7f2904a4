using System.Text.Json;
using CanvasWeb.Diffusion.Models;
using CanvasWeb.Diffusion.Onnx;
using CanvasWeb.Diffusion.Tensors;
using CanvasWeb.Imaging;
using CanvasWeb.Inference.Commands;
using CanvasWeb.Inference.Output;

namespace CanvasWeb.Inference.Benchmarks.Quality;

/// <summary>
/// The independent classifier that reads what a picture shows (tests/quality/judge.onnx, made by models/training/export_judge.py). It shares nothing with the
/// CLIP that guides the model. Not for two threads at a time.
/// </summary>
internal sealed class QualityJudge : IDisposable
{
    private readonly JudgeLabels _labels;
    private readonly Dictionary<string, int> _starts;
    private readonly OnnxModel _model;
    private readonly Tensor _pixels;
    private readonly Tensor _scores;
    private readonly BoundRun _run;

    private QualityJudge(JudgeLabels labels, OnnxModel model)
    {
        (_labels, _model) = (labels, model);
        _starts = new Dictionary<string, int>(StringComparer.Ordinal);
        var count = 0;
        foreach (var head in labels.Heads)
        {
            _starts.Add(head.Name, count);
            count += head.Labels.Count;
        }

        _pixels = new Tensor(1, 3, labels.Side, labels.Side);
        _scores = new Tensor(1, count);
        _run = model.Bind(new Dictionary<string, Tensor>(StringComparer.Ordinal) { ["pixels"] = _pixels }, new Dictionary<string, Tensor>(StringComparer.Ordinal) { ["scores"] = _scores });
    }

    /// <exception cref="CommandException">A file is missing or is no judge.</exception>
    /// <exception cref="ModelFormatException">The graph is broken.</exception>
    public static QualityJudge Load(string folder, CancellationToken cancellationToken)
    {
        var file = Path.Combine(folder, "judge.json");
        JudgeLabels labels;
        try
        {
            labels = JsonSerializer.Deserialize(PictureFiles.ReadBytes(file), InferenceJson.Readable.JudgeLabels) ?? throw new JsonException("It is empty.");
        }
        catch (JsonException exception)
        {
            throw new CommandException(ExitCode.Input, "judge_unreadable", $"{file} does not say what the judge reads: {exception.Message}", exception);
        }

        var model = OnnxModel.Load(Path.Combine(folder, "judge.onnx"), new OnnxModelOptions { Provider = ExecutionProvider.Cpu, AllowSpinning = false }, cancellationToken);
        try
        {
            return new QualityJudge(labels, model);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>Reads a picture of any size; it is averaged down to the judge's side.</summary>
    public Reading Read(PixelImage picture, CancellationToken cancellationToken)
    {
        Pictures.WriteSquare(picture, _labels.Side, _pixels.Span);
        _run.Run(cancellationToken);
        var all = _scores.Span;
        var heads = new Dictionary<string, IReadOnlyDictionary<string, float>>(StringComparer.Ordinal);
        foreach (var head in _labels.Heads)
        {
            var scores = new Dictionary<string, float>(StringComparer.Ordinal);
            for (var i = 0; i < head.Labels.Count; i++)
                scores.Add(head.Labels[i], all[_starts[head.Name] + i]);
            heads.Add(head.Name, scores);
        }

        return new Reading(heads);
    }

    public void Dispose()
    {
        _run.Dispose();
        _pixels.Dispose();
        _scores.Dispose();
        _model.Dispose();
    }
}

/// <summary>What <c>tests/quality/judge.json</c> says.</summary>
/// <param name="Side">Pixels a side that the judge reads.</param>
/// <param name="Heads">In the order of the graph's output.</param>
internal sealed record JudgeLabels(int Side, IReadOnlyList<JudgeHead> Heads);

internal sealed record JudgeHead(string Name, IReadOnlyList<string> Labels);
