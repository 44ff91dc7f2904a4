using CanvasWeb.Contracts;
using CanvasWeb.Imaging;
using CanvasWeb.Inference.Worker;

namespace CanvasWeb.Inference.Tests.Worker;

public sealed class FilmRecorderTests
{
    [Theory]
    [InlineData(2, 2)]
    [InlineData(20, 20)]
    [InlineData(24, 24)]
    [InlineData(50, 24)]
    [InlineData(1_000, 24)]
    public void A_film_has_its_previews_evenly_and_ends_with_the_finished_picture(int steps, int frames)
    {
        var recorder = new FilmRecorder();
        for (var step = 1; step < steps; step++)
            recorder.Add(step, steps, Plain(64, (byte)(step * 200 / steps)));

        var film = recorder.Finish(Plain(256, 250));

        Assert.NotNull(film);
        Assert.Equal(frames, film.Value.Frames);
        var strip = ImageDecoder.Decode(film.Value.WebP, ImageLimits.Default);
        Assert.Equal((64 * frames, 64), (strip.Width, strip.Height));
        var shades = Enumerable.Range(0, frames).Select(frame => (int)strip.Rgba[strip.Offset((frame * 64) + 32, 32)]).ToList();
        Assert.InRange(shades[^1], 240, 255);
        Assert.Equal(shades.Order(), shades);
    }

    [Fact]
    public void Noise_is_made_small_enough_and_keeps_the_finished_picture()
    {
        var random = new Random(7);
        var recorder = new FilmRecorder();
        for (var step = 1; step < 24; step++)
        {
            var noise = new PixelImage(256, 256);
            random.NextBytes(noise.Rgba);
            recorder.Add(step, 24, noise);
        }

        var film = recorder.Finish(Plain(256, 250));

        Assert.NotNull(film);
        Assert.InRange(film.Value.WebP.Length, 1, InferenceProtocol.FilmMaxBytes);
        var strip = ImageDecoder.Decode(film.Value.WebP, ImageLimits.Default);
        Assert.True(strip.Height <= InferenceProtocol.FilmMaxSide && strip.Width % film.Value.Frames == 0);
        Assert.InRange(strip.Rgba[strip.Offset(strip.Width - (strip.Height / 2), strip.Height / 2)], 235, 255);
    }

    [Fact]
    public void Without_previews_there_is_no_film() => Assert.Null(new FilmRecorder().Finish(Plain(8, 1)));

    private static PixelImage Plain(int side, byte shade)
    {
        var picture = new PixelImage(side, side);
        for (var i = 0; i < picture.Rgba.Length; i++)
            picture.Rgba[i] = i % 4 == 3 ? (byte)255 : shade;
        return picture;
    }
}
