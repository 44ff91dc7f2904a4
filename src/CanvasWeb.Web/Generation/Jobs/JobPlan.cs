using CanvasWeb.Canvas.Frames;
using CanvasWeb.Canvas.Geometry;

namespace CanvasWeb.Web.Generation.Jobs;

/// <summary>What is kept of a <see cref="FramePlan"/>: where and how large. The pictures and masks were cut when the job was made.</summary>
/// <param name="Frame">World units. Of a job without a board (<see cref="DirectPlans"/>) the units are pixels of the picture that was asked for.</param>
/// <param name="Crop">What the model sees, world units.</param>
/// <param name="CropPixels">The same in pixels, one for each world unit.</param>
/// <param name="ModelSize">Pixels to paint.</param>
/// <param name="Placement">Where a text-to-image result lies, world units; inpainting says itself where its results lie.</param>
/// <param name="Feather">World units over which new and kept blend.</param>
internal sealed record JobPlan(FrameTask Task, WorldRect Frame, WorldRect Crop, PixelSize CropPixels, PixelSize ModelSize, WorldRect Placement, double Feather)
{
    public static JobPlan Of(FramePlan plan) => new(plan.Task, plan.Frame, plan.Crop, plan.CropPixels, plan.ModelSize, plan.Placement, plan.Feather);
}
