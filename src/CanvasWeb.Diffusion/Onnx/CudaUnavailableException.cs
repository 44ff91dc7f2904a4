namespace CanvasWeb.Diffusion.Onnx;

/// <summary>A graph that was to run on CUDA and cannot; the message says what is missing. Whoever loads a whole model then takes the CPU for all of it.</summary>
public sealed class CudaUnavailableException(string reason, Exception inner) : Exception(reason, inner);
