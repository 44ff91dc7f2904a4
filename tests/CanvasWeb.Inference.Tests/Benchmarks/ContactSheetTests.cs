using CanvasWeb.Imaging;
using CanvasWeb.Inference.Benchmarks.Quality;

namespace CanvasWeb.Inference.Tests.Benchmarks;

public sealed class ContactSheetTests
{
    private const int Height = ContactSheet.CellHeight;

    [Fact]
    public void Right_is_green_wrong_is_red_and_unjudged_is_neither()
    {
        var sheet = new ContactSheet();
        sheet.AddRow([(Grey(96), true), (Grey(144), false), (Grey(96), null)]);
        sheet.AddRow([]);

        var picture = sheet.Compose()!; // It has a row.

        Assert.Equal((96 + 144 + 96 + (4 * 4), Height + 4 + (2 * 4)), (picture.Width, picture.Height));
        Assert.True(Strip(picture, 4) is (< 60, > 120, < 100), "right");
        Assert.True(Strip(picture, 4 + 96 + 4 + 143) is (> 180, < 80, < 80), "wrong, to the last column");
        Assert.Equal((245, 245, 245), Strip(picture, 4 + 96 + 4 + 144 + 4));
        Assert.Equal(100, picture.Rgba[picture.Offset(4 + 96 + 4, 4)]);
    }

    [Fact]
    public void Pictures_keep_their_shape() =>
        Assert.Equal((144, Height), (ContactSheet.Thumbnail(new PixelImage(384, 256)).Width, ContactSheet.Thumbnail(new PixelImage(384, 256)).Height));

    [Fact]
    public void Nothing_makes_no_sheet() => Assert.Null(new ContactSheet().Compose());

    private static (int R, int G, int B) Strip(PixelImage sheet, int x)
    {
        var at = sheet.Offset(x, 4 + Height + 1);
        return (sheet.Rgba[at], sheet.Rgba[at + 1], sheet.Rgba[at + 2]);
    }

    private static PixelImage Grey(int width)
    {
        var picture = new PixelImage(width, Height);
        picture.Rgba.AsSpan().Fill(100);
        return picture;
    }
}
