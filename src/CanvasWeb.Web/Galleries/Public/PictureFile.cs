namespace CanvasWeb.Web.Galleries.Public;

/// <summary>A file to send. Whoever has it disposes the stream, or hands it to an answer that does.</summary>
internal sealed record PictureFile(FileStream File, string Type)
{
    public static PictureFile? Of(FileStream? file, string type) => file is null ? null : new(file, type);
}
