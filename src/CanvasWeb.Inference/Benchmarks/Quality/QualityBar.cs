namespace CanvasWeb.Inference.Benchmarks.Quality;

/// <summary>What the project asks of its default model.</summary>
/// <param name="Cpu">Of a model that was trained on a processor.</param>
/// <param name="Gpu">Of one that was trained on a graphics card.</param>
/// <param name="IsMost">The value may be at most this; else it must be at least this.</param>
internal sealed record QualityBar(double Cpu, double Gpu, bool IsMost = false)
{
    public double For(BarKind kind) => kind == BarKind.Gpu ? Gpu : Cpu;

    /// <summary>A value that is no number misses.</summary>
    public bool IsMet(double value, BarKind kind) => IsMost ? value <= For(kind) : value >= For(kind);
}

/// <summary>Which column of bars holds.</summary>
internal enum BarKind
{
    Cpu,
    Gpu,
}
