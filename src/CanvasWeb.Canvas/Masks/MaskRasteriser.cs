using System.Collections.Immutable;
using CanvasWeb.Canvas.Geometry;

namespace CanvasWeb.Canvas.Masks;

/// <summary>
/// Draws a mask's entries in order into a graded raster. The same entries, map and size give the same floats everywhere: only sums,
/// products, quotients and square roots of doubles are used.
/// </summary>
/// <remarks>
/// Painting takes the larger of old and new value, erasing the smaller of the old and what the eraser leaves. So strokes that overlap do
/// not pile up into a hard edge, and a stroke that arrives twice changes nothing.
/// </remarks>
public static class MaskRasteriser
{
    // Lines a pixel that a lasso is sampled at; along a line the coverage is exact.
    private const int SubLines = 8;

    // A lasso fades over so many pixels at the most: the blur needs room for half of it on each side of the raster.
    private const int MaxFade = 1024;

    /// <param name="toPixels">From the mask's coordinates to the raster's pixels.</param>
    /// <param name="work">What the drawing may cost. Once it is spent the rest is left out: the caller looks at <see cref="MaskWork.IsSpent"/>.</param>
    public static MaskRaster Render(IReadOnlyList<MaskEntry> entries, Affine toPixels, int width, int height, MaskWork? work = null)
    {
        ArgumentNullException.ThrowIfNull(entries);
        work ??= MaskWork.Unlimited();
        var raster = new MaskRaster(width, height);
        foreach (var entry in entries)
        {
            if (entry.Withdrawn.Value)
                continue;
            if (!work.Take(entry.Action == MaskAction.Stroke ? entry.Stroke?.Points.Length ?? 0 : raster.Values.Length))
                break;
            switch (entry.Action)
            {
                case MaskAction.Clear:
                    Array.Clear(raster.Values);
                    break;
                case MaskAction.Fill:
                    Array.Fill(raster.Values, 1f);
                    break;
                case MaskAction.Invert:
                    foreach (ref var value in raster.Values.AsSpan())
                        value = 1f - value;
                    break;
                case MaskAction.Stroke when entry.Stroke is { } stroke:
                    Draw(raster, stroke, toPixels, work);
                    break;
            }
        }

        return raster;
    }

    private static void Draw(MaskRaster raster, MaskStroke stroke, Affine toPixels, MaskWork work)
    {
        if (stroke.Points.IsDefaultOrEmpty || toPixels.Determinant == 0)
            return;
        if (Touched(raster, stroke, toPixels) is not { } area || !work.Take(area.Width * area.Height))
            return;
        var coverage = new float[area.Width * area.Height];
        if (stroke.Shape == StrokeShape.Lasso)
            CoverLasso(coverage, area, stroke, toPixels, Math.Min(MaxFade, Math.Max(raster.Width, raster.Height)), work);
        else
            CoverBrush(coverage, area, stroke, toPixels, work);
        for (var y = 0; y < area.Height; y++)
        {
            var row = raster.Values.AsSpan(((area.Y + y) * raster.Width) + area.X, area.Width);
            var drawn = coverage.AsSpan(y * area.Width, area.Width);
            for (var x = 0; x < row.Length; x++)
                row[x] = stroke.Erase ? Math.Min(row[x], 1f - drawn[x]) : Math.Max(row[x], drawn[x]);
        }
    }

    // The raster's part that a stroke can touch; null if it passes by.
    private static PixelRect? Touched(MaskRaster raster, MaskStroke stroke, Affine toPixels)
    {
        var extent = MaskExtent.Of(stroke);
        var bounds = WorldRect.Bounds(
        [
            toPixels.Map(extent.X, extent.Y),
            toPixels.Map(extent.Right, extent.Y),
            toPixels.Map(extent.X, extent.Bottom),
            toPixels.Map(extent.Right, extent.Bottom),
        ]) ?? default;
        return Clip(bounds.X - 2, bounds.Y - 2, bounds.Right + 2, bounds.Bottom + 2, new(0, 0, raster.Width, raster.Height));
    }

    private static PixelRect? Clip(double left, double top, double right, double bottom, PixelRect within)
    {
        var x = (int)Math.Clamp(Math.Floor(left), within.X, within.Right);
        var y = (int)Math.Clamp(Math.Floor(top), within.Y, within.Bottom);
        var toX = (int)Math.Clamp(Math.Ceiling(right), within.X, within.Right);
        var toY = (int)Math.Clamp(Math.Ceiling(bottom), within.Y, within.Bottom);
        return toX > x && toY > y ? new(x, y, toX - x, toY - y) : null;
    }

    // A line drawn with a round brush: for each pixel the distance to the nearest piece of the line, measured in the mask's own
    // coordinates, so that a stretched picture stretches its brush too.
    private static void CoverBrush(float[] coverage, PixelRect area, MaskStroke stroke, Affine toPixels, MaskWork work)
    {
        var fromPixels = toPixels.Inverse();
        var pixel = 1 / toPixels.Scale;
        var points = stroke.Points;
        for (var i = 0; i < points.Length; i++)
        {
            var a = points[i];
            var b = points[Math.Min(i + 1, points.Length - 1)];
            if (i == points.Length - 1 && i > 0)
                break;
            CoverCapsule(a, b);
        }

        void CoverCapsule(StrokePoint a, StrokePoint b)
        {
            var (radiusA, radiusB) = (stroke.Radius * a.Pressure, stroke.Radius * b.Pressure);
            var reach = Math.Max(radiusA, radiusB) + pixel;
            var (from, to) = (toPixels.Map(a.X, a.Y), toPixels.Map(b.X, b.Y));

            // How far a disc of the mask's plane reaches in pixels along each axis.
            var reachX = reach * Math.Sqrt((toPixels.A * toPixels.A) + (toPixels.C * toPixels.C));
            var reachY = reach * Math.Sqrt((toPixels.B * toPixels.B) + (toPixels.D * toPixels.D));
            if (Clip(Math.Min(from.X, to.X) - reachX, Math.Min(from.Y, to.Y) - reachY, Math.Max(from.X, to.X) + reachX, Math.Max(from.Y, to.Y) + reachY, area) is not { } box)
                return;
            var (dx, dy) = (b.X - a.X, b.Y - a.Y);
            var lengthSquared = (dx * dx) + (dy * dy);
            for (var y = box.Y; y < box.Bottom; y++)
            {
                // Of a slanting line each row sees only a piece: the pixels within reach of that, not the whole box.
                var (near, far) = (from.X, to.X);
                if (to.Y != from.Y)
                {
                    var (above, below) = ((y + 0.5 - reachY - from.Y) / (to.Y - from.Y), (y + 0.5 + reachY - from.Y) / (to.Y - from.Y));
                    near = from.X + (Math.Clamp(above, 0, 1) * (to.X - from.X));
                    far = from.X + (Math.Clamp(below, 0, 1) * (to.X - from.X));
                }

                var start = (int)Math.Clamp(Math.Floor(Math.Min(near, far) - reachX), box.X, box.Right);
                var end = (int)Math.Clamp(Math.Ceiling(Math.Max(near, far) + reachX), start, box.Right);
                var looked = 0;
                for (var x = start; x < end; x++)
                {
                    ref var cell = ref coverage[((y - area.Y) * area.Width) + x - area.X];
                    if (cell >= 1)
                        continue;
                    looked++;
                    var at = fromPixels.Map(x + 0.5, y + 0.5);
                    var along = lengthSquared == 0 ? 0 : Math.Clamp((((at.X - a.X) * dx) + ((at.Y - a.Y) * dy)) / lengthSquared, 0, 1);
                    var (offX, offY) = (at.X - a.X - (along * dx), at.Y - a.Y - (along * dy));
                    var distance = Math.Sqrt((offX * offX) + (offY * offY));
                    var value = (float)Profile(distance, radiusA + (along * (radiusB - radiusA)), stroke.Softness, pixel);
                    cell = Math.Max(cell, value);
                }

                // A pixel that is full already costs a glance.
                if (!work.Take(1 + looked + ((end - start) / 8)))
                    return;
            }
        }
    }

    // 1 inside, 0 outside; between them a smooth fall over the soft part of the radius, never narrower than a pixel.
    private static double Profile(double distance, double radius, double softness, double pixel)
    {
        if (radius <= 0)
            return 0;
        var soft = radius * softness;
        if (soft > pixel)
        {
            var t = Math.Clamp((radius - distance) / soft, 0, 1);
            return t * t * (3 - (2 * t));
        }

        // A hard edge covers the pixel that it crosses in part. A brush thinner than a pixel covers no pixel whole.
        var covered = Math.Clamp(((radius - distance) / pixel) + 0.5, 0, 1);
        return covered * Math.Min(1, 2 * radius / pixel);
    }

    private static void CoverLasso(float[] coverage, PixelRect area, MaskStroke stroke, Affine toPixels, int maxFade, MaskWork work)
    {
        var fadePx = Math.Min(maxFade, stroke.Radius * stroke.Softness * toPixels.Scale);
        if (fadePx <= 1)
        {
            FillPolygon(coverage, area, stroke.Points, toPixels, work);
            return;
        }

        // Two box blurs make the fall smooth, half inside and half outside. The outline just outside the raster still matters: a margin.
        var radius = Math.Max(1, (int)Math.Round(fadePx / 4));
        var margin = 2 * radius;
        var wide = new PixelRect(area.X - margin, area.Y - margin, area.Width + (2 * margin), area.Height + (2 * margin));
        if (!work.Take(4L * wide.Width * wide.Height))
            return;
        var buffer = new float[wide.Width * wide.Height];
        FillPolygon(buffer, wide, stroke.Points, toPixels, work);
        for (var pass = 0; pass < 2; pass++)
        {
            BlurLines(buffer, wide.Height, wide.Width, wide.Width, 1, radius);
            BlurLines(buffer, wide.Width, wide.Height, 1, wide.Width, radius);
        }

        for (var y = 0; y < area.Height; y++)
            buffer.AsSpan(((y + margin) * wide.Width) + margin, area.Width).CopyTo(coverage.AsSpan(y * area.Width));
    }

    // Non-zero winding: a lasso that crosses itself has no holes, which is what people expect of a drawn outline.
    private static void FillPolygon(float[] coverage, PixelRect area, ImmutableArray<StrokePoint> points, Affine toPixels, MaskWork work)
    {
        var corners = points.Select(point => toPixels.Map(point.X, point.Y)).ToArray();
        var lines = area.Height * SubLines;

        // Edges by their upper end, so that a line looks at those that cross it and not at all of them.
        var edges = new List<(double Top, double Bottom, WorldPoint A, WorldPoint B)>(corners.Length);
        for (var i = 0; i < corners.Length; i++)
        {
            var (a, b) = (corners[i], corners[(i + 1) % corners.Length]);
            if (a.Y != b.Y && Math.Max(a.Y, b.Y) > area.Y && Math.Min(a.Y, b.Y) < area.Bottom)
                edges.Add((Math.Min(a.Y, b.Y), Math.Max(a.Y, b.Y), a, b));
        }

        edges.Sort(static (one, other) => one.Top.CompareTo(other.Top));
        var active = new List<(double Top, double Bottom, WorldPoint A, WorldPoint B)>();
        var crossings = new List<(double X, int Turn)>();
        var next = 0;
        for (var line = 0; line < lines; line++)
        {
            var y = area.Y + ((line + 0.5) / SubLines);
            active.RemoveAll(edge => edge.Bottom <= y);
            for (; next < edges.Count && edges[next].Top <= y; next++)
            {
                if (edges[next].Bottom > y)
                    active.Add(edges[next]);
            }

            // Sorting costs more than a pixel does.
            if (!work.Take(1 + (8L * active.Count)))
                return;
            crossings.Clear();
            foreach (var (_, _, a, b) in active)
                crossings.Add((a.X + ((y - a.Y) / (b.Y - a.Y) * (b.X - a.X)), a.Y <= y ? 1 : -1));
            crossings.Sort();
            var row = coverage.AsSpan(line / SubLines * area.Width, area.Width);
            var winding = 0;
            for (var i = 0; i + 1 < crossings.Count; i++)
            {
                winding += crossings[i].Turn;
                if (winding != 0)
                    AddSpan(row, crossings[i].X - area.X, crossings[i + 1].X - area.X);
            }
        }

        // Eighths add up exactly in float; only the ends of spans can pass 1 by rounding.
        foreach (ref var value in coverage.AsSpan())
            value = Math.Min(1f, value);
    }

    private static void AddSpan(Span<float> row, double from, double to)
    {
        from = Math.Max(0, from);
        to = Math.Min(row.Length, to);
        for (var x = (int)from; x < to; x++)
            row[x] += (float)((Math.Min(to, x + 1) - Math.Max(from, x)) / SubLines);
    }

    private static void BlurLines(float[] values, int lines, int length, int lineStep, int step, int radius)
    {
        var source = new float[length];
        for (var line = 0; line < lines; line++)
        {
            for (var i = 0; i < length; i++)
                source[i] = values[(line * lineStep) + (i * step)];

            // A running sum in double: in float its error would grow along the line and leave dust behind.
            double sum = 0;
            for (var i = 0; i < Math.Min(radius, length); i++)
                sum += source[i];
            for (var i = 0; i < length; i++)
            {
                if (i + radius < length)
                    sum += source[i + radius];
                if (i - radius - 1 >= 0)
                    sum -= source[i - radius - 1];
                values[(line * lineStep) + (i * step)] = (float)Math.Clamp(sum / ((2 * radius) + 1), 0, 1);
            }
        }
    }
}
