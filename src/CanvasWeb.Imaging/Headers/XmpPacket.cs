using System.Text;
using System.Xml;

namespace CanvasWeb.Imaging.Headers;

/// <summary>The XMP packet (ISO 16684-1) that carries one parameter text, and where a picture comes from, through JPEG, WebP and PNG.</summary>
internal static class XmpPacket
{
    /// <summary>More than any prompt with its settings, and small enough for one JPEG segment (65,533 bytes) in most alphabets.</summary>
    public const int MaxCharacters = 32_768;

    /// <summary>One JPEG segment less its length and the XMP name in front of the packet.</summary>
    private const int MaxPacketBytes = 65_500;
    private const string Namespace = "urn:canvasweb:xmp:1";
    private const string Rdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
    private const string Meta = "adobe:ns:meta/";
    private const string Xmp = "http://ns.adobe.com/xap/1.0/";
    private const string XmpMm = "http://ns.adobe.com/xap/1.0/mm/";
    private const string StRef = "http://ns.adobe.com/xap/1.0/sType/ResourceRef#";

    // IPTC Photo Metadata Standard 2025.1, extension schema; the codes are of http://cv.iptc.org/newscodes/digitalsourcetype/.
    private const string IptcExt = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/";
    private const string SourceTypes = "http://cv.iptc.org/newscodes/digitalsourcetype/";

    /// <summary>Null when there is nothing to say.</summary>
    /// <exception cref="ImageException">As for <see cref="Write"/>.</exception>
    public static byte[]? WriteOrNull(string? parameters, PictureOrigin? origin) => parameters is null && origin is null ? null : Write(parameters, origin);

    /// <exception cref="ImageException"><c>bad_parameters</c>: too long, or with characters that XML cannot hold (most control characters, half surrogates).</exception>
    public static byte[] Write(string? parameters, PictureOrigin? origin)
    {
        if (parameters?.Length > MaxCharacters)
            throw TooLong();
        using var packet = new MemoryStream();

        // Entitize keeps a carriage return a carriage return: XML readers turn bare ones into line feeds.
        var settings = new XmlWriterSettings { Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), OmitXmlDeclaration = true, NewLineHandling = NewLineHandling.Entitize };
        try
        {
            using var writer = XmlWriter.Create(packet, settings);
            writer.WriteProcessingInstruction("xpacket", "begin=\"\uFEFF\" id=\"W5M0MpCehiHzreSzNTczkc9d\"");
            writer.WriteStartElement("x", "xmpmeta", Meta);
            writer.WriteStartElement("rdf", "RDF", Rdf);
            writer.WriteStartElement("rdf", "Description", Rdf);
            writer.WriteAttributeString("rdf", "about", Rdf, "");
            if (origin is not null)
                WriteOrigin(writer, origin);
            if (parameters is not null)
                writer.WriteElementString("canvasweb", "parameters", Namespace, parameters);
            writer.WriteEndElement();
            writer.WriteEndElement();
            writer.WriteEndElement();
            writer.WriteProcessingInstruction("xpacket", "end=\"r\"");
        }
        catch (Exception e) when (e is ArgumentException or EncoderFallbackException)
        {
            throw new ImageException(ImageErrorCodes.BadParameters, "The text to store in the picture has characters that cannot be stored (control characters or half an emoji): remove them.", e.Message);
        }

        return packet.Length > MaxPacketBytes ? throw TooLong() : packet.ToArray();
    }

    /// <summary>The text, or null when the packet has none or is not XML. Entities and external references are never resolved.</summary>
    public static string? Read(ReadOnlySpan<byte> packet)
    {
        var settings = new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, MaxCharactersInDocument = MaxPacketBytes * 2 };
        try
        {
            using var reader = XmlReader.Create(new MemoryStream(packet.ToArray()), settings);
            return reader.ReadToFollowing("parameters", Namespace) ? reader.ReadElementContentAsString() : null;
        }
        catch (XmlException)
        {
            return null;
        }
    }

    private static void WriteOrigin(XmlWriter writer, PictureOrigin origin)
    {
        writer.WriteElementString("Iptc4xmpExt", "DigitalSourceType", IptcExt, SourceTypes + origin.Source switch
        {
            DigitalSource.TrainedAlgorithmicMedia => "trainedAlgorithmicMedia",
            DigitalSource.CompositeWithTrainedAlgorithmicMedia => "compositeWithTrainedAlgorithmicMedia",
        });
        writer.WriteElementString("xmp", "CreatorTool", Xmp, origin.CreatorTool);
        WriteUnlessEmpty(writer, "AISystemUsed", origin.System);
        WriteUnlessEmpty(writer, "AISystemVersionUsed", origin.SystemVersion);
        WriteUnlessEmpty(writer, "AIPromptInformation", Shorten(origin.Prompt));
        if (origin.Ingredients.Count == 0)
            return;
        writer.WriteStartElement("xmpMM", "Ingredients", XmpMm);
        writer.WriteStartElement("rdf", "Bag", Rdf);
        foreach (var sha256 in origin.Ingredients.Take(PictureOrigin.MaxIngredients))
        {
            // RFC 6920, section 7: a name by content in the form for human eyes, whose digits are the ones that we show everywhere.
            writer.WriteStartElement("rdf", "li", Rdf);
            writer.WriteAttributeString("rdf", "parseType", Rdf, "Resource");
            writer.WriteElementString("stRef", "documentID", StRef, "nih:sha-256;" + sha256);
            writer.WriteEndElement();
        }

        writer.WriteEndElement();
        writer.WriteEndElement();
    }

    private static void WriteUnlessEmpty(XmlWriter writer, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
            writer.WriteElementString("Iptc4xmpExt", name, IptcExt, value);
    }

    // Not between the halves of a letter that takes two.
    private static string? Shorten(string? text) => text is null || text.Length <= PictureOrigin.MaxPrompt
        ? text
        : text[..(char.IsHighSurrogate(text[PictureOrigin.MaxPrompt - 1]) ? PictureOrigin.MaxPrompt - 1 : PictureOrigin.MaxPrompt)];

    private static ImageException TooLong() => new(ImageErrorCodes.BadParameters, "The text to store in the picture is too long: at most 32,768 characters or 65,500 bytes as XML.");
}
