namespace CanvasWeb.Web.Boards.Page;

/// <summary>
/// Names the words that the canvas itself shows. They travel to it as they are, {placeholders} in braces included: it fills them in. Which keys
/// there are is said by wwwroot/js/canvas (overlay/text.js and the calls of stage.text).
/// </summary>
internal sealed class CanvasText;
