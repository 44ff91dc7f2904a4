namespace CanvasWeb.Canvas.Masks;

/// <summary>
/// What drawing masks may cost, counted in pixels looked at. Anybody may send strokes, and a few fat and long ones can ask for more work
/// than a server has: the count stops them at the same place on every machine, as a clock would not.
/// </summary>
/// <param name="limit">Pixels looked at, over all masks drawn with this.</param>
/// <param name="cancellation">Ends the drawing with an exception.</param>
public sealed class MaskWork(long limit, CancellationToken cancellation = default)
{
    /// <summary>Pixels looked at so far, at most the limit.</summary>
    public long Done { get; private set; }

    /// <summary>There was more to do than allowed: what was drawn is not the whole mask.</summary>
    public bool IsSpent { get; private set; }

    public static MaskWork Unlimited() => new(long.MaxValue);

    /// <returns>False if that is more than is left: it is not to be done.</returns>
    internal bool Take(long pixels)
    {
        cancellation.ThrowIfCancellationRequested();
        if (IsSpent || pixels > limit - Done)
        {
            IsSpent = true;
            return false;
        }

        Done += pixels;
        return true;
    }
}
