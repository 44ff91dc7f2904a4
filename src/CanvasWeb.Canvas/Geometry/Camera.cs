namespace CanvasWeb.Canvas.Geometry;

/// <summary>What a view looks at: the world point in its top left corner and the zoom (CSS pixels for each world unit).</summary>
public readonly record struct Camera
{
    public const double MinZoom = 0.02;
    public const double MaxZoom = 40;

    private readonly double _zoom;

    public Camera(WorldPoint origin, double zoom)
    {
        Origin = origin;
        _zoom = Clamp(zoom);
    }

    public WorldPoint Origin { get; }

    /// <summary>Always within <see cref="MinZoom"/> and <see cref="MaxZoom"/>; 1 for <c>default</c>.</summary>
    public double Zoom => _zoom == 0 ? 1 : _zoom;

    /// <summary>Shows the whole of <paramref name="content"/> in the middle of the view, <paramref name="paddingPx"/> CSS pixels free all around, never above <paramref name="maxZoom"/>.</summary>
    public static Camera Fit(WorldRect content, ScreenSize view, double paddingPx = 48, double maxZoom = 1)
    {
        var room = new ScreenSize(Math.Max(1, view.Width - (2 * paddingPx)), Math.Max(1, view.Height - (2 * paddingPx)));
        var zoom = content.IsEmpty ? 1 : Clamp(Math.Min(maxZoom, Math.Min(room.Width / content.Width, room.Height / content.Height)));
        return new(new(content.Centre.X - (view.Width / 2 / zoom), content.Centre.Y - (view.Height / 2 / zoom)), zoom);
    }

    public ScreenPoint ToScreen(WorldPoint point) => new((point.X - Origin.X) * Zoom, (point.Y - Origin.Y) * Zoom);

    public WorldPoint ToWorld(ScreenPoint point) => new(Origin.X + (point.X / Zoom), Origin.Y + (point.Y / Zoom));

    public WorldRect VisibleRect(ScreenSize view) => new(Origin.X, Origin.Y, view.Width / Zoom, view.Height / Zoom);

    /// <summary>Zooms by a factor; the world point under the cursor stays under the cursor, also at the ends of the range.</summary>
    public Camera ZoomAt(ScreenPoint cursor, double factor)
    {
        var anchor = ToWorld(cursor);
        var zoom = Clamp(Zoom * factor);
        return new(new(anchor.X - (cursor.X / zoom), anchor.Y - (cursor.Y / zoom)), zoom);
    }

    /// <summary>Drags the content by a distance in CSS pixels.</summary>
    public Camera PanBy(double dxPx, double dyPx) => new(new(Origin.X - (dxPx / Zoom), Origin.Y - (dyPx / Zoom)), Zoom);

    private static double Clamp(double zoom) => double.IsNaN(zoom) ? 1 : Math.Clamp(zoom, MinZoom, MaxZoom);
}
