using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace CanvasWeb.Inference.Models;

/// <summary>
/// What of a machine decides the last bits of a picture. ONNX Runtime's matrix library (MLAS) has one set of kernels for each instruction set and takes
/// the best that the processor has; they sum in different orders. The system is named too, because exp and sin come from its C library.
/// </summary>
internal static class CpuClass
{
    /// <summary>"linux-x64-avx512", "osx-arm64-neon" …</summary>
    public static string Name { get; } = $"{RuntimeInformation.RuntimeIdentifier}-{InstructionSet()}";

    // The steps at which MLAS chooses other single-precision kernels (core/mlas/lib/platform.cpp of ONNX Runtime).
    private static string InstructionSet() =>
        Avx512F.IsSupported ? "avx512"
        : Avx2.IsSupported && Fma.IsSupported ? "avx2"
        : Avx.IsSupported ? "avx"
        : X86Base.IsSupported ? "sse"
        : AdvSimd.IsSupported ? "neon"
        : "plain";
}
