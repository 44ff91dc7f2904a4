namespace CanvasWeb.Contracts;

/// <summary>Names of a job's inputs.</summary>
public static class JobInputs
{
    /// <summary>RGBA PNG of <see cref="JobLease.CropWidth"/> x <see cref="JobLease.CropHeight"/>: what lies on the board there, transparent where nothing does.</summary>
    public const string Crop = "crop";

    /// <summary>Grey PNG of the same size: 255 is to be made anew, 0 is kept, graded between.</summary>
    public const string New = "new";

    /// <summary>The picture to vary, to change, to enlarge, or to begin an interpolation with.</summary>
    public const string Picture = "picture";

    /// <summary>The picture that an interpolation goes to.</summary>
    public const string Other = "other";
}
