using System.Buffers;
using System.Security.Cryptography;
using CanvasWeb.Imaging;
using CanvasWeb.Web.Data;

namespace CanvasWeb.Web.Tiles;

/// <summary>
/// Bytes under the SHA-256 of what they are, as files in two levels of folders. Blobs never change, so writing one twice is harmless and
/// a reader needs no lock. A blob can have derived files (a smaller copy of a picture) that anyone can make again from it.
/// The time of a file is when it was last stored: whoever stores one has the collector's time of grace from then on to write the row that names it.
/// </summary>
internal sealed class FileBlobs(DataFolder data, TimeProvider time)
{
    private static readonly SearchValues<char> s_hexDigits = SearchValues.Create("0123456789abcdef");

    private readonly string _root = data.Subfolder("blobs");

    // Files that are being erased lie here for a moment, and can still come back.
    private readonly string _going = data.Subfolder(Path.Combine("blobs", "going"));

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

    /// <summary>Names of all blobs whose names begin with two hex digits, those with it of which only something derived is left.</summary>
    public IEnumerable<string> NamesIn(string prefix)
    {
        var folder = Path.Combine(_root, prefix);
        if (!Directory.Exists(folder))
            return [];
        return Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Select(static file => Path.GetFileName(file))
            .Select(static file => file.Length < 64 ? "" : file[..64])
            .Where(IsName)
            .Distinct(StringComparer.Ordinal);
    }

    /// <summary>
    /// Erases a blob and what was made from it, unless somebody stored it again at <paramref name="notAfter"/> or later. It is moved aside first and looked at
    /// there: whoever stores it in this very moment either still finds it, and its new time brings it back, or does not, and writes it anew.
    /// </summary>
    /// <returns>Bytes that are gone; null when it was stored again and stays.</returns>
    public long? Erase(string sha256, DateTimeOffset notAfter)
    {
        if (!TryErase(PathOf(sha256), notAfter, out var bytes))
            return null;
        var folder = FolderOf(sha256);
        if (!Directory.Exists(folder))
            return bytes;
        foreach (var derived in Directory.EnumerateFiles(folder, sha256 + ".*"))
        {
            if (TryErase(derived, notAfter, out var more))
                bytes += more;
        }

        return bytes;
    }

    /// <summary>Brings back what a killed process had moved aside; whether it goes is decided anew.</summary>
    public void Restore()
    {
        foreach (var going in Directory.EnumerateFiles(_going))
        {
            var name = Path.GetFileName(going);
            if (name.Length < 64 || !IsName(name[..64]))
                continue; // Nothing of ours: a file manager's notes, what a copy of the folder left.
            var path = Path.Combine(FolderOf(name[..64]), name);
            try
            {
                if (File.Exists(path))
                    File.Delete(going); // Stored again since, with a newer time.
                else
                    File.Move(going, path);
            }
            catch (FileNotFoundException)
            {
                // Another process of this site was not killed: it is erasing this file now.
            }
        }
    }

    private bool TryErase(string path, DateTimeOffset notAfter, out long bytes)
    {
        bytes = 0;
        var going = Path.Combine(_going, Path.GetFileName(path));
        try
        {
            File.Move(path, going, overwrite: true);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return true;
        }

        var file = new FileInfo(going);
        if (file.Exists && file.LastWriteTimeUtc >= notAfter.UtcDateTime)
        {
            File.Move(going, path, overwrite: true);
            return false;
        }

        bytes = file.Exists ? file.Length : 0;
        file.Delete();
        return true;
    }

    private async Task WriteAsync(string path, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        // Names are by content, and files appear by a rename: one that is there and as long is there whole.
        if (new FileInfo(path) is { Exists: true } known && known.Length == bytes.Length && Touch(path))
            return;
        Directory.CreateDirectory(Path.GetDirectoryName(path)!); // Every blob lies in a folder.
        await AtomicFile.WriteAllBytesAsync(path, bytes, cancellationToken);
        Touch(path);
    }

    // False: the collector took it in this moment.
    private bool Touch(string path)
    {
        try
        {
            File.SetLastWriteTimeUtc(path, time.GetUtcNow().UtcDateTime);
            return true;
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
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
