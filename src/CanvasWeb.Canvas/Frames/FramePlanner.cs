using System.Globalization;
using CanvasWeb.Canvas.Document;
using CanvasWeb.Canvas.Geometry;
using CanvasWeb.Canvas.Masks;

namespace CanvasWeb.Canvas.Frames;

/// <summary>
/// Works out what a frame will do, from geometry alone: no pixels are read, so the browser can show it while dragging and the server can
/// price it before anything is fetched. Pure; what cannot be done comes back as a refusal.
/// </summary>
public static class FramePlanner
{
    // The painted part is found on a raster of this many pixels along the frame's longer side.
    private const int PaintedSide = 256;

    // Less than this is dust from soft edges, not something that a person has painted.
    private const float PaintedLeast = 0.02f;

    /// <param name="work">Where what finding the painted part costs is counted; by default up to <see cref="FrameLimits.MaxMaskWork"/>.</param>
    public static (FramePlan? Plan, Refusal? Refusal) Plan(FrameRequest request, ModelGeometry model, FrameLimits limits, MaskWork? work = null)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(limits);
        var frame = request.Frame;

        // 1. Can there be a picture of this shape?
        if (CheckShape(frame, limits) is { } refusal)
            return (null, refusal);

        // 2. What lies under the frame, and what is painted on it?
        var under = new CoverageMap(frame, request.Tiles, []);
        var coveredShare = under.CoveredArea(frame) / frame.Area;
        var isBare = coveredShare <= limits.Negligible;
        var isFull = coveredShare >= 1 - limits.Negligible;
        var uncovered = isFull ? [] : under.Parts(frame, outside: false, covered: false);
        work ??= new(limits.MaxMaskWork);
        var (painted, paintedShare) = isBare ? (null, 0) : FindPainted(request, under, work);
        if (work.IsSpent)
            return (null, new(RefusalCodes.MaskFull, "This mask has too many strokes to be drawn. Clear it and paint it anew with fewer."));

        // 3. So what is asked for?
        FrameTask task;
        if (isBare)
            task = FrameTask.TextToImage;
        else if (!isFull)
            task = FrameTask.Outpaint;
        else if (request.Remake || painted is not null)
            task = FrameTask.Inpaint;
        else
            return (null, new(RefusalCodes.NothingToMake, "Pictures cover all of this frame. Paint over what should change, or move the frame over an edge."));
        if (task != FrameTask.TextToImage && !model.CanInpaint)
            return (null, new(RefusalCodes.CannotInpaint, "This model only paints whole pictures. Move the frame to a free place or choose another model."));

        // 4. The crop that the model sees, and the size that it paints it in.
        var isRemade = request.Remake || isBare;
        var fresh = isRemade ? frame : BoundsOf(uncovered, painted);
        var wanted = task == FrameTask.TextToImage ? frame : WithContext(fresh, task, request, model, limits);
        var modelSize = model.SizeFor(wanted.Width / wanted.Height);
        var crop = FitRatio(wanted, modelSize, Reach(request));

        // 5. Where the result goes: all that is new and the edge over which it blends, never outside the frame.
        var feather = task == FrameTask.TextToImage ? 0 : Math.Clamp(request.Softness, 0, 1) * Math.Min(frame.Width, frame.Height) / 8;
        var placement = fresh.Inflate(feather).Intersect(frame).SnapOut().Intersect(crop);
        var around = new CoverageMap(crop, request.Tiles, [frame]);
        var cropToPixels = Affine.Translation(-crop.X, -crop.Y);
        return (new FramePlan
        {
            Task = task,
            Frame = frame,
            Crop = crop,
            CropPixels = new((int)crop.Width, (int)crop.Height),
            ModelSize = modelSize,
            Placement = placement,
            PlacementPixels = new((int)(placement.X - crop.X), (int)(placement.Y - crop.Y), (int)placement.Width, (int)placement.Height),
            Covered = isBare ? [] : under.Parts(frame, outside: false, covered: true),
            Uncovered = isBare ? [frame] : uncovered,
            Painted = painted,
            Context = around.Parts(frame, outside: true, covered: true),
            Void = around.Parts(frame, outside: true, covered: false),
            NewShare = isRemade ? 1 : Math.Clamp(1 - coveredShare + paintedShare, 0, 1),
            Feather = feather,
            Sources = [.. request.Tiles.Where(tile => tile.World.Bounds().Overlaps(crop)).Select(tile => new PlanSource(tile, tile.ToWorld().Then(cropToPixels)))],
            Masks = isBare ? [] : request.Masks,
            Remake = request.Remake && !isBare,
        }, null);
    }

    /// <summary>The painted part within the frame, drawn over a crop: 1 is painted.</summary>
    internal static MaskRaster RenderPainted(IReadOnlyList<PlacedMask> masks, WorldRect frame, WorldRect crop, PixelSize size, MaskWork work)
    {
        var toPixels = Affine.Translation(-crop.X, -crop.Y).Then(Affine.Scaling(size.Width / crop.Width, size.Height / crop.Height));
        var result = new MaskRaster(size.Width, size.Height);
        var frameHost = new Transform(frame.X, frame.Y, frame.Width, frame.Height);
        foreach (var mask in masks)
        {
            var raster = MaskRasteriser.Render(mask.Entries, mask.ToWorld.Then(toPixels), size.Width, size.Height, work);
            if (!work.Take(2 * raster.Values.Length))
                break;
            Limit(raster, mask.Host, toPixels);
            for (var i = 0; i < result.Values.Length; i++)
                result.Values[i] = Math.Max(result.Values[i], raster.Values[i]);
        }

        Limit(result, frameHost, toPixels);
        return result;
    }

    private static Refusal? CheckShape(WorldRect frame, FrameLimits limits)
    {
        var (longer, shorter) = (Math.Max(frame.Width, frame.Height), Math.Min(frame.Width, frame.Height));
        if (!double.IsFinite(frame.X + frame.Y + longer) || !(shorter >= limits.MinSide))
            return new(RefusalCodes.FrameTooSmall, string.Create(CultureInfo.InvariantCulture, $"This frame is too small: {limits.MinSide:0} units a side is the least."));
        if (longer > limits.MaxSide)
            return new(RefusalCodes.FrameTooLarge, string.Create(CultureInfo.InvariantCulture, $"This frame is too large: {limits.MaxSide:0} units a side is the most. Drop several frames instead."));
        return longer / shorter > limits.MaxAspect
            ? new(RefusalCodes.FrameTooNarrow, string.Create(CultureInfo.InvariantCulture, $"This frame is too narrow: one side may be {limits.MaxAspect:0} times the other."))
            : null;
    }

    // What is painted on pictures; over bare board paint says nothing new.
    private static (WorldRect? Bounds, double Share) FindPainted(FrameRequest request, CoverageMap under, MaskWork work)
    {
        if (request.Masks.Count == 0)
            return (null, 0);
        var frame = request.Frame;
        var scale = PaintedSide / Math.Max(frame.Width, frame.Height);
        var size = new PixelSize(Math.Max(1, (int)Math.Round(frame.Width * scale)), Math.Max(1, (int)Math.Round(frame.Height * scale)));
        var raster = RenderPainted(request.Masks, frame, frame, size, work);
        var (unitX, unitY) = (frame.Width / size.Width, frame.Height / size.Height);
        var (left, top, right, bottom, sum) = (size.Width, size.Height, 0, 0, 0.0);
        for (var y = 0; y < size.Height; y++)
        {
            for (var x = 0; x < size.Width; x++)
            {
                if (raster[x, y] < PaintedLeast || !under.IsCovered(new(frame.X + ((x + 0.5) * unitX), frame.Y + ((y + 0.5) * unitY))))
                    continue;
                sum += raster[x, y];
                (left, top, right, bottom) = (Math.Min(left, x), Math.Min(top, y), Math.Max(right, x + 1), Math.Max(bottom, y + 1));
            }
        }

        if (right <= left)
            return (null, 0);
        return (WorldRect.FromEdges(frame.X + (left * unitX), frame.Y + (top * unitY), frame.X + (right * unitX), frame.Y + (bottom * unitY)), sum / raster.Values.Length);
    }

    private static WorldRect BoundsOf(IReadOnlyList<WorldRect> parts, WorldRect? painted) => parts.Aggregate(painted ?? default, static (bounds, part) => bounds.Union(part));

    // Where there is anything to see or to make.
    private static WorldRect Reach(FrameRequest request) => request.Tiles.Aggregate(request.Frame, static (reach, tile) => reach.Union(tile.World.Bounds()));

    private static WorldRect WithContext(WorldRect fresh, FrameTask task, FrameRequest request, ModelGeometry model, FrameLimits limits)
    {
        var frame = request.Frame;
        var extends = task == FrameTask.Outpaint;
        var share = ((extends ? limits.ExtensionContextFactor : limits.ContextFactor) - 1) / 2;
        var wanted = fresh.Inflate(Math.Max(limits.MinContext, share * fresh.Width), Math.Max(limits.MinContext, share * fresh.Height));
        if (extends || frame.Area <= model.NativeArea)
        {
            // The frame is what the person chose to be seen. An extension needs it whole, also where that costs detail: a scene is carried on
            // from what is in it, and a strip along the edge tells only its colours.
            wanted = wanted.Union(frame);
        }
        else
        {
            // A small part of a large frame: a crop of the model's own size keeps every pixel sharp, where the whole frame would be shrunk.
            var native = Math.Sqrt(model.NativeArea);
            var grown = WorldRect.Around(wanted.Centre, new(Math.Max(wanted.Width, Math.Min(native, frame.Width)), Math.Max(wanted.Height, Math.Min(native, frame.Height))));
            wanted = MoveInto(grown, wanted.Union(frame));
        }

        // Where there is no picture there is no context, only something more to invent.
        return wanted.Intersect(Reach(request)).Union(fresh);
    }

    /// <summary>Grows a rectangle to a ratio, on whole units; what is added goes where there is something to see, if there is such a side.</summary>
    private static WorldRect FitRatio(WorldRect wanted, PixelSize ratio, WorldRect reach)
    {
        var whole = wanted.SnapOut();
        var (width, height) = (whole.Width, whole.Height);
        if (width * ratio.Height < height * ratio.Width)
            width = Math.Max(width, Math.Round(height * ratio.Width / ratio.Height));
        else
            height = Math.Max(height, Math.Round(width * ratio.Height / ratio.Width));
        var x = Math.Floor(whole.X - ((width - whole.Width) / 2));
        var y = Math.Floor(whole.Y - ((height - whole.Height) / 2));
        var within = MoveInto(new(x, y, width, height), reach.SnapOut());

        // Moved for a better view, but never off what was asked for.
        return new(
            Math.Clamp(within.X, whole.Right - width, whole.X),
            Math.Clamp(within.Y, whole.Bottom - height, whole.Y),
            width,
            height);
    }

    // Moves a rectangle into another where it fits. Not Math.Clamp: for equal widths the bounds may cross in their last bit.
    private static WorldRect MoveInto(WorldRect rect, WorldRect room) => new(
        rect.Width <= room.Width ? Math.Max(room.X, Math.Min(rect.X, room.Right - rect.Width)) : rect.X,
        rect.Height <= room.Height ? Math.Max(room.Y, Math.Min(rect.Y, room.Bottom - rect.Height)) : rect.Y,
        rect.Width,
        rect.Height);

    // Ends a mask at the edges of what it belongs to, with a share of the pixels on the edge.
    private static void Limit(MaskRaster raster, Transform host, Affine toPixels)
    {
        var fromPixels = host.ToParent().Then(toPixels).Inverse();
        var perUnit = toPixels.Scale;
        for (var y = 0; y < raster.Height; y++)
        {
            for (var x = 0; x < raster.Width; x++)
            {
                var at = fromPixels.Map(x + 0.5, y + 0.5);
                var acrossX = Math.Clamp((Math.Min(at.X, host.Width - at.X) * perUnit) + 0.5, 0, 1);
                var acrossY = Math.Clamp((Math.Min(at.Y, host.Height - at.Y) * perUnit) + 0.5, 0, 1);
                raster.Values[(y * raster.Width) + x] *= (float)(acrossX * acrossY);
            }
        }
    }
}
