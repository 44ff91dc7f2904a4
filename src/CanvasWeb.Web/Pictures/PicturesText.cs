namespace CanvasWeb.Web.Pictures;

/// <summary>Names the words of this folder: PicturesText.resx in English, PicturesText.pt.resx and so on beside it.</summary>
internal sealed class PicturesText;
