using System.Buffers;
using System.Security.Cryptography;
using CanvasWeb.Imaging;
using CanvasWeb.Web.Data;

namespace CanvasWeb.Web.Tiles;

/// <summary>
/// Bytes under the SHA-256 of what they are, as files in two levels of folders. Blobs never change, so writing one twice is harmless and
/// a reader needs no lock. A blob can have derived files (a smaller copy of a picture) that anyone can make again from it.
/// </summary>
internal sealed class FileBlobs(DataFolder data)
{
    private static readonly SearchValues<char> s_hexDigits = SearchValues.Create("0123456789abcdef");

    private readonly string _root = data.Subfolder("blobs");

    /// <summary>64 lower-case hex digits: anything else is never looked for in the file system.</summary>
    public static bool IsName(string? sha256) => sha256 is { Length: 64 } && !sha256.AsSpan().ContainsAnyExcept(s_hexDigits);

    public static string NameOf(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    /// <returns>The name: 64 lower-case hex digits. The bytes are on the disk when it returns.</returns>
    /// <exception cref="FileSaveException">The disk is full or not writable.</exception>
    public async Task<string> PutAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        var sha256 = NameOf(bytes.Span);
        await WriteAsync(PathOf(sha256), bytes, cancellationToken);
        return sha256;
    }

    /// <summary>Stores a file that is made from a blob, under the blob's name and one of its own ("2.webp").</summary>
    public Task PutDerivedAsync(string sha256, string derived, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) =>
        WriteAsync(PathOf(sha256, derived), bytes, cancellationToken);

    /// <summary>Opens a blob for reading from its start; null if there is none. The caller disposes it.</summary>
    public FileStream? Open(string sha256) => OpenFile(PathOf(sha256));

    public FileStream? OpenDerived(string sha256, string derived) => OpenFile(PathOf(sha256, derived));

    /// <summary>A blob as a whole, checked against its name; null if there is none.</summary>
    /// <exception cref="InvalidDataException">The disk gives back other bytes than were written.</exception>
    public async Task<byte[]?> ReadAsync(string sha256, CancellationToken cancellationToken)
    {
        var bytes = await ReadFileAsync(PathOf(sha256), cancellationToken);
        return bytes is null || NameOf(bytes) == sha256 ? bytes : throw new InvalidDataException($"Blob {sha256} is damaged on the disk.");
    }

    public Task<byte[]?> ReadDerivedAsync(string sha256, string derived, CancellationToken cancellationToken) =>
        ReadFileAsync(PathOf(sha256, derived), cancellationToken);

    private static async Task WriteAsync(string path, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        // Names are by content, and files appear by a rename: one that is there and as long is there whole.
        if (new FileInfo(path) is { Exists: true } known && known.Length == bytes.Length)
            return;
        Directory.CreateDirectory(Path.GetDirectoryName(path)!); // Every blob lies in a folder.
        await AtomicFile.WriteAllBytesAsync(path, bytes, cancellationToken);
    }

    private static FileStream? OpenFile(string path)
    {
        try
        {
            return new(path, new FileStreamOptions { Mode = FileMode.Open, Access = FileAccess.Read, Share = FileShare.Read | FileShare.Delete, Options = FileOptions.Asynchronous | FileOptions.SequentialScan });
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    private static async Task<byte[]?> ReadFileAsync(string path, CancellationToken cancellationToken)
    {
        await using var file = OpenFile(path);
        if (file is null)
            return null;
        var bytes = new byte[file.Length];
        await file.ReadExactlyAsync(bytes, cancellationToken);
        return bytes;
    }

    private string FolderOf(string sha256) =>
        IsName(sha256) ? Path.Combine(_root, sha256[..2], sha256[2..4]) : throw new ArgumentException("A blob's name has 64 lower-case hex digits.", nameof(sha256));

    private string PathOf(string sha256) => Path.Combine(FolderOf(sha256), sha256);

    private string PathOf(string sha256, string derived) => Path.Combine(FolderOf(sha256), $"{sha256}.{derived}");
}
