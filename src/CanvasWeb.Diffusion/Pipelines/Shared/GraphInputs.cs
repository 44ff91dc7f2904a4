using CanvasWeb.Diffusion.Models;
using CanvasWeb.Diffusion.Onnx;

namespace CanvasWeb.Diffusion.Pipelines.Shared;

/// <summary>Refuses a network that wants to be fed something that its pipeline does not have, when it is loaded and not at the first picture.</summary>
internal static class GraphInputs
{
    /// <param name="known">What the pipeline feeds where the graph has it; the timestep is always known.</param>
    /// <exception cref="ModelFormatException">Another input; names it.</exception>
    public static void Check(OnnxModel model, params ReadOnlySpan<string> known)
    {
        foreach (var port in model.Inputs.Values)
        {
            if (port.Name is not ("timestep" or "timesteps" or "t") && !known.Contains(port.Name))
                throw new ModelFormatException(model.File, $"has the input {port}, which this pipeline does not feed: it is an export for another pipeline (ControlNet, adapter, refiner), or needs support here.");
        }
    }
}
