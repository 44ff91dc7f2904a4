using System.Buffers.Binary;
using System.Text;
using CanvasWeb.Diffusion.Models;

namespace CanvasWeb.Diffusion.Onnx;

/// <summary>
/// Walks a file's protobuf structure before ONNX Runtime parses it: a native parser that meets absurd sizes allocates first and
/// complains later, or not at all. Looks at every tensor of the graph, its subgraphs and functions, reads only headers, and needs
/// memory for none of the weights.
/// </summary>
/// <remarks>
/// Field numbers are those of onnx.proto. Whether operators exist and fit together is left to ONNX Runtime, which says it better.
/// </remarks>
internal sealed class OnnxFileCheck
{
    /// <summary>Graphs in nodes in graphs. Real models have two or three (If in Loop); the native parser recurses too.</summary>
    private const int MaxDepth = 32;

    private const int MaxNameBytes = 4096;

    /// <summary>Operators after functions are put in place of their calls. SDXL's U-Net has about 6,000.</summary>
    private const long MaxNodes = 1_000_000;

    private readonly string _path;
    private readonly OnnxModelOptions _options;
    private readonly WireReader _reader;
    private long _weightBytes;
    private readonly Calls _graphCalls = new();
    private readonly Dictionary<string, Calls> _functions = new(StringComparer.Ordinal);
    private Calls _calls;
    private bool _hasGraph;
    private long _irVersion;

    private OnnxFileCheck(string path, Stream stream, OnnxModelOptions options)
    {
        _path = path;
        _options = options;
        _reader = new WireReader(stream);
        _calls = _graphCalls;
    }

    /// <exception cref="ModelFormatException">Names the file and what is wrong with it.</exception>
    public static void Check(string path, OnnxModelOptions options)
    {
        var file = new FileInfo(path);
        if (!file.Exists)
            throw new ModelFormatException(path, "does not exist.");
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1 << 16);
            if (stream.Length == 0)
                throw new ModelFormatException(path, "is empty.");
            if (stream.Length > options.MaxFileBytes)
                throw new ModelFormatException(path, FormattableString.Invariant($"has {stream.Length} bytes, past the limit of {options.MaxFileBytes}."));
            if (KnownStranger(stream) is { } stranger)
                throw new ModelFormatException(path, stranger);
            new OnnxFileCheck(path, stream, options).Model(stream.Length);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ModelFormatException(path, $"cannot be read ({exception.Message}).", exception);
        }
    }

    /// <summary>What people put in a model's place most often, told apart from damage.</summary>
    private static string? KnownStranger(FileStream stream)
    {
        Span<byte> start = stackalloc byte[24];
        var read = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        stream.Position = 0;
        start = start[..read];
        if (start.StartsWith("version https://git-lfs"u8))
            return "is a Git LFS pointer, not the model itself: fetch it with git lfs pull.";
        if (start.StartsWith("PK\u0003\u0004"u8) || (read > 1 && start[0] == 0x80 && start[1] <= 5))
            return "is a PyTorch file, not ONNX: export the model with Optimum.";
        if (start.StartsWith("<!DOCTYPE"u8) || start.StartsWith("<html"u8))
            return "is a web page, not ONNX: the download was answered with a page.";
        return read > 8 && start[8] == (byte)'{' && BinaryPrimitives.ReadInt64LittleEndian(start) is > 0 and < 1 << 30
            ? "is a safetensors file, not ONNX: export the model with Optimum."
            : null;
    }

    private void Model(long end)
    {
        while (_reader.Position < end)
        {
            var (field, wire) = Tag(end);
            switch (field, wire)
            {
                case (1, Wire.Varint):
                    _irVersion = (long)Varint(end);
                    break;
                case (7, Wire.Bytes):
                    _hasGraph = true;
                    Graph(Length(end), 0);
                    break;
                case (25, Wire.Bytes):
                    Function(Length(end));
                    break;
                default:
                    Skip(wire, end);
                    break;
            }
        }

        if (!_hasGraph)
            throw Broken("has no graph: not an ONNX file, or only the start of one.");
        if (_irVersion is < 1 or > 1000)
            throw Broken(FormattableString.Invariant($"has no sensible format version ({_irVersion}): not an ONNX file."));
        if (Expanded(_graphCalls, 0) > MaxNodes)
            throw Broken(FormattableString.Invariant($"has functions that call each other so often that more than {MaxNodes} operators come of it, or without end."));
    }

    /// <summary>
    /// Operators once every function is put in place of its calls. The native loader does that without measure: forty functions of two
    /// calls each, 3 KB of file, would be 2^40 operators. A circle is counted as too many.
    /// </summary>
    private long Expanded(Calls calls, int depth)
    {
        if (calls.Expanded is { } known)
            return known;
        if (depth > MaxDepth)
            return MaxNodes + 1;
        var total = 0L;
        foreach (var (name, times) in calls.Operators)
            total = Math.Min(MaxNodes + 1, total + times * (_functions.TryGetValue(name, out var function) ? Expanded(function, depth + 1) : 1));
        calls.Expanded = total;
        return total;
    }

    private sealed class Calls
    {
        public Dictionary<string, long> Operators { get; } = new(StringComparer.Ordinal);

        public long? Expanded { get; set; }
    }

    private void Graph(long end, int depth)
    {
        if (depth > MaxDepth)
            throw Broken(FormattableString.Invariant($"nests graphs deeper than {MaxDepth}."));
        while (_reader.Position < end)
        {
            var (field, wire) = Tag(end);
            switch (field, wire)
            {
                case (1, Wire.Bytes):
                    Node(Length(end), depth);
                    break;
                case (5, Wire.Bytes):
                    Tensor(Length(end));
                    break;
                case (15, Wire.Bytes):
                    SparseTensor(Length(end));
                    break;
                default:
                    Skip(wire, end);
                    break;
            }
        }
    }

    private void Function(long end)
    {
        var name = "";
        _calls = new Calls();
        while (_reader.Position < end)
        {
            var (field, wire) = Tag(end);
            if (field == 7 && wire == Wire.Bytes)
                Node(Length(end), 0);
            else if (field == 1 && wire == Wire.Bytes)
                name = Text(end);
            else
                Skip(wire, end);
        }

        // Functions of one name in two domains are taken together: an upper bound is enough.
        if (!_functions.TryAdd(name, _calls))
        {
            foreach (var (called, times) in _calls.Operators)
                _functions[name].Operators[called] = _functions[name].Operators.GetValueOrDefault(called) + times;
        }

        _calls = _graphCalls;
    }

    private void Node(long end, int depth)
    {
        while (_reader.Position < end)
        {
            var (field, wire) = Tag(end);
            if (field == 5 && wire == Wire.Bytes)
            {
                Attribute(Length(end), depth);
            }
            else if (field == 4 && wire == Wire.Bytes)
            {
                var operation = Text(end);
                _calls.Operators[operation] = _calls.Operators.GetValueOrDefault(operation) + 1;
            }
            else
            {
                Skip(wire, end);
            }
        }
    }

    private void Attribute(long end, int depth)
    {
        while (_reader.Position < end)
        {
            var (field, wire) = Tag(end);
            switch (field, wire)
            {
                case (5 or 10, Wire.Bytes):
                    Tensor(Length(end));
                    break;
                case (6 or 11, Wire.Bytes):
                    Graph(Length(end), depth + 1);
                    break;
                case (22 or 23, Wire.Bytes):
                    SparseTensor(Length(end));
                    break;
                default:
                    Skip(wire, end);
                    break;
            }
        }
    }

    private void Tensor(long end)
    {
        var dimensions = new List<long>();
        var name = "";
        long type = 0, location = 0, raw = -1, typed = 0;
        var external = new Dictionary<string, string>(StringComparer.Ordinal);
        while (_reader.Position < end)
        {
            var (field, wire) = Tag(end);
            switch (field, wire)
            {
                case (1, _) when wire is Wire.Varint or Wire.Bytes:
                    Dimensions(dimensions, wire, end);
                    break;
                case (2, Wire.Varint):
                    type = (long)Varint(end);
                    break;
                case (8, Wire.Bytes):
                    name = Text(end);
                    break;
                case (9, Wire.Bytes):
                    raw = Length(end) - _reader.Position;
                    _reader.Skip(raw);
                    break;
                case (4 or 5 or 6 or 7 or 10 or 11, _):
                    var before = _reader.Position;
                    Skip(wire, end);
                    typed += _reader.Position - before;
                    break;
                case (13, Wire.Bytes):
                    External(external, Length(end));
                    break;
                case (14, Wire.Varint):
                    location = (long)Varint(end);
                    break;
                default:
                    Skip(wire, end);
                    break;
            }
        }

        var what = $"tensor {(name.Length == 0 ? "without a name" : $"\"{name}\"")}";
        var bytes = Bytes(dimensions, type, what);
        if (location == 1)
            ExternalFile(external, bytes, what);
        else if (raw >= 0 && type != StringType && raw != bytes)
            throw Broken(FormattableString.Invariant($"{what} has {raw} bytes of data instead of {bytes}: the file is damaged or cut off."));
        else if (raw < 0 && bytes / MaxElementBytes > typed)
            throw Broken(FormattableString.Invariant($"{what} declares {bytes} bytes, but holds no such data: the file is damaged."));
    }

    private void SparseTensor(long end)
    {
        var dimensions = new List<long>();
        while (_reader.Position < end)
        {
            var (field, wire) = Tag(end);
            if (field is 1 or 2 && wire == Wire.Bytes)
                Tensor(Length(end));
            else if (field == 3 && wire is Wire.Varint or Wire.Bytes)
                Dimensions(dimensions, wire, end);
            else
                Skip(wire, end);
        }

        // It is made dense when it is loaded: its size counts in full, as the widest type.
        Bytes(dimensions, Complex128Type, "a sparse tensor");
    }

    private const long StringType = 8;
    private const long Complex128Type = 15;
    private const int MaxElementBytes = 16;

    /// <summary>Bytes that the tensor's data take; adds them to the model's sum and holds that against the limit.</summary>
    private long Bytes(List<long> dimensions, long type, string what)
    {
        // TensorProto.DataType; the 4-bit types (21 to 23) hold two elements a byte.
        var halfBytes = type switch
        {
            1 or 6 or 12 => 8,
            2 or 3 or 9 or (>= 17 and <= 20) or 24 => 2,
            4 or 5 or 10 or 16 => 4,
            7 or 11 or 13 or 14 => 16,
            15 => 32,
            21 or 22 or 23 => 1,
            StringType => 0,
            _ => throw Broken(FormattableString.Invariant($"{what} has the unknown data type {type}.")),
        };
        var count = 1L;
        foreach (var size in dimensions)
        {
            if (size < 0)
                throw Broken(FormattableString.Invariant($"{what} has the dimension {size}."));
            count = Math.BigMul(count, size, out var low) == 0 && low >= 0 ? low : long.MaxValue;
        }

        var bytes = (count > long.MaxValue / 64 ? long.MaxValue / 64 : count) * halfBytes / 2 + (halfBytes == 1 ? count % 2 : 0);
        _weightBytes = Math.Min(long.MaxValue / 2, _weightBytes) + Math.Min(long.MaxValue / 2, bytes);
        if (_weightBytes > _options.MaxWeightBytes)
            throw Broken(FormattableString.Invariant($"{what} has the dimensions [{string.Join(", ", dimensions)}]; with it the weights would take more than the limit of {_options.MaxWeightBytes} bytes."));
        return bytes;
    }

    private void Dimensions(List<long> dimensions, Wire wire, long end)
    {
        if (wire == Wire.Varint)
        {
            dimensions.Add((long)Varint(end));
        }
        else
        {
            var last = Length(end);
            while (_reader.Position < last)
                dimensions.Add((long)Varint(last));
        }

        if (dimensions.Count > 64)
            throw Broken("has a tensor of more than 64 dimensions.");
    }

    private void External(Dictionary<string, string> entries, long end)
    {
        string key = "", value = "";
        while (_reader.Position < end)
        {
            var (field, wire) = Tag(end);
            if (field == 1 && wire == Wire.Bytes)
                key = Text(end);
            else if (field == 2 && wire == Wire.Bytes)
                value = Text(end);
            else
                Skip(wire, end);
        }

        entries[key] = value;
    }

    private void ExternalFile(Dictionary<string, string> entries, long bytes, string what)
    {
        var location = entries.GetValueOrDefault("location", "");
        var parts = location.Split('/', '\\');
        if (location.Length == 0 || Path.IsPathRooted(location) || location.Contains(':', StringComparison.Ordinal) || parts.Contains("..", StringComparer.Ordinal))
            throw Broken($"{what} keeps its data in \"{location}\", which is not a file beside the model.");
        var file = new FileInfo(Path.Combine(Path.GetDirectoryName(Path.GetFullPath(_path)) ?? "", location));
        if (!file.Exists)
            throw Broken($"{what} keeps its data in \"{location}\", which is missing: copy the whole folder of the export.");
        long Number(string key, long usual) => !entries.TryGetValue(key, out var text) ? usual : long.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var number) ? number : -1;
        var (offset, length) = (Number("offset", 0), Number("length", bytes));
        var size = file.ResolveLinkTarget(returnFinalTarget: true) is FileInfo target ? target.Length : file.Length;
        if (offset < 0 || length != bytes || offset > size - length)
            throw Broken(FormattableString.Invariant($"{what} wants {bytes} bytes from {offset} of \"{location}\", which has {size}: the export is damaged or not fully copied."));
    }

    private (int Field, Wire Wire) Tag(long end)
    {
        var tag = Varint(end);
        var field = tag >> 3;
        return field is > 0 and < 1 << 29 && (Wire)(tag & 7) is var wire and (Wire.Varint or Wire.Fixed64 or Wire.Bytes or Wire.Fixed32)
            ? ((int)field, wire)
            : throw NotOnnx();
    }

    private ulong Varint(long end) => _reader.TryReadVarint(end, out var value) ? value : throw NotOnnx();

    /// <summary>The position after a field of bytes that starts here.</summary>
    private long Length(long end)
    {
        var length = Varint(end);
        return length <= (ulong)(end - _reader.Position) ? _reader.Position + (long)length : throw NotOnnx();
    }

    private string Text(long end)
    {
        var last = Length(end);
        return last - _reader.Position <= MaxNameBytes ? Printable(_reader.ReadText((int)(last - _reader.Position))) : throw Broken(FormattableString.Invariant($"has a name longer than {MaxNameBytes} bytes."));
    }

    /// <summary>Names come from the file and end in messages: no line feeds and terminal commands.</summary>
    private static string Printable(string text) => text.Any(char.IsControl) ? string.Concat(text.Select(letter => char.IsControl(letter) ? '?' : letter)) : text;

    private void Skip(Wire wire, long end)
    {
        switch (wire)
        {
            case Wire.Varint:
                Varint(end);
                break;
            case Wire.Bytes:
                _reader.Skip(Length(end) - _reader.Position);
                break;
            case Wire.Fixed64 or Wire.Fixed32:
                var size = wire == Wire.Fixed64 ? 8 : 4;
                if (size > end - _reader.Position)
                    throw NotOnnx();
                _reader.Skip(size);
                break;
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private ModelFormatException NotOnnx() => Broken(FormattableString.Invariant($"is not an ONNX file, or is damaged or cut off (at byte {_reader.Position})."));

    private ModelFormatException Broken(string reason) => new(_path, reason);

    private enum Wire
    {
        Varint = 0,
        Fixed64 = 1,
        Bytes = 2,
        Fixed32 = 5,
    }

    /// <summary>Protobuf's wire format over a file: fields are skipped by seeking, so gigabytes of weights cost nothing.</summary>
    private sealed class WireReader(Stream stream)
    {
        private readonly byte[] _buffer = new byte[1 << 14];
        private int _at;
        private int _filled;

        public long Position { get; private set; }

        public bool TryReadVarint(long end, out ulong value)
        {
            value = 0;
            for (var shift = 0; shift < 70 && Position < end; shift += 7)
            {
                var next = ReadByte();
                if (shift < 64)
                    value |= (ulong)(next & 0x7F) << shift;
                if (next < 0x80)
                    return true;
            }

            return false;
        }

        public string ReadText(int length)
        {
            var bytes = new byte[length];
            for (var i = 0; i < length; i++)
                bytes[i] = ReadByte();
            return Encoding.UTF8.GetString(bytes);
        }

        public void Skip(long count)
        {
            Position += count;
            if (count <= _filled - _at)
            {
                _at += (int)count;
                return;
            }

            stream.Position = Position;
            _at = _filled = 0;
        }

        private byte ReadByte()
        {
            if (_at == _filled)
            {
                _filled = stream.Read(_buffer);
                _at = 0;
                if (_filled == 0)
                    throw new EndOfStreamException("The file became shorter while it was read.");
            }

            Position++;
            return _buffer[_at++];
        }
    }
}
