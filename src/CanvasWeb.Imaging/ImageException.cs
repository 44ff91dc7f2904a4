namespace CanvasWeb.Imaging;

/// <summary>A picture that cannot be read or written, in words for the person who brought it.</summary>
public sealed class ImageException : Exception
{
    /// <param name="code">One of <see cref="ImageErrorCodes"/>.</param>
    /// <param name="message">What is wrong and what to do, one or two sentences.</param>
    /// <param name="detail">What the decoder said, for a log; never shown to users.</param>
    public ImageException(string code, string message, string? detail = null)
        : base(message)
    {
        Code = code;
        Detail = detail;
    }

    /// <summary>Stable, for programs: one of <see cref="ImageErrorCodes"/>.</summary>
    public string Code { get; }

    /// <summary>
    /// The native decoder's own words, when there are any. libvips keeps one error text a process, so with several decodes at once
    /// the words can belong to a neighbour: good for a log, never to decide on.
    /// </summary>
    public string? Detail { get; }
}
