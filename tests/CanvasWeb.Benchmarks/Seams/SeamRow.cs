namespace CanvasWeb.Benchmarks.Seams;

/// <summary>Scores of one variant over all scenes: sum of steps in the results over the sum in the real pictures.</summary>
/// <param name="InpaintBorder">Gradient across the mask's border, made over real.</param>
/// <param name="InpaintNear">The same between pixels 8 to each side: what a feather cannot hide.</param>
/// <param name="OutpaintBorder">The larger of two lines: the old picture's border and the painted mask's border (they differ by the overlap).</param>
/// <param name="OutpaintNear">The larger of the same two lines, 8 to each side.</param>
/// <param name="InpaintDetail">Fine detail in a band inside the mask over that in a band outside: 1 = as crisp as what was kept.</param>
/// <param name="OutpaintDetail">The same of the first new pixels over the last that nobody painted.</param>
/// <param name="ChangedOutside">Bytes outside the masks that differ from the original: must be 0.</param>
public sealed record SeamRow(string Variant, double InpaintBorder, double InpaintNear, double OutpaintBorder, double OutpaintNear, double InpaintDetail, double OutpaintDetail, long ChangedOutside);
