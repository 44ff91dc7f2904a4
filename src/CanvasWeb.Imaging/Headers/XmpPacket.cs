using System.Text;
using System.Xml;

namespace CanvasWeb.Imaging.Headers;

/// <summary>The XMP packet (ISO 16684-1) that carries one parameter text through JPEG, WebP and PNG.</summary>
internal static class XmpPacket
{
    /// <summary>More than any prompt with its settings, and small enough for one JPEG segment (65,533 bytes) in most alphabets.</summary>
    public const int MaxCharacters = 32_768;

    /// <summary>One JPEG segment less its length and the XMP name in front of the packet.</summary>
    private const int MaxPacketBytes = 65_500;
    private const string Namespace = "urn:canvasweb:xmp:1";
    private const string Rdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
    private const string Meta = "adobe:ns:meta/";

    /// <exception cref="ImageException"><c>bad_parameters</c>: too long, or with characters that XML cannot hold (most control characters, half surrogates).</exception>
    public static byte[] Write(string parameters)
    {
        if (parameters.Length > MaxCharacters)
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

    private static ImageException TooLong() => new(ImageErrorCodes.BadParameters, "The text to store in the picture is too long: at most 32,768 characters or 65,500 bytes as XML.");
}
