namespace CanvasWeb.Web.Admin;

/// <summary>Marks AdminText.resx, the words of the admin's pages.</summary>
internal sealed class AdminText;
