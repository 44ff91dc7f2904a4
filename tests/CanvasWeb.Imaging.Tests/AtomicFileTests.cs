namespace CanvasWeb.Imaging.Tests;

public sealed class AtomicFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("canvasweb-imaging-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_file_is_written_and_replaced_and_nothing_else_stays()
    {
        var path = Path.Combine(_folder, "a.png");
        foreach (var length in new[] { 0, 5, 1_000_000, 3 })
        {
            var bytes = new byte[length];
            new Random(length).NextBytes(bytes);
            await AtomicFile.WriteAllBytesAsync(path, bytes, Token);
            Assert.Equal(bytes, await File.ReadAllBytesAsync(path, Token));
        }

        Assert.Equal([path], Directory.GetFiles(_folder));
    }

    [Fact]
    public async Task A_missing_folder_is_named()
    {
        var error = await Assert.ThrowsAsync<FileSaveException>(() => AtomicFile.WriteAllBytesAsync(Path.Combine(_folder, "no", "a.png"), new byte[1], Token));
        Assert.Equal("missing_folder", error.Code);
        Assert.Contains("a.png", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_is_not_overwritten()
    {
        var error = await Assert.ThrowsAsync<FileSaveException>(() => AtomicFile.WriteAllBytesAsync(_folder, new byte[1], Token));
        Assert.Equal("is_a_folder", error.Code);
    }

    [Fact]
    public async Task Cancelled_in_the_middle_the_old_file_stays_and_nothing_else()
    {
        var path = Path.Combine(_folder, "a.png");
        await File.WriteAllTextAsync(path, "old", Token);
        using var cancel = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => AtomicFile.WriteAllBytesAsync(
            path,
            new byte[3_000_000],
            p => new InterruptedStream(File.Create(p), atByte: 1_000_000, () => cancel.Cancel()),
            cancel.Token));
        Assert.Equal("old", await File.ReadAllTextAsync(path, Token));
        Assert.Equal([path], Directory.GetFiles(_folder));
    }

    [Fact]
    public async Task Cancelled_from_the_start_nothing_is_made()
    {
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => AtomicFile.WriteAllBytesAsync(Path.Combine(_folder, "a.png"), new byte[9], new CancellationToken(canceled: true)));
        Assert.Empty(Directory.GetFiles(_folder));
    }

    [Fact]
    public async Task On_a_full_disk_the_old_file_stays_and_the_message_says_so()
    {
        if (!File.Exists("/dev/full"))
            Assert.Skip("There is no /dev/full here to take a real error of a full disk from.");
        var path = Path.Combine(_folder, "a.png");
        await File.WriteAllTextAsync(path, "old", Token);
        var error = await Assert.ThrowsAsync<FileSaveException>(() => AtomicFile.WriteAllBytesAsync(
            path,
            new byte[3_000_000],
            p => new InterruptedStream(File.Create(p), atByte: 1_000_000, FillDisk),
            Token));
        Assert.Equal("disk_full", error.Code);
        Assert.Contains("disk is full", error.Message, StringComparison.Ordinal);
        Assert.Equal("old", await File.ReadAllTextAsync(path, Token));
        Assert.Equal([path], Directory.GetFiles(_folder));
    }

    /// <summary>Throws what the system really says when a device has no space.</summary>
    private static void FillDisk()
    {
        using var full = new FileStream("/dev/full", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        full.Write(new byte[10]);
    }

    /// <summary>A file that something happens to on the way.</summary>
    private sealed class InterruptedStream(FileStream inner, int atByte, Action happening) : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => inner.Length;

        public override long Position { get => inner.Position; set => throw new NotSupportedException(); }

        public override void Flush() => inner.Flush();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => inner.Write(buffer, offset, count);

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (inner.Position + buffer.Length > atByte)
                happening();
            await inner.WriteAsync(buffer, cancellationToken);
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                inner.Dispose();
            base.Dispose(disposing);
        }
    }
}
