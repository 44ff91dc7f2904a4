using CanvasWeb.Diffusion.Onnx;
using CanvasWeb.Diffusion.Tensors;

namespace CanvasWeb.Diffusion.Pipelines.Shared;

/// <summary>Small dictionaries of ports and tensors.</summary>
internal static class Ports
{
    /// <summary>The only, or first, port of a graph: encoders and decoders have one of each, and exports name them differently.</summary>
    public static Dictionary<string, Tensor> Single(IReadOnlyDictionary<string, OnnxPort> ports, Tensor tensor) =>
        new(StringComparer.Ordinal) { [ports.Keys.First()] = tensor };
}
