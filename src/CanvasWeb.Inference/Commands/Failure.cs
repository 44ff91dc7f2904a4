using CanvasWeb.Diffusion.Models;
using CanvasWeb.Diffusion.Onnx;
using CanvasWeb.Diffusion.Pipelines;
using CanvasWeb.Imaging;
using CanvasWeb.Inference.Output;
using Microsoft.ML.OnnxRuntime;

namespace CanvasWeb.Inference.Commands;

/// <summary>What is said and returned when a command fails. All mapping from exceptions to exit codes is here.</summary>
/// <param name="Code">Stable, for programs.</param>
/// <param name="Message">One sentence with what to do.</param>
internal sealed record Failure(ExitCode ExitCode, string Code, string Message)
{
    /// <summary>Pictures that were finished before; null when there are none.</summary>
    public IReadOnlyList<WrittenPicture>? Written { get; private init; }

    public static Failure From(Exception exception) => exception switch
    {
        RunStoppedException stopped => From(stopped.Reason) with { Written = stopped.Written },
        CommandException command => new Failure(command.ExitCode, command.Code, command.Message),
        OperationCanceledException => new Failure(ExitCode.Cancelled, "cancelled", "Stopped; nothing half-done was written."),
        GenerationException { Code: "model_output_not_finite" } model => new Failure(ExitCode.Inference, model.Code, model.Message),
        GenerationException generation => new Failure(ExitCode.Input, generation.Code, generation.Message),
        FileSaveException save => new Failure(ExitCode.Output, save.Code, save.Message),
        ImageException { Code: ImageErrorCodes.LibvipsMissing or ImageErrorCodes.EncodeFailed } image => new Failure(ExitCode.Inference, image.Code, image.Message),
        ImageException image => new Failure(ExitCode.Input, image.Code, image.Message),
        ModelFormatException model => new Failure(ExitCode.Model, "model_refused", model.Message),
        OnnxModelException or OnnxRuntimeException => new Failure(ExitCode.Inference, "model_failed", FirstLine(exception.Message)),
        OutOfMemoryException => new Failure(ExitCode.Inference, "out_of_memory", "There is not enough memory: make the picture smaller (--size) or take a smaller model."),
        DllNotFoundException => new Failure(ExitCode.Inference, "native_library_missing", $"A native library is missing beside the program: build it again. ({exception.Message})"),
        TypeInitializationException { InnerException: { } inner } => From(inner),
        _ => new Failure(ExitCode.Inference, "internal", $"Something failed that should not: {FirstLine(exception.Message)} (--verbose shows details.)"),
    };

    private static string FirstLine(string text) => text.Split('\n', 2)[0].TrimEnd();
}
