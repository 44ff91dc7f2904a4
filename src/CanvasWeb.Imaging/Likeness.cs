namespace CanvasWeb.Imaging;

/// <summary>How near two pictures are that should be the same.</summary>
public enum Likeness
{
    /// <summary>Every byte of every pixel.</summary>
    Identical,

    /// <summary>Within <see cref="PictureDifference.CloseDecibels"/>: nobody sees the difference.</summary>
    Close,

    /// <summary>Anything else.</summary>
    Different,
}
