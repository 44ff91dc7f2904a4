namespace CanvasWeb.Web.Credits;

/// <summary>Names the resource file of the credits pages.</summary>
internal sealed class CreditsText;
