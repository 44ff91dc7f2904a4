using System.Runtime.InteropServices;

namespace CanvasWeb.Diffusion.Tensors;

/// <summary>
/// Dense float32 values in row-major order with a shape such as <c>[batch, channels, height, width]</c>. Everything that pipelines
/// compute with is float32 on the host; a model that wants float16 or integers gets them at its binding (see Onnx).
/// </summary>
/// <remarks>
/// The owner disposes it. Memory is native and 64-byte aligned, so that ONNX Runtime reads and writes it in place and the garbage
/// collector never moves it. Never captured by a preview callback: copy what must outlive the step.
/// </remarks>
public sealed unsafe class Tensor : IDisposable
{
    private const nuint Alignment = 64;
    private float* _data;

    /// <summary>Allocates zeros.</summary>
    /// <param name="shape">Positive sizes, outermost first.</param>
    public Tensor(params ReadOnlySpan<int> shape)
    {
        var length = 1L;
        foreach (var size in shape)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(size, 1, nameof(shape));
            length = checked(length * size);
        }

        Shape = shape.ToArray();
        Length = checked((int)length);
        _data = (float*)NativeMemory.AlignedAlloc((nuint)length * sizeof(float), Alignment);
        Span.Clear();
    }

#pragma warning disable MA0055 // The memory is native: a tensor that is lost on an error path must still give it back.
    ~Tensor() => Free();
#pragma warning restore MA0055

    /// <summary>Sizes, outermost first. Do not change the array.</summary>
    public int[] Shape { get; }

    /// <summary>The product of the shape.</summary>
    public int Length { get; }

    /// <summary>All values. Valid until disposal.</summary>
    /// <exception cref="ObjectDisposedException">The tensor was disposed.</exception>
    public Span<float> Span => _data != null ? new Span<float>(_data, Length) : throw new ObjectDisposedException(nameof(Tensor));

    /// <summary>Address of the first value, for native calls.</summary>
    public nint Address => _data != null ? (nint)_data : throw new ObjectDisposedException(nameof(Tensor));

    /// <summary>Values of one entry along the first axis, for example one picture of a batch.</summary>
    public Span<float> Row(int index)
    {
        var size = Length / Shape[0];
        return Span.Slice(checked(index * size), size);
    }

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        NativeMemory.AlignedFree(_data);
        _data = null;
    }
}
