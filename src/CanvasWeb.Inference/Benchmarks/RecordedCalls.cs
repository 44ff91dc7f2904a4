using CanvasWeb.Diffusion.Onnx;
using Microsoft.ML.OnnxRuntime;

namespace CanvasWeb.Inference.Benchmarks;

/// <summary>
/// Every graph run of one generation, with its tensors, to be run again by plain <c>session.Run</c> calls: what the picture costs when
/// nothing at all is done around the models.
/// </summary>
internal sealed class RecordedCalls : IDisposable
{
    private readonly Dictionary<string, InferenceSession> _sessions = new(StringComparer.Ordinal);
    private readonly List<Call> _calls = [];

    public int Count => _calls.Count;

    /// <summary>For <see cref="OnnxModelOptions.Trace"/>: keeps a copy.</summary>
    public void Add(OnnxCall call)
    {
        var names = call.Inputs.Keys.ToArray();
        _calls.Add(new Call(call.File, names, [.. names.Select(name => Copy(call.Inputs[name]))], call.Outputs));
    }

    /// <summary>Opens a session of its own for each graph, with the settings that the pipeline's have.</summary>
    public void OpenSessions(OnnxModelOptions options)
    {
        using var sessionOptions = OnnxModel.SessionOptionsFor(options);
        foreach (var file in _calls.Select(call => call.File).Distinct(StringComparer.Ordinal))
            _sessions.Add(file, new InferenceSession(file, sessionOptions));
    }

    /// <summary>Runs all of them once, in order.</summary>
    public void Run()
    {
        using var options = new RunOptions();
        foreach (var call in _calls)
        {
            using var outputs = _sessions[call.File].Run(options, call.InputNames, call.Inputs, call.Outputs);
        }
    }

    public void Dispose()
    {
        foreach (var session in _sessions.Values)
            session.Dispose();
        foreach (var value in _calls.SelectMany(call => call.Inputs))
            value.Dispose();
    }

    private static OrtValue Copy(OrtValue value)
    {
        var info = value.GetTensorTypeAndShape();
        var copy = OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, info.ElementDataType, info.Shape);
        value.GetTensorMutableRawData().CopyTo(copy.GetTensorMutableRawData());
        return copy;
    }

    private sealed record Call(string File, string[] InputNames, OrtValue[] Inputs, IReadOnlyList<string> Outputs);
}
