using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using Tensor = CanvasWeb.Diffusion.Tensors.Tensor;

namespace CanvasWeb.Diffusion.Onnx;

/// <summary>
/// Tensors tied to the ports of a graph, to be run at every step without allocating. Float32 ports read and write the tensors'
/// own memory; for other types it owns a staging buffer and converts before and after each run. One thread at a time.
/// </summary>
public sealed class BoundRun : IDisposable
{
    private readonly OnnxModel _model;
    private readonly OrtIoBinding _binding;
    private readonly RunOptions _runOptions = new();
    private readonly List<Port> _inputs = [];
    private readonly List<Port> _outputs = [];
    private bool _disposed;

    internal BoundRun(OnnxModel model, IReadOnlyDictionary<string, Tensor> inputs, IReadOnlyDictionary<string, Tensor> outputs)
    {
        _model = model;
        _binding = model.Session.CreateIoBinding();
        try
        {
            // 1. Names: every input, no unknown ones.
            foreach (var port in model.Inputs.Values)
            {
                if (!inputs.ContainsKey(port.Name))
                    throw new OnnxModelException(model.File, $"input {port} is missing; got {Names(inputs)}");
            }

            foreach (var name in inputs.Keys)
            {
                if (!model.Inputs.ContainsKey(name))
                    throw new OnnxModelException(model.File, $"has no input {name}; it has {string.Join(", ", model.Inputs.Values)}");
            }

            if (outputs.Count == 0)
                throw new OnnxModelException(model.File, "no output is bound: a run would have no result");
            foreach (var (name, tensor) in outputs)
            {
                if (!model.Outputs.ContainsKey(name))
                    throw new OnnxModelException(model.File, $"has no output {name}; it has {string.Join(", ", model.Outputs.Values)}");
                if (inputs.Values.Contains(tensor) || outputs.Values.Count(other => other == tensor) > 1)
                    throw new OnnxModelException(model.File, $"output {name} is bound to a tensor that another port uses: the graph would read what it has already overwritten");
            }

            // 2. Shapes and memory.
            foreach (var (name, tensor) in inputs)
            {
                var port = Port.Create(model, model.Inputs[name], tensor, "input");
                _inputs.Add(port);
                _binding.BindInput(name, port.Value);
            }

            foreach (var (name, tensor) in outputs)
            {
                var port = Port.Create(model, model.Outputs[name], tensor, "output");
                _outputs.Add(port);
                _binding.BindOutput(name, port.Value);
            }
        }
        catch (OnnxRuntimeException exception)
        {
            Dispose();
            throw new OnnxModelException(model.File, $"cannot bind {Names(inputs)}: {OnnxModel.FirstLine(exception.Message)}", exception);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Runs the graph on the inputs' present values and writes the bound outputs. Stops within an operator when cancelled.</summary>
    /// <exception cref="OperationCanceledException">Cancelled; the outputs hold no result.</exception>
    /// <exception cref="OnnxModelException">The graph failed, or an input value does not fit the type of its port.</exception>
    public void Run(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        cancellationToken.ThrowIfCancellationRequested();
        var session = _model.Session;
        foreach (var input in _inputs)
        {
            input.Load(_model);

            // A provider with memory of its own copies inputs when they are bound, not when the graph runs.
            if (_model.Provider != ExecutionProvider.Cpu)
                _binding.BindInput(input.Name, input.Value);
        }

        foreach (var output in _outputs)
            output.CheckAlive();
        _model.Trace?.Invoke(new OnnxCall(_model.File, _inputs.ToDictionary(input => input.Name, input => input.Value, StringComparer.Ordinal), [.. _outputs.Select(output => output.Name)]));

        try
        {
            using (cancellationToken.UnsafeRegister(static state => ((RunOptions)state!).Terminate = true, _runOptions))
                session.RunWithBinding(_runOptions, _binding);
        }
        catch (OnnxRuntimeException exception)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new OnnxModelException(_model.File, $"failed with {string.Join(", ", _inputs)}: {OnnxModel.FirstLine(exception.Message)}", exception);
        }
        finally
        {
            // The registration is gone here, so nobody else writes the flag: the next run starts afresh.
            _runOptions.Terminate = false;
        }

        cancellationToken.ThrowIfCancellationRequested();
        foreach (var output in _outputs)
            output.Store();
    }

    /// <summary>Unbinds and frees the staging buffers; the tensors stay the caller's.</summary>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        _binding.Dispose();
        _runOptions.Dispose();
        foreach (var port in _inputs.Concat(_outputs))
            port.Dispose();
    }

    private static string Names(IReadOnlyDictionary<string, Tensor> tensors) => string.Join(", ", tensors.Select(pair => $"{pair.Key} {OnnxPort.Describe(pair.Value.Shape)}"));

    private sealed unsafe class Port : IDisposable
    {
        private readonly OnnxPort _port;
        private readonly Tensor _tensor;
        private void* _staging;

        private Port(OnnxPort port, Tensor tensor, void* staging, OrtValue value)
        {
            _port = port;
            _tensor = tensor;
            _staging = staging;
            Value = value;
        }

        public string Name => _port.Name;

        public OrtValue Value { get; }

        public static Port Create(OnnxModel model, OnnxPort port, Tensor tensor, string role)
        {
            if (port.Type == OnnxElementType.Unsupported)
                throw new OnnxModelException(model.File, $"{role} {port.Name} is of a type that cannot be bound");
            if (!port.Accepts(tensor.Shape, out var reason))
                throw new OnnxModelException(model.File, $"{role} {port} got {OnnxPort.Describe(tensor.Shape)}: {reason}");
            var (type, size) = port.Type switch
            {
                OnnxElementType.Float32 => (TensorElementType.Float, 4),
                OnnxElementType.Float16 => (TensorElementType.Float16, 2),
                OnnxElementType.BFloat16 => (TensorElementType.BFloat16, 2),
                OnnxElementType.Float64 => (TensorElementType.Double, 8),
                OnnxElementType.Int64 => (TensorElementType.Int64, 8),
                OnnxElementType.Int32 => (TensorElementType.Int32, 4),
                OnnxElementType.Int8 => (TensorElementType.Int8, 1),
                OnnxElementType.UInt8 => (TensorElementType.UInt8, 1),
                OnnxElementType.Bool => (TensorElementType.Bool, 1),
                _ => throw new System.Diagnostics.UnreachableException(),
            };
            var bytes = (long)tensor.Length * size;
            var staging = port.Type == OnnxElementType.Float32 ? null : NativeMemory.AlignedAlloc((nuint)bytes, 64);
            try
            {
                var shape = Array.ConvertAll(tensor.Shape, side => (long)side);
                var value = OrtValue.CreateTensorValueWithData(OrtMemoryInfo.DefaultInstance, type, shape, staging != null ? (nint)staging : tensor.Address, bytes);
                return new Port(port, tensor, staging, value);
            }
            catch
            {
                NativeMemory.AlignedFree(staging);
                throw;
            }
        }

        /// <summary>Tensor to staging buffer.</summary>
        public void Load(OnnxModel model)
        {
            CheckAlive();
            if (_staging == null)
                return;
            var at = ElementConversion.FromFloat32(_tensor.Span, _staging, _port.Type);
            if (at >= 0)
                throw new OnnxModelException(model.File, FormattableString.Invariant($"input {_port} got the value {_tensor.Span[at]} at position {at}, which {_port.Type} cannot hold"));
        }

        /// <summary>Staging buffer to tensor.</summary>
        public void Store()
        {
            if (_staging != null)
                ElementConversion.ToFloat32(_staging, _tensor.Span, _port.Type);
        }

        /// <summary>A tensor that was disposed too early would be read after it was freed.</summary>
        public void CheckAlive() => _ = _tensor.Address;

        public void Dispose()
        {
            Value.Dispose();
            NativeMemory.AlignedFree(_staging);
            _staging = null;
        }

        public override string ToString() => $"{Name} {OnnxPort.Describe(_tensor.Shape)}";
    }
}
