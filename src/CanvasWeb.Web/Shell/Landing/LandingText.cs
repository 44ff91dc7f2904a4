namespace CanvasWeb.Web.Shell.Landing;

/// <summary>Names the words of the start page.</summary>
internal sealed class LandingText;
