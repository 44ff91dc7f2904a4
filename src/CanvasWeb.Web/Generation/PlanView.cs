using CanvasWeb.Canvas.Frames;
using CanvasWeb.Canvas.Geometry;

namespace CanvasWeb.Web.Generation;

/// <summary>What a frame would do: what the overlay draws and the button says. All rectangles in world units.</summary>
/// <param name="Task">Null when refused before it was known.</param>
/// <param name="Price">Credits for all candidates.</param>
/// <param name="Refusal">Why pressing the button would be refused; the balance is not looked at.</param>
internal sealed record PlanView(
    FrameTask? Task,
    WorldRect? Frame,
    WorldRect? Crop,
    IReadOnlyList<WorldRect> Covered,
    IReadOnlyList<WorldRect> Uncovered,
    WorldRect? Painted,
    IReadOnlyList<WorldRect> Context,
    PixelSize? ModelSize,
    long? Price,
    GenerationRefusal? Refusal);
