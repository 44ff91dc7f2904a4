namespace CanvasWeb.Diffusion.Onnx;

/// <summary>How a graph is loaded and run, and the limits for files that we did not make ourselves.</summary>
public sealed record OnnxModelOptions
{
    public ExecutionProvider Provider { get; init; } = ExecutionProvider.Auto;

    /// <summary>False: a graph that cannot be loaded on CUDA is a <see cref="CudaUnavailableException"/>, so that the graphs of one model do not end on different devices.</summary>
    public bool FallBackToCpu { get; init; } = true;

    /// <summary>Which CUDA device.</summary>
    public int DeviceId { get; init; }

    /// <summary>Threads inside one operator; 0 takes one per physical core. The same bytes for the same request need the same number.</summary>
    public int IntraOpThreads { get; init; }

    /// <summary>Lets idle threads spin for a moment between operators: fastest on a quiet machine, wasteful where cores are shared.</summary>
    public bool AllowSpinning { get; init; } = true;

    /// <summary>How much ONNX Runtime rewrites the graph. Weights that are stored small (Cast, Mul on initialisers) are expanded from <see cref="GraphOptimization.Basic"/> on.</summary>
    public GraphOptimization Optimization { get; init; } = GraphOptimization.All;

    /// <summary>Keeps freed activations for the next run. Without it every run asks the system again: slower, smaller between runs.</summary>
    public bool KeepMemory { get; init; } = true;

    /// <summary>Most bytes of GPU memory that one session may take; 0 is no limit. The CPU has no such limit in ONNX Runtime: bound the process instead.</summary>
    public long DeviceMemoryLimitBytes { get; init; }

    /// <summary>Most bytes of the .onnx file itself. Protobuf cannot hold more than 2 GiB: larger models keep their weights beside it.</summary>
    public long MaxFileBytes { get; init; } = int.MaxValue;

    /// <summary>Most bytes of weights, in the file or beside it, that the graph may declare.</summary>
    public long MaxWeightBytes { get; init; } = 32L << 30;

    /// <summary>Hears the one sentence that is said when CUDA cannot be used. Called for every model that is loaded; see <see cref="Once"/>.</summary>
    public Action<string>? Log { get; init; }

    /// <summary>Hears every run of a graph just before it starts: for benchmarks, and for comparing with other runtimes on the same tensors.</summary>
    public Action<OnnxCall>? Trace { get; init; }

    /// <summary>Passes each distinct message on once: the models of one folder share their options and would all say the same.</summary>
    public static Action<string> Once(Action<string> log)
    {
        var said = new HashSet<string>(StringComparer.Ordinal);
        return message =>
        {
            bool isNew;
            lock (said)
                isNew = said.Add(message);
            if (isNew)
                log(message);
        };
    }
}

/// <summary>ONNX Runtime's levels. <see cref="All"/> is what is fastest; the lower ones are for finding out who changed a result.</summary>
public enum GraphOptimization
{
    None,
    Basic,
    Extended,
    All,
}
