using CanvasWeb.Diffusion.Tensors;

namespace CanvasWeb.Diffusion.Onnx;

/// <summary>
/// The timestep of a denoiser. Exports differ: named <c>timestep</c>, <c>timesteps</c> or <c>t</c>; a scalar, <c>[1]</c>,
/// <c>[steps]</c> (Optimum, fed with one value) or <c>[batch]</c>; int64, int32, float32 or float16. Bind <see cref="Tensor"/> under
/// <see cref="Name"/>, call <see cref="Set"/> before each run. Owns its tensor.
/// </summary>
public sealed class TimestepInput : IDisposable
{
    private static readonly string[] Names = ["timestep", "timesteps", "t"];
    private readonly OnnxPort _port;

    private TimestepInput(OnnxPort port, Tensor tensor)
    {
        _port = port;
        Tensor = tensor;
    }

    public string Name => _port.Name;

    /// <summary>Of the shape that the port wants.</summary>
    public Tensor Tensor { get; }

    /// <summary>Makes the input for a batch.</summary>
    /// <param name="model">A denoiser or prior.</param>
    /// <param name="batch">Entries of one model call, guidance pairs counted.</param>
    /// <exception cref="OnnxModelException">The graph has no timestep, or one of a shape that nobody exports.</exception>
    public static TimestepInput Create(OnnxModel model, int batch)
    {
        var port = model.FindInput(Names) ?? throw new OnnxModelException(model.File, $"has no timestep input ({string.Join(", ", Names)}); it has {string.Join(", ", model.Inputs.Values)}");
        return port.Rank switch
        {
            0 => new TimestepInput(port, new Tensor()),
            1 => new TimestepInput(port, new Tensor(port.Dimensions[0] >= 0 ? port.Dimensions[0] : FollowsBatch(model, port) ? batch : 1)),
            2 when port.Dimensions[1] is 1 or -1 => new TimestepInput(port, new Tensor(port.Dimensions[0] >= 0 ? port.Dimensions[0] : batch, 1)),
            _ => throw new OnnxModelException(model.File, $"has a timestep of an unknown shape: {port}"),
        };
    }

    /// <summary>Writes the value of the next run. Integer ports get the nearest integer: schedulers such as Euler give fractions.</summary>
    public void Set(double timestep) => Tensor.Span.Fill(_port.IsInteger ? (float)Math.Round(timestep) : (float)timestep);

    public void Dispose() => Tensor.Dispose();

    /// <summary>
    /// A free size is the batch where it shares its name with the first size of another input, or is called so. Optimum calls it
    /// "steps" and feeds one value, which the graph expands; a graph that does not expand calls it like the batch of its sample.
    /// </summary>
    private static bool FollowsBatch(OnnxModel model, OnnxPort port)
    {
        if (port.Symbols[0] is not { } symbol)
            return false;
        return symbol.Contains("batch", StringComparison.OrdinalIgnoreCase)
            || model.Inputs.Values.Any(other => other != port && other.Rank > 0 && string.Equals(other.Symbols[0], symbol, StringComparison.Ordinal));
    }
}
