using CanvasWeb.Canvas.Document;
using CanvasWeb.Canvas.Frames;
using CanvasWeb.Web.Generation;

namespace CanvasWeb.Web.Boards.Page;

/// <summary>What the canvas tells the chrome about itself, at most ten times a second. The wire form is fixed in this folder's README.</summary>
/// <param name="Saved">"saved", "saving" or "offline".</param>
/// <param name="Empty">Nothing lies on the board.</param>
/// <param name="Frame">The one selected frame; null for none or several.</param>
internal sealed record CanvasState(
    string Tool = "select",
    double Zoom = 1,
    BoardRole Role = BoardRole.Viewer,
    string Saved = "saved",
    bool CanUndo = false,
    bool CanRedo = false,
    bool Grid = false,
    bool Snap = true,
    bool Empty = false,
    IReadOnlyList<CanvasState.Node>? Selection = null,
    CanvasState.SelectedFrame? Frame = null,
    CanvasState.MaskTool? Mask = null,
    CanvasState.Brush? CurrentBrush = null,
    IReadOnlyList<CanvasState.Person>? People = null,
    IReadOnlyList<JobView>? Jobs = null)
{
    internal sealed record Node(string Id, string Kind);

    internal sealed record SelectedFrame(string Id, FrameSettings Settings, double Width, double Height, FramePlanned? Plan = null, JobView? Job = null);

    /// <param name="Task">Null while the plan is on its way.</param>
    /// <param name="Painted">A mask asks for more than what is bare: an extension fills it too.</param>
    internal sealed record FramePlanned(FrameTask? Task = null, long? Price = null, GenerationRefusal? Refusal = null, bool Painted = false);

    internal sealed record MaskTool(bool Active = false, bool Painted = false);

    /// <param name="Size">Diameter in CSS pixels: the brush keeps its size on the screen while one zooms.</param>
    /// <param name="Softness">0 to 1.</param>
    internal sealed record Brush(double Size = 64, double Softness = 0.5);

    /// <param name="Actor">The account; the same in each of its windows.</param>
    internal sealed record Person(string Name, int Colour, string Actor = "");
}
