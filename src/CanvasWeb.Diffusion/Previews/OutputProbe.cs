using CanvasWeb.Diffusion.Onnx;
using Microsoft.ML.OnnxRuntime;

namespace CanvasWeb.Diffusion.Previews;

/// <summary>
/// Finds out how many pixels a preview decoder makes of one latent pixel, or an upscaler of one pixel, by running it once on a small input:
/// no config field says so, and a wrong guess would only show at the first preview or picture.
/// </summary>
internal static class OutputProbe
{
    private const int Side = 8;

    /// <exception cref="OnnxModelException">It does not run, or its output is not a whole multiple of its input.</exception>
    public static int Scale(OnnxModel model, int channels)
    {
        var zeros = new float[channels * Side * Side];
        var port = model.Inputs.Values.First();
        try
        {
            using var options = new RunOptions();
            using var input = port.Type == OnnxElementType.Float16
                ? OrtValue.CreateTensorValueFromMemory(new Float16[zeros.Length], [1, channels, Side, Side])
                : OrtValue.CreateTensorValueFromMemory(zeros, [1, channels, Side, Side]);
            using var outputs = model.Session.Run(options, [port.Name], [input], [model.Outputs.Keys.First()]);
            var shape = outputs[0].GetTensorTypeAndShape().Shape;
            if (shape is [1, 3, var height, var width] && height == width && height % Side == 0)
                return (int)(height / Side);
            throw new OnnxModelException(model.File, FormattableString.Invariant($"made [{string.Join(", ", shape)}] of [1, {channels}, {Side}, {Side}]: three planes, each a whole multiple of the input, were expected"));
        }
        catch (OnnxRuntimeException exception)
        {
            throw new OnnxModelException(model.File, "failed on a small input: " + OnnxModel.FirstLine(exception.Message), exception);
        }
    }
}
