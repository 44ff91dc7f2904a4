using CanvasWeb.Diffusion.Tensors;

namespace CanvasWeb.Diffusion.Tests.Onnx;

/// <summary>Tensors that a test disposes together.</summary>
internal sealed class TensorSet : IDisposable
{
    private readonly List<Tensor> _tensors = [];

    public Tensor New(params ReadOnlySpan<int> shape)
    {
        var tensor = new Tensor(shape);
        _tensors.Add(tensor);
        return tensor;
    }

    public Tensor Add(ReadOnlySpan<float> values, params ReadOnlySpan<int> shape)
    {
        var tensor = New(shape);
        values.CopyTo(tensor.Span);
        return tensor;
    }

    public void Dispose() => _tensors.ForEach(tensor => tensor.Dispose());
}
