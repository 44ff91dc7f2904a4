namespace CanvasWeb.Web.Shell;

/// <summary>Names the shell's words: ShellText.resx in English, ShellText.pt.resx and so on beside it.</summary>
internal sealed class ShellText;
