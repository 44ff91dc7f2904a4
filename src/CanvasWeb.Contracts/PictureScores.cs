namespace CanvasWeb.Contracts;

/// <summary>What the image classifier says of a picture: how likely each class is, together 1. The site decides what follows from it.</summary>
/// <param name="Drawing">Harmless drawings and paintings.</param>
/// <param name="Hentai">Drawn sexual content.</param>
/// <param name="Neutral">Harmless photographs.</param>
/// <param name="Porn">Photographs of sexual acts and bodies.</param>
/// <param name="Sexy">Photographs that allude to it.</param>
/// <param name="ElapsedMs">What scoring took.</param>
public sealed record PictureScores(double Drawing, double Hentai, double Neutral, double Porn, double Sexy, double ElapsedMs);
