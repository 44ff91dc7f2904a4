using System.Text;
using System.Xml.Linq;

namespace CanvasWeb.Imaging.Tests;

public sealed class PictureOriginTests
{
    private static readonly XNamespace s_iptc = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/";

    private static PictureOrigin Origin { get; } = new()
    {
        Source = DigitalSource.CompositeWithTrainedAlgorithmicMedia,
        CreatorTool = "CanvasWeb 0.1.0",
        System = "canvas-mini",
        SystemVersion = "abc",
        Prompt = "a fox & a \"狐\" <3",
        Ingredients = [new string('a', 64), new string('b', 64)],
    };

    [Theory]
    [InlineData(ImageFormat.Png)]
    [InlineData(ImageFormat.Jpeg)]
    [InlineData(ImageFormat.WebP)]
    public void Each_format_says_where_the_picture_comes_from_beside_its_parameters(ImageFormat format)
    {
        var file = ImageEncoder.Encode(new PixelImage(8, 8), new EncodeOptions { Format = format, Parameters = "{\"a\":1}", Origin = Origin });

        var packet = PacketOf(file);
        Assert.Equal("http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia", packet.Descendants(s_iptc + "DigitalSourceType").Single().Value);
        Assert.Equal(Origin.Prompt, packet.Descendants(s_iptc + "AIPromptInformation").Single().Value);
        Assert.Equal("canvas-mini", packet.Descendants(s_iptc + "AISystemUsed").Single().Value);
        Assert.Equal([$"nih:sha-256;{new string('a', 64)}", $"nih:sha-256;{new string('b', 64)}"], packet.Descendants(XName.Get("documentID", "http://ns.adobe.com/xap/1.0/sType/ResourceRef#")).Select(static id => id.Value));
        Assert.Equal("{\"a\":1}", ImageMetadata.ReadParameters(file));
    }

    [Fact]
    public void A_file_that_says_nothing_has_no_packet()
    {
        var file = ImageEncoder.Encode(new PixelImage(8, 8), new EncodeOptions { Format = ImageFormat.Png });

        Assert.DoesNotContain("xmpmeta", Encoding.UTF8.GetString(file), StringComparison.Ordinal);
    }

    [Fact]
    public void Long_prompts_and_many_ingredients_still_fit_one_segment_of_a_JPEG()
    {
        var origin = Origin with { Prompt = new string('狐', 50_000), Ingredients = [.. Enumerable.Repeat(new string('c', 64), 5_000)] };
        var packet = PacketOf(ImageEncoder.Encode(new PixelImage(8, 8), new EncodeOptions { Format = ImageFormat.Jpeg, Origin = origin }));

        Assert.Equal(PictureOrigin.MaxPrompt, packet.Descendants(s_iptc + "AIPromptInformation").Single().Value.Length);
        Assert.Equal(PictureOrigin.MaxIngredients, packet.Descendants(XName.Get("documentID", "http://ns.adobe.com/xap/1.0/sType/ResourceRef#")).Count());
    }

    private static XDocument PacketOf(byte[] file)
    {
        var text = Encoding.UTF8.GetString(file);
        var (start, end) = (text.IndexOf("<x:xmpmeta", StringComparison.Ordinal), text.IndexOf("</x:xmpmeta>", StringComparison.Ordinal));
        return XDocument.Parse(text[start..(end + "</x:xmpmeta>".Length)]);
    }
}
