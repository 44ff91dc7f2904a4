using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace CanvasWeb.Imaging.Native;

/// <summary>Starts libvips once in the process, with the doors shut that are never used. There is no stop: it lives as long as the process.</summary>
internal static class VipsRuntime
{
    /// <summary>
    /// Threads of one libvips pipeline. Two overlap reading with writing; more would let one upload take every core that the site's
    /// other requests or the model's session run on.
    /// </summary>
    private const int Threads = 2;

    /// <summary>The oldest version whose options are set here (webpsave's <c>exact</c> came with 8.16).</summary>
    private const int OldestMinor = 16;

    // The one static state of the project: libvips itself is one per process. Lazy keeps a failure and throws it again.
    private static readonly Lazy<string> s_version = new(Start);

    /// <summary>Every entry into libvips calls this first.</summary>
    /// <returns>The version, such as "8.18.2".</returns>
    /// <exception cref="ImageException"><c>libvips_missing</c>.</exception>
    public static string EnsureStarted() => s_version.Value;

    /// <summary>Takes what libvips has said since the last call. One buffer a process: see <see cref="ImageException.Detail"/>.</summary>
    public static string TakeErrors()
    {
        var copy = NativeMethods.VipsErrorBufferCopy();
        try
        {
            return Marshal.PtrToStringUTF8(copy)?.Trim() ?? "";
        }
        finally
        {
            NativeMethods.GFree(copy);
        }
    }

    private static string Start()
    {
        NativeLibraries.Register();
        try
        {
            if (NativeMethods.VipsInit("CanvasWeb") != 0)
                throw Missing($"libvips did not start ({TakeErrors()})");
        }
        catch (DllNotFoundException)
        {
            throw Missing("libvips was not found");
        }
        catch (EntryPointNotFoundException e)
        {
            throw Missing($"the libvips that was found is not complete ({e.Message})");
        }

        var version = string.Create(CultureInfo.InvariantCulture, $"{NativeMethods.VipsVersion(0)}.{NativeMethods.VipsVersion(1)}.{NativeMethods.VipsVersion(2)}");
        if (NativeMethods.VipsVersion(0) != 8 || NativeMethods.VipsVersion(1) < OldestMinor)
            throw Missing($"libvips {version} is too old");

        unsafe
        {
            // GLib prints warnings about every odd upload to the error stream of the program; what matters comes back as an error anyway.
            _ = NativeMethods.GLogSetDefaultHandler(&DropLog, IntPtr.Zero);
        }

        NativeMethods.VipsConcurrencySet(Threads);

        // The cache of recent operations never hits (each upload is new memory) and would keep pictures of strangers alive.
        NativeMethods.VipsCacheSetMax(0);
        NativeMethods.VipsCacheSetMaxMem(0);
        NativeMethods.VipsCacheSetMaxFiles(0);

        // Every loader and saver off, then the few from and to memory, and the two that JpegTranscoder needs, on again: SVG, PDF, TIFF, ImageMagick, files by name and
        // whatever a later version brings cannot be reached, not even by a mistake in our own code.
        NativeMethods.VipsOperationBlockSet("VipsForeign", 1);
        foreach (var allowed in (ReadOnlySpan<string>)["VipsForeignLoadPngBuffer", "VipsForeignLoadJpegBuffer", "VipsForeignLoadWebpBuffer", "VipsForeignSavePngBuffer", "VipsForeignSaveJpegBuffer", "VipsForeignSaveWebpBuffer", "VipsForeignLoadPngSource", "VipsForeignSaveJpegTarget"])
            NativeMethods.VipsOperationBlockSet(allowed, 0);
        return version;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static unsafe void DropLog(byte* domain, int level, byte* message, IntPtr data)
    {
    }

    private static ImageException Missing(string what) => new(
        ImageErrorCodes.LibvipsMissing,
        $"{what}: build for linux-x64, where the program brings it along, or install libvips 8.{OldestMinor} or newer (Debian: libvips42, macOS: brew install vips).");
}
