using CanvasWeb.Diffusion.Tensors;

namespace CanvasWeb.Diffusion.Pipelines.Shared;

/// <summary>Owns every tensor of one generation: allocated once before the loop, freed together at the end, also when it throws.</summary>
internal sealed class TensorScope : IDisposable
{
    private readonly List<IDisposable> _owned = [];

    /// <summary>Zeros of this shape; valid until the scope is disposed.</summary>
    public Tensor New(params ReadOnlySpan<int> shape) => Own(new Tensor(shape));

    /// <summary>Takes something over, to be disposed in reverse order (a bound run before its tensors).</summary>
    public T Own<T>(T value)
        where T : IDisposable
    {
        _owned.Add(value);
        return value;
    }

    public void Dispose()
    {
        for (var i = _owned.Count - 1; i >= 0; i--)
            _owned[i].Dispose();
        _owned.Clear();
    }
}
