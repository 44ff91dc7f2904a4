using System.Buffers.Binary;
using System.IO.Compression;
using System.Numerics;
using System.Runtime.InteropServices;
using CanvasWeb.Imaging.Headers;

namespace CanvasWeb.Imaging;

/// <summary>
/// Writes a PNG row by row, so that a picture of any size costs the memory of a few rows. libvips could only do so by asking for
/// rows itself, from a thread of its own; whoever draws a board wants to give them. Managed code: filters (PNG specification, third
/// edition, section 9), zlib from the runtime, chunks. Not for several threads. The stream stays open.
/// </summary>
public sealed class PngRowWriter : IDisposable
{
    private readonly ZLibStream _zlib;
    private readonly DataChunks _chunks;
    private readonly PngPixels _pixels;
    private readonly int _width;
    private readonly int _channels;
    private readonly bool _isFiltered;

    // The row above, this row, and a candidate for each filter with its type in front.
    private readonly byte[][] _candidates;
    private byte[] _above;
    private byte[] _row;
    private int _rowsLeft;

    /// <summary>Writes the header at once.</summary>
    /// <param name="parameters">Read back by <see cref="ImageMetadata.ReadParameters"/>; null for none.</param>
    /// <param name="level">zlib's: 0 stores, 1 is quick, 6 is usual, 9 small.</param>
    /// <param name="origin">Said in the XMP; null says nothing.</param>
    /// <exception cref="ImageException"><c>bad_parameters</c>.</exception>
    public PngRowWriter(Stream target, int width, int height, PngPixels pixels, string? parameters, int level, PictureOrigin? origin = null)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        _pixels = pixels;
        _width = width;
        _rowsLeft = height;
        (_channels, var colourType) = pixels switch
        {
            PngPixels.Grey => (1, (byte)0),
            PngPixels.Rgb => (3, (byte)2),
            PngPixels.Rgba => (4, (byte)6),
        };
        var rowBytes = checked(width * _channels);
        _above = new byte[rowBytes];
        _row = new byte[rowBytes];
        _isFiltered = level > 0;
        _candidates = [.. Enumerable.Range(0, _isFiltered ? 4 : 1).Select(_ => new byte[rowBytes + 1])];
        target.Write(Head(width, height, colourType, parameters, origin));
        _chunks = new DataChunks(target);
        _zlib = new ZLibStream(_chunks, new ZLibCompressionOptions { CompressionLevel = level, CompressionStrategy = ZLibCompressionStrategy.Default }, leaveOpen: true);
    }

    /// <summary>Appends rows from the top.</summary>
    /// <param name="rows">Whole rows, as <see cref="PngPixels"/> says.</param>
    /// <exception cref="ArgumentException">Not whole rows, or more than the picture has.</exception>
    public void WriteRows(ReadOnlySpan<byte> rows)
    {
        var givenBytes = _width * (_pixels == PngPixels.Grey ? 1 : 4);
        if (rows.Length % givenBytes != 0 || rows.Length / givenBytes > _rowsLeft)
            throw new ArgumentException($"{rows.Length} bytes are not whole rows of {givenBytes}, or more than the {_rowsLeft} rows left.", nameof(rows));
        for (; !rows.IsEmpty; rows = rows[givenBytes..])
        {
            WriteRow(rows[..givenBytes]);
            _rowsLeft--;
        }
    }

    /// <summary>Writes the end. Without it the file is not whole.</summary>
    /// <exception cref="InvalidOperationException">Rows are missing.</exception>
    public void Complete()
    {
        if (_rowsLeft != 0)
            throw new InvalidOperationException($"{_rowsLeft} rows are missing.");
        _zlib.Dispose();
        _chunks.Complete();
    }

    public void Dispose()
    {
        // zlib writes its rest when it ends. After Complete there is none; without it the file is lost anyway, and its stream may be too.
        _chunks.IsClosed = true;
        _zlib.Dispose();
        _chunks.Dispose();
    }

    private static byte[] Head(int width, int height, byte colourType, string? parameters, PictureOrigin? origin)
    {
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        header[8] = 8;
        header[9] = colourType;
        byte[] head = [.. PngFile.Signature, .. PngText.Chunk("IHDR"u8, header)];
        if (XmpPacket.WriteOrNull(parameters, origin) is { } xmp)
            head = PngText.InsertXmp(head, xmp);
        return parameters is null ? head : PngText.Insert(head, ImageMetadata.ParametersKeyword, parameters);
    }

    private void WriteRow(ReadOnlySpan<byte> given)
    {
        if (_pixels == PngPixels.Rgb)
            DropAlpha(given, _row);
        else
            given.CopyTo(_row);
        _zlib.Write(_isFiltered ? BestFiltered() : Stored());
        (_above, _row) = (_row, _above);
    }

    private ReadOnlySpan<byte> Stored()
    {
        _row.CopyTo(_candidates[0], 1);
        return _candidates[0];
    }

    // The filter whose bytes, taken as signed, have the smallest sum: the rule of thumb of the specification (12.7). The average
    // filter is left out: it seldom wins where Paeth's is there.
    private ReadOnlySpan<byte> BestFiltered()
    {
        var best = _candidates[0];
        _row.CopyTo(best, 1);
        best[0] = 0;
        var bestCost = Cost(best.AsSpan(1), long.MaxValue);
        for (var i = 1; i < _candidates.Length; i++)
        {
            var candidate = _candidates[i];
            var filtered = candidate.AsSpan(1);
            switch (i)
            {
                case 1:
                    candidate[0] = 1;
                    _row.AsSpan(0, _channels).CopyTo(filtered);
                    Subtract(_row.AsSpan(_channels), _row.AsSpan(0, _row.Length - _channels), filtered[_channels..]);
                    break;
                case 2:
                    candidate[0] = 2;
                    Subtract(_row, _above, filtered);
                    break;
                default:
                    candidate[0] = 4;
                    SubtractPaeth(_row, _above, _channels, filtered);
                    break;
            }

            var cost = Cost(filtered, bestCost);
            if (cost < bestCost)
                (best, bestCost) = (candidate, cost);
        }

        return best;
    }

    private static void Subtract(ReadOnlySpan<byte> values, ReadOnlySpan<byte> predictions, Span<byte> differences)
    {
        var i = 0;
        for (; i <= values.Length - Vector<byte>.Count; i += Vector<byte>.Count)
            (new Vector<byte>(values[i..]) - new Vector<byte>(predictions[i..])).CopyTo(differences[i..]);
        for (; i < values.Length; i++)
            differences[i] = (byte)(values[i] - predictions[i]);
    }

    private static void SubtractPaeth(ReadOnlySpan<byte> row, ReadOnlySpan<byte> above, int channels, Span<byte> differences)
    {
        Subtract(row[..channels], above[..channels], differences);
        var left = row[..^channels];
        var upperLeft = above[..^channels];
        var up = above[channels..];
        var here = row[channels..];
        var target = differences[channels..];
        var i = 0;
        for (; i <= here.Length - Vector<byte>.Count; i += Vector<byte>.Count)
        {
            // 9.4 of the specification, in 16 bits: the neighbour nearest to left + up - upper left; ties go to left, then up.
            Vector.Widen(new Vector<byte>(left[i..]), out var a0, out var a1);
            Vector.Widen(new Vector<byte>(up[i..]), out var b0, out var b1);
            Vector.Widen(new Vector<byte>(upperLeft[i..]), out var c0, out var c1);
            var predicted = Vector.Narrow(Paeth(a0, b0, c0), Paeth(a1, b1, c1));
            (new Vector<byte>(here[i..]) - predicted).CopyTo(target[i..]);
        }

        for (; i < here.Length; i++)
        {
            int a = left[i], b = up[i], c = upperLeft[i];
            var (pa, pb, pc) = (Math.Abs(b - c), Math.Abs(a - c), Math.Abs(a + b - c - c));
            target[i] = (byte)(here[i] - (pa <= pb && pa <= pc ? a : pb <= pc ? b : c));
        }
    }

    private static Vector<ushort> Paeth(Vector<ushort> left, Vector<ushort> up, Vector<ushort> upperLeft)
    {
        var (a, b, c) = (Vector.AsVectorInt16(left), Vector.AsVectorInt16(up), Vector.AsVectorInt16(upperLeft));
        var (da, db) = (b - c, a - c);
        var (pa, pb, pc) = (Vector.Abs(da), Vector.Abs(db), Vector.Abs(da + db));
        var isLeft = Vector.LessThanOrEqual(pa, pb) & Vector.LessThanOrEqual(pa, pc);
        return Vector.AsVectorUInt16(Vector.ConditionalSelect(isLeft, a, Vector.ConditionalSelect(Vector.LessThanOrEqual(pb, pc), b, c)));
    }

    private static long Cost(ReadOnlySpan<byte> bytes, long enough)
    {
        long sum = 0;
        foreach (var block in MemoryMarshal.Cast<byte, ulong>(bytes))
        {
            for (var shift = 0; shift < 64; shift += 8)
                sum += Math.Abs((int)(sbyte)(block >> shift));
            if (sum >= enough)
                return sum;
        }

        for (var i = bytes.Length & ~7; i < bytes.Length; i++)
            sum += Math.Abs((int)(sbyte)bytes[i]);
        return sum;
    }

    private static void DropAlpha(ReadOnlySpan<byte> rgba, Span<byte> rgb)
    {
        for (int from = 0, to = 0; to < rgb.Length; from += 4, to += 3)
        {
            rgb[to] = rgba[from];
            rgb[to + 1] = rgba[from + 1];
            rgb[to + 2] = rgba[from + 2];
        }
    }

    /// <summary>Cuts the compressed bytes into IDAT chunks.</summary>
    private sealed class DataChunks(Stream target) : Stream
    {
        private const int Overhead = 8;
        private static readonly uint[] s_crcTable = CrcTable();

        // Length and type in front; the checksum is over the type and the data.
        private readonly byte[] _chunk = [0, 0, 0, 0, .. "IDAT"u8, .. new byte[1 << 16]];
        private int _filled;

        public bool IsClosed { get; set; }

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public void Complete()
        {
            Cut();
            target.Write(PngText.Chunk("IEND"u8, []));
        }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            while (!buffer.IsEmpty && !IsClosed)
            {
                var part = Math.Min(buffer.Length, _chunk.Length - Overhead - _filled);
                buffer[..part].CopyTo(_chunk.AsSpan(Overhead + _filled));
                _filled += part;
                buffer = buffer[part..];
                if (_filled == _chunk.Length - Overhead)
                    Cut();
            }
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Flush()
        {
            // Chunks leave when they are full.
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        private void Cut()
        {
            if (_filled == 0)
                return;
            BinaryPrimitives.WriteInt32BigEndian(_chunk, _filled);
            target.Write(_chunk, 0, Overhead + _filled);
            Span<byte> checksum = stackalloc byte[4];
            BinaryPrimitives.WriteUInt32BigEndian(checksum, Crc(_chunk.AsSpan(4, 4 + _filled)));
            target.Write(checksum);
            _filled = 0;
        }

        // PNG specification, annex D.
        private static uint Crc(ReadOnlySpan<byte> bytes)
        {
            var crc = uint.MaxValue;
            foreach (var value in bytes)
                crc = s_crcTable[(byte)(crc ^ value)] ^ (crc >> 8);
            return ~crc;
        }

        private static uint[] CrcTable()
        {
            var table = new uint[256];
            for (var i = 0u; i < 256; i++)
            {
                var crc = i;
                for (var bit = 0; bit < 8; bit++)
                    crc = (crc & 1) != 0 ? 0xEDB88320 ^ (crc >> 1) : crc >> 1;
                table[i] = crc;
            }

            return table;
        }
    }
}
