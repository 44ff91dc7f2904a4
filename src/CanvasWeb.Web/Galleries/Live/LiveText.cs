namespace CanvasWeb.Web.Galleries.Live;

/// <summary>Names the words around a live gallery: LiveText.resx.</summary>
internal sealed class LiveText;
