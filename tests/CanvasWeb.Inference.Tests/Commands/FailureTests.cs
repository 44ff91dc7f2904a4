using CanvasWeb.Diffusion.Models;
using CanvasWeb.Diffusion.Onnx;
using CanvasWeb.Diffusion.Pipelines;
using CanvasWeb.Imaging;
using CanvasWeb.Inference.Commands;

namespace CanvasWeb.Inference.Tests.Commands;

public sealed class FailureTests
{
    public static TheoryData<Exception, int, string> Failures => new()
    {
        { new CommandException(ExitCode.Output, "file_exists", "a.png exists."), 5, "file_exists" },
        { new OperationCanceledException(), 130, "cancelled" },
        { new GenerationException("mask_size", "The mask is small."), 4, "mask_size" },
        { new GenerationException("model_output_not_finite", "NaN."), 6, "model_output_not_finite" },
        { new ModelFormatException("unet/model.onnx", "is cut off"), 3, "model_refused" },
        { new OnnxModelException("unet/model.onnx", "failed"), 6, "model_failed" },
        { new ImageException(ImageErrorCodes.Broken, "Damaged."), 4, "broken_image" },
        { new ImageException(ImageErrorCodes.LibvipsMissing, "Missing."), 6, "libvips_missing" },
        { new FileSaveException("disk_full", "Full.", innerException: null), 5, "disk_full" },
        { AtomicFile.Explain("a.png", new IOException("No space left on device", 28)), 5, "disk_full" },
        { AtomicFile.Explain("a.png", new UnauthorizedAccessException()), 5, "not_allowed" },
        { new DllNotFoundException("libonnxruntime.so"), 6, "native_library_missing" },
        { new TypeInitializationException("Vips", new DllNotFoundException("libvips.so")), 6, "native_library_missing" },
        { new InvalidDataException("line one\nline two"), 6, "internal" },
    };

    [Theory]
    [MemberData(nameof(Failures), DisableDiscoveryEnumeration = true)]
    public void Every_failure_has_its_exit_code_a_stable_code_and_one_line(Exception exception, int exitCode, string code)
    {
        var failure = Failure.From(exception);

        Assert.Equal((ExitCode)exitCode, failure.ExitCode);
        Assert.Equal(code, failure.Code);
        Assert.DoesNotContain('\n', failure.Message);
    }
}
