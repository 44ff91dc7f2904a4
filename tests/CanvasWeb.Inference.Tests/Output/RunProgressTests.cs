using CanvasWeb.Imaging;
using CanvasWeb.Inference.Output;

namespace CanvasWeb.Inference.Tests.Output;

public sealed class RunProgressTests : IDisposable
{
    private readonly StringWriter _error = new() { NewLine = "\n" };
    private readonly ManualTime _time = new();

    public void Dispose() => _error.Dispose();

    [Fact]
    public void A_bar_shows_step_rate_and_time_left()
    {
        var progress = Progress(ProgressStyle.Bar, pictures: 2);
        progress.StartPicture(0);

        progress.StepDone(5, 20, TimeSpan.FromMilliseconds(500));

        // 15 steps of this picture and 20 of the next at half a second each.
        Assert.Equal("\r1/2 [======>                 ]  5/20 2.0 it/s 0:17 left", _error.ToString());
    }

    [Fact]
    public void Slow_steps_are_shown_in_seconds_and_later_frames_by_their_number()
    {
        var progress = Progress(ProgressStyle.Bar, pictures: 1);
        progress.StartPicture(0);
        progress.StepDone(1, 1, TimeSpan.FromMilliseconds(2500));

        progress.StepDone(1, 1, TimeSpan.FromMilliseconds(2500));

        Assert.EndsWith("\rframe 2 [========================] 1/1 2.5 s/step finishing", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_bar_is_full_at_the_last_step_and_clears_itself()
    {
        var progress = Progress(ProgressStyle.Bar, pictures: 1);
        progress.StartPicture(0);
        progress.StepDone(20, 20, TimeSpan.FromMilliseconds(100));
        const string bar = "[========================] 20/20 10.0 it/s finishing";

        progress.Clear();
        progress.Clear();

        Assert.Equal($"\r{bar}\r{new string(' ', bar.Length)}\r", _error.ToString());
    }

    [Fact]
    public void A_bar_is_not_drawn_more_often_than_a_person_can_see()
    {
        var progress = Progress(ProgressStyle.Bar, pictures: 1);
        progress.StartPicture(0);
        for (var step = 1; step <= 99; step++)
        {
            progress.StepDone(step, 100, TimeSpan.FromMilliseconds(1));
            _time.Advance(TimeSpan.FromMilliseconds(1));
        }

        Assert.Equal(2, _error.ToString().Count(letter => letter == '\r'));
    }

    [Fact]
    public void A_bar_never_wraps()
    {
        var progress = Progress(ProgressStyle.Bar, pictures: 1, columns: 30);
        progress.StartPicture(0);

        progress.StepDone(1, 20, TimeSpan.FromMilliseconds(500));

        Assert.Equal(1 + 29, _error.ToString().Length);
    }

    [Fact]
    public void Without_a_terminal_there_is_a_line_for_each_picture_and_none_for_steps()
    {
        var progress = Progress(ProgressStyle.Lines, pictures: 2);
        for (var picture = 0; picture < 2; picture++)
        {
            progress.StartPicture(picture);
            progress.StepDone(1, 2, TimeSpan.FromMilliseconds(1));
            progress.StepDone(2, 2, TimeSpan.FromMilliseconds(1));
        }

        Assert.Equal("picture 1 of 2: 2 steps\npicture 2 of 2: 2 steps\n", _error.ToString());
    }

    [Fact]
    public void Parts_of_an_outpainted_picture_are_counted()
    {
        var progress = Progress(ProgressStyle.Lines, pictures: 1);
        progress.StartPicture(0);
        progress.StepDone(1, 1, TimeSpan.FromMilliseconds(1));
        progress.StepDone(1, 1, TimeSpan.FromMilliseconds(1));

        Assert.Equal("picture 1 of 1: 1 steps\npicture 1 of 1, frame 2: 1 steps\n", _error.ToString());
    }

    [Fact]
    public void Quiet_is_silent_and_still_times_the_steps()
    {
        var progress = Progress(ProgressStyle.Nothing, pictures: 1);
        progress.Say("loading");
        progress.StartPicture(0);
        progress.StepDone(1, 1, TimeSpan.FromMilliseconds(12));
        progress.Clear();

        Assert.Empty(_error.ToString());
        Assert.Equal([12.0], progress.StepMs);
    }

    [Fact]
    public void Previews_are_numbered_through_the_parts_of_a_picture()
    {
        var saved = new List<(int Picture, int Number)>();
        var progress = new RunProgress(new ProgressTarget(_error, ProgressStyle.Nothing, () => 80), _time, 2, (picture, number, _) => saved.Add((picture, number)));
        var preview = new PixelImage(1, 1);
        progress.StartPicture(0);
        progress.PreviewReady(1, 2, preview);
        progress.PreviewReady(1, 2, preview);
        progress.StartPicture(1);
        progress.PreviewReady(1, 2, preview);

        Assert.Equal([(0, 1), (0, 2), (1, 1)], saved);
        Assert.Equal(3, progress.PreviewCount);
    }

    [Fact]
    public void Previews_are_only_asked_for_when_somebody_takes_them() =>
        Assert.False(Progress(ProgressStyle.Bar, pictures: 1).WantsPreview(1, 2));

    private RunProgress Progress(ProgressStyle style, int pictures, int columns = 80) =>
        new(new ProgressTarget(_error, style, () => columns), _time, pictures, savePreview: null);
}
