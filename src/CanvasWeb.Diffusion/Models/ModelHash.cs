using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace CanvasWeb.Diffusion.Models;

/// <summary>
/// The content of a model as one number, for provenance: equal hashes draw equal pictures. Hashes of files are kept in memory while size
/// and modification time stay the same, so that only the first picture after a start waits for it. Thread-safe.
/// </summary>
public sealed class ModelHash
{
    private readonly ConcurrentDictionary<string, (long Size, DateTime Modified, byte[] Hash)> _files = new(StringComparer.Ordinal);

    /// <summary>SHA-256, in lower-case hexadecimal, over relative path, length and SHA-256 of every file of the manifest.</summary>
    /// <exception cref="ModelFormatException">A file has gone or cannot be read.</exception>
    /// <exception cref="OperationCanceledException">Cancelled: large models take seconds.</exception>
    public string Compute(ModelManifest manifest, CancellationToken cancellationToken)
    {
        using var sum = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in manifest.Files)
        {
            var (size, hash) = OfFile(file, cancellationToken);
            var name = Path.GetRelativePath(manifest.Folder, file).Replace('\\', '/');

            // Name and length are ended by a line feed, which neither holds, so no two lists of files give the same bytes.
            sum.AppendData(Encoding.UTF8.GetBytes(FormattableString.Invariant($"{name}\n{size}\n")));
            sum.AppendData(hash);
        }

        return Convert.ToHexStringLower(sum.GetHashAndReset());
    }

    private (long Size, byte[] Hash) OfFile(string file, CancellationToken cancellationToken)
    {
        try
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1);
            var (size, modified) = (stream.Length, File.GetLastWriteTimeUtc(stream.SafeFileHandle));
            if (_files.TryGetValue(file, out var known) && known.Size == size && known.Modified == modified)
                return (size, known.Hash);
            using var sum = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            var buffer = new byte[1 << 20];
            while (stream.Read(buffer) is var read and > 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
                sum.AppendData(buffer, 0, read);
            }

            var hash = sum.GetHashAndReset();
            _files[file] = (size, modified, hash);
            return (size, hash);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ModelFormatException(file, $"cannot be read ({exception.Message}).", exception);
        }
    }
}
