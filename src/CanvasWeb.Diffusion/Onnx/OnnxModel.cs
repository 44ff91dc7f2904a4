using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using CanvasWeb.Diffusion.Models;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using Tensor = CanvasWeb.Diffusion.Tensors.Tensor;

namespace CanvasWeb.Diffusion.Onnx;

/// <summary>
/// One ONNX graph, loaded. Owns the native session; whoever loaded it disposes it, after every <see cref="BoundRun"/> of it.
/// Loading and <see cref="Bind"/> may be called from any thread; a <see cref="BoundRun"/> belongs to one thread at a time.
/// </summary>
/// <remarks>
/// The same inputs give the same bytes on the same machine with the same number of threads: operators run one after the other
/// (sequential execution, one inter-op thread), work inside an operator is divided in fixed blocks (no dynamic block sizes), and
/// nothing of the graph draws random numbers. Another processor or another thread count may differ in the last bits.
/// </remarks>
public sealed partial class OnnxModel : IDisposable
{
    private readonly InferenceSession _session;
    private int _disposed;

    private OnnxModel(string file, InferenceSession session, ExecutionProvider provider, Action<OnnxCall>? trace)
    {
        Trace = trace;
        File = file;
        _session = session;
        Provider = provider;
        Inputs = Ports(session.InputMetadata);
        Outputs = Ports(session.OutputMetadata);
    }

    /// <summary>The path it was loaded from.</summary>
    public string File { get; }

    /// <summary>Where it really runs: <see cref="ExecutionProvider.Cpu"/> or <see cref="ExecutionProvider.Cuda"/>.</summary>
    public ExecutionProvider Provider { get; }

    public IReadOnlyDictionary<string, OnnxPort> Inputs { get; }

    public IReadOnlyDictionary<string, OnnxPort> Outputs { get; }

    internal Action<OnnxCall>? Trace { get; }

    internal InferenceSession Session => _disposed == 0 ? _session : throw new ObjectDisposedException(nameof(OnnxModel));

    /// <summary>Loads a graph. Weights stored small are expanded here, once.</summary>
    /// <param name="cancellationToken">Also stops the native loader, between two of its steps.</param>
    /// <exception cref="ModelFormatException">The file is missing, broken, too large or not a graph that we can run.</exception>
    /// <exception cref="CudaUnavailableException">It would be loaded on the CPU, and <see cref="OnnxModelOptions.FallBackToCpu"/> is off.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static OnnxModel Load(string path, OnnxModelOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        cancellationToken.ThrowIfCancellationRequested();

        // 1. Look at the file ourselves: sizes and dimensions that would make the native loader allocate without measure.
        OnnxFileCheck.Check(path, options);
        cancellationToken.ThrowIfCancellationRequested();

        // 2. Errors come back as exceptions and are told there: the library is not to print them over a progress bar as well.
        OrtEnv.Instance().EnvLogLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL;

        // 3. The session, on CUDA where that is wanted and works.
        if (TriesCuda(options))
        {
            try
            {
                using var sessionOptions = SessionOptionsFor(options);
                using var cudaOptions = CudaOptionsFor(options);
                sessionOptions.AppendExecutionProvider_CUDA(cudaOptions);
                return Create(path, sessionOptions, ExecutionProvider.Cuda, options.Trace, cancellationToken);
            }
            catch (Exception exception) when (exception is OnnxRuntimeException or EntryPointNotFoundException)
            {
                var reason = WhyNotCuda(exception.Message + "\n" + LoadError(Path.Combine(AppContext.BaseDirectory, "libonnxruntime_providers_cuda.so")), options.Provider == ExecutionProvider.Cuda);
                if (!options.FallBackToCpu)
                    throw new CudaUnavailableException(reason, exception);
                options.Log?.Invoke(reason);
            }
        }

        try
        {
            using var sessionOptions = SessionOptionsFor(options);
            return Create(path, sessionOptions, ExecutionProvider.Cpu, options.Trace, cancellationToken);
        }
        catch (OnnxRuntimeException exception)
        {
            throw new ModelFormatException(path, "ONNX Runtime cannot load it: " + FirstLine(exception.Message), exception);
        }
    }

    /// <summary>The first of these inputs that the graph has, or null: exports name the same port differently.</summary>
    public OnnxPort? FindInput(params ReadOnlySpan<string> names) => Find(Inputs, names);

    /// <summary>The first of these outputs that the graph has, or null.</summary>
    public OnnxPort? FindOutput(params ReadOnlySpan<string> names) => Find(Outputs, names);

    /// <summary>
    /// Ties tensors to ports, to be run many times: allocate once per generation, write the inputs' values, run, read the outputs.
    /// The tensors stay the caller's and must outlive the run; float32 ports work in their memory, others through a copy.
    /// </summary>
    /// <param name="inputs">Every input of the graph, no others.</param>
    /// <param name="outputs">The outputs that are wanted, in their final shape; the others are not fetched.</param>
    /// <exception cref="OnnxModelException">A port is missing or unknown, or a shape does not fit: names the port, what it wants and what it got.</exception>
    public BoundRun Bind(IReadOnlyDictionary<string, Tensor> inputs, IReadOnlyDictionary<string, Tensor> outputs) => new(this, inputs, outputs);

    /// <summary>Binds, runs once and unbinds: for encoders, which run once a picture.</summary>
    public void RunOnce(IReadOnlyDictionary<string, Tensor> inputs, IReadOnlyDictionary<string, Tensor> outputs, CancellationToken cancellationToken)
    {
        using var run = Bind(inputs, outputs);
        run.Run(cancellationToken);
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
            _session.Dispose();
    }

    /// <summary>Whether these options are for CUDA here: asked for, or there to be used.</summary>
    internal static bool TriesCuda(OnnxModelOptions options) => options.Provider switch
    {
        ExecutionProvider.Cpu => false,
        ExecutionProvider.Auto => HasCuda(),
        ExecutionProvider.Cuda => true,
        _ => throw new ArgumentOutOfRangeException(nameof(options), options.Provider, "Not an execution provider."),
    };

    private static bool HasCuda() => OrtEnv.Instance().GetAvailableProviders().Contains("CUDAExecutionProvider", StringComparer.Ordinal);

    private static OnnxModel Create(string path, SessionOptions sessionOptions, ExecutionProvider provider, Action<OnnxCall>? trace, CancellationToken cancellationToken)
    {
        InferenceSession session;
        try
        {
            using (cancellationToken.UnsafeRegister(static state => ((SessionOptions)state!).SetLoadCancellationFlag(true), sessionOptions))
                session = new InferenceSession(path, sessionOptions);
        }
        catch (OnnxRuntimeException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw;
        }

        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            return new OnnxModel(path, session, provider, trace);
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>Settings of a session on the CPU as every graph here gets them; the caller disposes them. A benchmark that compares with a bare session starts from the same.</summary>
    public static SessionOptions SessionOptionsFor(OnnxModelOptions options)
    {
        var result = new SessionOptions
        {
            // Sequential, one operator at a time: part of the promise of equal bytes, and diffusion graphs are chains anyway.
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            InterOpNumThreads = 1,
            IntraOpNumThreads = options.IntraOpThreads,
            EnableCpuMemArena = options.KeepMemory,
            EnableMemoryPattern = options.KeepMemory,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
            GraphOptimizationLevel = options.Optimization switch
            {
                GraphOptimization.None => GraphOptimizationLevel.ORT_DISABLE_ALL,
                GraphOptimization.Basic => GraphOptimizationLevel.ORT_ENABLE_BASIC,
                GraphOptimization.Extended => GraphOptimizationLevel.ORT_ENABLE_EXTENDED,
                GraphOptimization.All => GraphOptimizationLevel.ORT_ENABLE_ALL,
                _ => throw new ArgumentOutOfRangeException(nameof(options), options.Optimization, "Not an optimisation level."),
            },
        };
        result.AddSessionConfigEntry("session.intra_op.allow_spinning", options.AllowSpinning ? "1" : "0");
        return result;
    }

    private static OrtCUDAProviderOptions CudaOptionsFor(OnnxModelOptions options)
    {
        var settings = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["device_id"] = FormattableString.Invariant($"{options.DeviceId}"),
            // Grow by what is asked for, not by powers of two: several models share one card.
            ["arena_extend_strategy"] = "kSameAsRequested",
            // Trying every algorithm costs seconds at each new size and may pick another one next time, so other bytes.
            ["cudnn_conv_algo_search"] = "HEURISTIC",
        };
        if (options.DeviceMemoryLimitBytes > 0)
            settings["gpu_mem_limit"] = FormattableString.Invariant($"{options.DeviceMemoryLimitBytes}");
        var result = new OrtCUDAProviderOptions();
        result.UpdateOptions(settings);
        return result;
    }

    /// <summary>
    /// What the system's loader says of a library, empty when all is well. ONNX Runtime puts the missing library's name into its log only and
    /// raises an error without it.
    /// </summary>
    private static string LoadError(string library)
    {
        if (!OperatingSystem.IsLinux() || !System.IO.File.Exists(library))
            return "";
        try
        {
            NativeLibrary.Free(NativeLibrary.Load(library));
            return "";
        }
        catch (Exception exception) when (exception is DllNotFoundException or BadImageFormatException)
        {
            return exception.Message;
        }
    }

    /// <summary>One sentence: what is missing, what to install, what happens now.</summary>
    /// <param name="wasAskedFor">False where nobody named a device: then nobody is told that he asked for CUDA.</param>
    internal static string WhyNotCuda(string nativeMessage, bool wasAskedFor)
    {
        var subject = wasAskedFor ? "CUDA was asked for, but" : "CUDA would be used, but";
        var library = MissingLibrary().Match(nativeMessage);
        if (library.Success && !library.Groups["library"].Value.StartsWith("libonnxruntime", StringComparison.Ordinal))
            return $"{subject} the library {library.Groups["library"].Value} is missing: install the CUDA 13 runtime and cuDNN 9 where the loader finds them (LD_LIBRARY_PATH); the CPU is used.";
        if (!HasCuda() || library.Success)
            return $"{subject} this build has ONNX Runtime without the CUDA provider: build with -p:OnnxRuntimeGpu=true (Linux x64, CUDA 13 runtime with libcublasLt.so.13, cuDNN 9) for it; the CPU is used.";
        return $"{subject} could not be started ({FirstLine(nativeMessage)}): check the driver with nvidia-smi; the CPU is used.";
    }

    /// <summary>Native messages carry source paths and stacks after the first line, and may quote a whole broken file.</summary>
    internal static string FirstLine(string message)
    {
        var end = message.AsSpan().IndexOfAny('\r', '\n');
        var line = NativePrefix().Replace((end < 0 ? message : message[..end]).Trim(), "");
        return line.Length <= 400 ? line : line[..400] + "...";
    }

    private static OnnxPort? Find(IReadOnlyDictionary<string, OnnxPort> ports, ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (ports.TryGetValue(name, out var port))
                return port;
        }

        return null;
    }

    private static Dictionary<string, OnnxPort> Ports(IReadOnlyDictionary<string, NodeMetadata> metadata) =>
        metadata.ToDictionary(pair => pair.Key, pair => PortOf(pair.Key, pair.Value), StringComparer.Ordinal);

    private static OnnxPort PortOf(string name, NodeMetadata metadata)
    {
        if (!metadata.IsTensor)
            return new OnnxPort(name, OnnxElementType.Unsupported, [], []);
        var type = metadata.ElementDataType switch
        {
            TensorElementType.Float => OnnxElementType.Float32,
            TensorElementType.Float16 => OnnxElementType.Float16,
            TensorElementType.BFloat16 => OnnxElementType.BFloat16,
            TensorElementType.Double => OnnxElementType.Float64,
            TensorElementType.Int64 => OnnxElementType.Int64,
            TensorElementType.Int32 => OnnxElementType.Int32,
            TensorElementType.Int8 => OnnxElementType.Int8,
            TensorElementType.UInt8 => OnnxElementType.UInt8,
            TensorElementType.Bool => OnnxElementType.Bool,
            _ => OnnxElementType.Unsupported,
        };
        return new OnnxPort(name, type, [.. metadata.Dimensions], [.. metadata.SymbolicDimensions.Select(symbol => string.IsNullOrEmpty(symbol) ? null : symbol)]);
    }

    /// <summary>"[ErrorCode:InvalidGraph] Load model from FILE failed:": what follows is what is wrong, and we name the file ourselves.</summary>
    [GeneratedRegex(@"^\[ErrorCode:\w+\] (Load model from .*? failed:)?", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex NativePrefix();

    [GeneratedRegex(@"(?<library>lib[\w.+-]+\.so[\w.]*): cannot open shared object file", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex MissingLibrary();
}
