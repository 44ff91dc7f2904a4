using System.Diagnostics.Metrics;

namespace CanvasWeb.Web.Tiles.Collecting;

/// <summary>What operators watch of the collector. The meter's name is CanvasWeb.Blobs.</summary>
internal sealed class CollectorMeter
{
    private readonly Counter<long> _erased;
    private readonly Counter<long> _bytes;
    private long _orphans;

    public CollectorMeter(IMeterFactory meters)
    {
        var meter = meters.Create("CanvasWeb.Blobs");
        _erased = meter.CreateCounter<long>("blobs.erased", "{blob}", "Blobs that were erased, because nothing named them any more.");
        _bytes = meter.CreateCounter<long>("blobs.erased.bytes", "By", "Bytes of erased blobs and of the files made from them.");
        meter.CreateObservableGauge("blobs.orphans", () => Interlocked.Read(ref _orphans), "{blob}", "Blobs that nothing names, in their time of grace.");
    }

    public void Erased(int blobs, long bytes)
    {
        _erased.Add(blobs);
        _bytes.Add(bytes);
    }

    public void OrphansAre(int count) => Interlocked.Exchange(ref _orphans, count);
}
