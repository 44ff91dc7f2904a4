using Microsoft.ML.OnnxRuntime;

namespace CanvasWeb.Diffusion.Onnx;

/// <summary>One run of a graph, as <see cref="OnnxModelOptions.Trace"/> hears it.</summary>
/// <param name="File">The graph's file.</param>
/// <param name="Inputs">Every input as the graph gets it, by name. Only valid during the call: copy what must outlive it.</param>
/// <param name="Outputs">Names of the outputs that are fetched.</param>
public sealed record OnnxCall(string File, IReadOnlyDictionary<string, OrtValue> Inputs, IReadOnlyList<string> Outputs);
