namespace CanvasWeb.Web.Galleries;

/// <summary>Marks GalleriesText.resx, the words of the public pages of galleries.</summary>
internal sealed class GalleriesText;
