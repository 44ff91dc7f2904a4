using System.Globalization;
using CanvasWeb.Diffusion.Pipelines;
using CanvasWeb.Imaging;

namespace CanvasWeb.Inference.Output;

/// <summary>
/// Shows how a run goes on stderr (a bar on a terminal, a line a stage elsewhere, nothing when quiet), times the steps and hands
/// previews on. One instance a run, used on the generating thread only.
/// </summary>
internal sealed class RunProgress : IGenerationObserver
{
    /// <summary>Rates are means over this many steps: the last few, so that a machine that gets busy shows.</summary>
    private const int RateWindow = 10;

    /// <summary>Terminals are slow and a step can take a millisecond.</summary>
    private const double RedrawEveryMs = 50;

    private readonly ProgressTarget _target;
    private readonly TimeProvider _time;
    private readonly int _pictures;
    private readonly Action<int, int, PixelImage>? _savePreview;
    private readonly List<double> _stepMs = [];
    private int _picture;
    private int _part;
    private int _previewsOfPicture;
    private int _drawnLength;
    private long? _drawnAt;

    /// <param name="pictures">How many pictures the run makes.</param>
    /// <param name="savePreview">Receives (picture from 0, preview of that picture from 1, preview); null decodes none.</param>
    public RunProgress(ProgressTarget target, TimeProvider time, int pictures, Action<int, int, PixelImage>? savePreview)
    {
        _target = target;
        _time = time;
        _pictures = pictures;
        _savePreview = savePreview;
    }

    /// <summary>Wall milliseconds of each step so far.</summary>
    public IReadOnlyList<double> StepMs => _stepMs;

    public int PreviewCount { get; private set; }

    /// <summary>A stage begins or ended; a line where there is no bar.</summary>
    public void Say(string line)
    {
        if (_target.Style == ProgressStyle.Lines)
            _target.Writer.WriteLine(line);
        else if (_target.Style == ProgressStyle.Bar)
            Draw(line);
    }

    public void StartPicture(int picture)
    {
        _picture = picture;
        _part = 0;
        _previewsOfPicture = 0;
    }

    public bool WantsPreview(int step, int steps) => _savePreview != null;

    public void StepDone(int step, int steps, TimeSpan elapsed)
    {
        _stepMs.Add(elapsed.TotalMilliseconds);
        if (step == 1)
            StartPart(steps);
        if (_target.Style == ProgressStyle.Bar && (step == steps || _drawnAt is not { } at || _time.GetElapsedTime(at).TotalMilliseconds >= RedrawEveryMs))
        {
            Draw(Bar(step, steps));
            _drawnAt = _time.GetTimestamp();
        }
    }

    public void PreviewReady(int step, int steps, PixelImage preview)
    {
        PreviewCount++;
        _previewsOfPicture++;
        _savePreview?.Invoke(_picture, _previewsOfPicture, preview);
    }

    /// <summary>Takes the bar away, so that what follows starts on an empty line.</summary>
    public void Clear()
    {
        if (_drawnLength == 0)
            return;
        _target.Writer.Write('\r' + new string(' ', _drawnLength) + '\r');
        _target.Writer.Flush();
        _drawnLength = 0;
    }

    /// <summary>A picture has several parts when it is outpainted in several frames; how many is not known beforehand.</summary>
    private void StartPart(int steps)
    {
        _part++;
        if (_target.Style != ProgressStyle.Lines)
            return;
        var part = _part == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $", frame {_part}");
        _target.Writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"picture {_picture + 1} of {_pictures}{part}: {steps} steps"));
    }

    private string Bar(int step, int steps)
    {
        const int width = 24;
        var recent = _stepMs.TakeLast(RateWindow).Average();
        var stepsLeft = steps - step + ((_pictures - 1 - _picture) * (double)steps);
        var filled = width * step / steps;
        var bar = new string('=', filled) + (filled < width ? ">" : "") + new string(' ', Math.Max(0, width - filled - 1));
        var picture = _pictures == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $"{_picture + 1}/{_pictures} ");
        var frame = _part > 1 ? string.Create(CultureInfo.InvariantCulture, $"frame {_part} ") : "";
        var rate = recent <= 0 ? ""
            : recent > 1000 ? string.Create(CultureInfo.InvariantCulture, $" {recent / 1000:0.0} s/step")
            : string.Create(CultureInfo.InvariantCulture, $" {1000 / recent:0.0} it/s");
        var left = TimeSpan.FromMilliseconds(stepsLeft * recent);

        // As wide for step 1 as for the last, so that nothing moves. After the last step comes the decoder, which takes its time.
        var count = step.ToString(CultureInfo.InvariantCulture).PadLeft(steps.ToString(CultureInfo.InvariantCulture).Length);
        var end = step == steps && _picture == _pictures - 1 ? "finishing" : string.Create(CultureInfo.InvariantCulture, $"{(int)left.TotalMinutes}:{left.Seconds:00} left");
        return string.Create(CultureInfo.InvariantCulture, $"{picture}{frame}[{bar}] {count}/{steps}{rate} {end}");
    }

    private void Draw(string line)
    {
        // A line that wraps cannot be taken back with a carriage return.
        var columns = Math.Max(20, _target.Columns() - 1);
        if (line.Length > columns)
            line = line[..columns];
        _target.Writer.Write('\r' + line.PadRight(_drawnLength));
        _target.Writer.Flush();
        _drawnLength = line.Length;
    }
}

internal enum ProgressStyle
{
    Nothing,
    Lines,
    Bar,
}

/// <summary>Where and how progress is shown.</summary>
/// <param name="Columns">Width of the terminal; asked at every drawing, because windows are resized.</param>
internal sealed record ProgressTarget(TextWriter Writer, ProgressStyle Style, Func<int> Columns);
