namespace CanvasWeb.Diffusion.Onnx;

/// <summary>Where a model is to run.</summary>
public enum ExecutionProvider
{
    /// <summary>CUDA where the native library has it and it starts; otherwise the CPU.</summary>
    Auto,

    /// <summary>The reference path: float32 on the processor.</summary>
    Cpu,

    /// <summary>CUDA was asked for: where it is absent one sentence says what is missing, and the CPU is used.</summary>
    Cuda,
}
