namespace CanvasWeb.Inference.Benchmarks.Quality;

/// <summary>What <c>bench quality</c> asks, in the order that it is asked. Names are what <c>--only</c> takes.</summary>
internal enum QualityPart
{
    Speed,
    Weights,
    Solids,
    Pairs,
    Things,
    Places,
    HeldOut,
    Languages,
    Words,
    Outpaint,
    Variations,
    TextDiff,
    Wishes,
}
