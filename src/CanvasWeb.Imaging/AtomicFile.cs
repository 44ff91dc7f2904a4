namespace CanvasWeb.Imaging;

/// <summary>Saves files so that a reader sees the old contents or the new ones, never a part.</summary>
public static class AtomicFile
{
    /// <summary>POSIX: no space left on the device, and the user's quota. .NET on Unix hands the number through as HResult.</summary>
    private const int NoSpace = 28;
    private const int QuotaExceeded = 122;

    /// <summary>Windows: ERROR_DISK_FULL and ERROR_HANDLE_DISK_FULL as HResults; .NET also uses the first for a failed preallocation.</summary>
    private const int WindowsDiskFull = unchecked((int)0x80070070);
    private const int WindowsHandleDiskFull = unchecked((int)0x80070027);

    /// <summary>Small enough to stop soon on a cancellation, large enough to cost nothing.</summary>
    private const int BlockBytes = 1 << 18;

    /// <summary>
    /// Writes beside <paramref name="path"/>, flushes to the disk, renames over it. On a failure or cancellation the target is as it was
    /// and the temporary file is gone; only a killed process can leave one (".name.xxxxxxxx.tmp").
    /// </summary>
    /// <exception cref="FileSaveException">The folder is missing, the disk is full, writing is not allowed.</exception>
    /// <exception cref="OperationCanceledException">Cancelled before the rename.</exception>
    public static Task WriteAllBytesAsync(string path, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) =>
        WriteAllBytesAsync(path, bytes, CreateOnDisk, cancellationToken);

    /// <summary>The same over a stream that a test makes, because a full disk cannot be had on demand.</summary>
    internal static async Task WriteAllBytesAsync(string path, ReadOnlyMemory<byte> bytes, Func<string, Stream> create, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        cancellationToken.ThrowIfCancellationRequested();
        var target = Path.GetFullPath(path);
        var folder = Path.GetDirectoryName(target);
        if (folder is null || !Directory.Exists(folder))
            throw new FileSaveException("missing_folder", $"The folder for {path} does not exist: create it or save elsewhere.", innerException: null);
        if (Directory.Exists(target))
            throw new FileSaveException("is_a_folder", $"{path} is a folder: add a file name.", innerException: null);
        var temporary = Path.Combine(folder, $".{Path.GetFileName(target)}.{Path.GetRandomFileName()[..8]}.tmp");
        var done = false;
        try
        {
            var stream = create(temporary);
            await using (stream)
            {
                for (var start = 0; start < bytes.Length; start += BlockBytes)
                    await stream.WriteAsync(bytes.Slice(start, Math.Min(BlockBytes, bytes.Length - start)), cancellationToken);
                await stream.FlushAsync(cancellationToken);

                // Renaming first and writing later is what a file system may do; after a power cut that would be an empty file.
                if (stream is FileStream file)
                    file.Flush(flushToDisk: true);
            }

            cancellationToken.ThrowIfCancellationRequested();
            File.Move(temporary, target, overwrite: true);
            done = true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Explain(path, e);
        }
        finally
        {
            if (!done)
                DeleteQuietly(temporary);
        }
    }

    /// <summary>Turns what the file system threw while <paramref name="path"/> was written into words, for those who write in another way.</summary>
    public static FileSaveException Explain(string path, Exception exception) => exception switch
    {
        UnauthorizedAccessException => new FileSaveException("not_allowed", $"Writing {path} is not allowed: choose a folder of your own or change its rights.", exception),
        _ when exception.HResult is NoSpace or QuotaExceeded or WindowsDiskFull or WindowsHandleDiskFull =>
            new FileSaveException("disk_full", $"The disk is full and {path} was not saved: free some space or save elsewhere.", exception),
        _ => new FileSaveException("save_failed", $"{path} was not saved: {exception.Message}", exception),
    };

    private static FileStream CreateOnDisk(string path) =>
        new(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None, BufferSize = 0, Options = FileOptions.Asynchronous });

    private static void DeleteQuietly(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The reason why saving failed matters more than the leftover; it is hidden and named .tmp.
        }
    }
}
