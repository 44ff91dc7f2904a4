namespace CanvasWeb.Diffusion.Onnx;

#pragma warning disable CA1720 // These are ONNX's own names of its types.
/// <summary>What a port of a graph holds. A tensor of ours is always float32; <see cref="BoundRun"/> converts for the other types.</summary>
public enum OnnxElementType
{
    Float32,
    Float16,
    BFloat16,
    Float64,
    Int64,
    Int32,
    Int8,
    UInt8,
    Bool,

    /// <summary>Strings, sequences, complex numbers...: a port of this kind can be listed but not bound.</summary>
    Unsupported,
}
#pragma warning restore CA1720
