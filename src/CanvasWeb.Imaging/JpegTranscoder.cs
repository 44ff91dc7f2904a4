using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using CanvasWeb.Imaging.Headers;
using CanvasWeb.Imaging.Native;

namespace CanvasWeb.Imaging;

/// <summary>
/// A JPEG of any size in the memory of a few rows: libvips pulls a PNG through a stream and pushes the JPEG into another. The PNG is our
/// own (<see cref="PngRowWriter"/>, level 0 costs next to nothing): the one form of rows that this project already lets libvips read.
/// </summary>
public static class JpegTranscoder
{
    private const int MaxSide = 65500;

    /// <summary>Blocks until the whole picture has passed, so it wants a thread of its own when another one writes the PNG.</summary>
    /// <param name="png">Without alpha, read to its end. Made by this program: it is not checked like a stranger's file.</param>
    /// <param name="quality">1 to 100.</param>
    /// <param name="parameters">Read back by <see cref="ImageMetadata.ReadParameters"/>; null for none.</param>
    /// <param name="origin">Said in the XMP; null says nothing.</param>
    /// <exception cref="ImageException"><c>bad_parameters</c>; <c>too_large</c>; <c>encode_failed</c>.</exception>
    public static unsafe void FromPng(Stream png, Stream jpeg, int quality, string? parameters, PictureOrigin? origin = null)
    {
        ArgumentNullException.ThrowIfNull(png);
        ArgumentNullException.ThrowIfNull(jpeg);
        ArgumentOutOfRangeException.ThrowIfLessThan(quality, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(quality, 100);
        var xmp = XmpPacket.WriteOrNull(parameters, origin);
        VipsRuntime.EnsureStarted();
        var ends = new Ends(png, jpeg);
        var keep = GCHandle.Alloc(ends);
        try
        {
            using var source = new GObjectHandle(NativeMethods.VipsSourceCustomNew());
            using var target = new GObjectHandle(NativeMethods.VipsTargetCustomNew());
            NativeMethods.GSignalConnectData(source, "read", (IntPtr)(delegate* unmanaged[Cdecl]<IntPtr, byte*, long, IntPtr, long>)&Read, GCHandle.ToIntPtr(keep), IntPtr.Zero, 0);
            NativeMethods.GSignalConnectData(target, "write", (IntPtr)(delegate* unmanaged[Cdecl]<IntPtr, byte*, long, IntPtr, long>)&Write, GCHandle.ToIntPtr(keep), IntPtr.Zero, 0);
            using var load = new VipsOperation("pngload_source")
                .SetObject("source", "VipsSource", source)
                .SetEnum("access", "VipsAccess", VipsEnums.AccessSequential)
                .SetEnum("fail-on", "VipsFailOn", VipsEnums.FailOnError);
            if (!load.TryBuild())
                throw Failed(ends);
            using var loaded = load.GetImage("out");
            if (NativeMethods.VipsImageGetWidth(loaded) > MaxSide || NativeMethods.VipsImageGetHeight(loaded) > MaxSide)
                throw new ImageException(ImageErrorCodes.TooLarge, "JPEG holds at most 65500 pixels a side: write a PNG.");

            // A header of its own, since metadata may only be set on an image that nobody else holds.
            using var copy = new VipsOperation("copy").Set("in", loaded);
            if (!copy.TryBuild())
                throw Failed(ends);
            using var image = copy.GetImage("out");
            if (xmp is not null)
            {
                fixed (byte* packet = xmp)
                    NativeMethods.VipsImageSetBlobCopy(image, "xmp-data", packet, (nuint)xmp.Length);
            }

            using var save = new VipsOperation("jpegsave_target")
                .Set("in", image)
                .SetObject("target", "VipsTarget", target)
                .Set("Q", quality)
                .SetEnum("subsample-mode", "VipsForeignSubsample", VipsEnums.SubsampleAuto)
                .SetFlags("keep", "VipsForeignKeep", VipsEnums.KeepXmp);
            if (!save.TryBuild())
                throw Failed(ends);
        }
        finally
        {
            keep.Free();
        }
    }

    private static Exception Failed(Ends ends)
    {
        var detail = VipsRuntime.TakeErrors();

        // What a stream threw (a cancellation, a full disk) says more than what libvips made of it.
        return ends.Error ?? new ImageException(ImageErrorCodes.EncodeFailed, "The picture could not be written as JPEG: try another format or a smaller picture.", detail);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static unsafe long Read(IntPtr source, byte* buffer, long length, IntPtr state)
    {
        var ends = (Ends)GCHandle.FromIntPtr(state).Target!; // Held until FromPng returns.
        try
        {
            return ends.Png.Read(new Span<byte>(buffer, (int)Math.Min(length, int.MaxValue)));
        }
        catch (Exception error)
        {
            // Nothing may be thrown through native frames.
            ends.Error ??= error;
            return -1;
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static unsafe long Write(IntPtr target, byte* data, long length, IntPtr state)
    {
        var ends = (Ends)GCHandle.FromIntPtr(state).Target!; // Held until FromPng returns.
        try
        {
            ends.Jpeg.Write(new ReadOnlySpan<byte>(data, checked((int)length)));
            return length;
        }
        catch (Exception error)
        {
            ends.Error ??= error;
            return -1;
        }
    }

    private sealed class Ends(Stream png, Stream jpeg)
    {
        public Stream Png => png;

        public Stream Jpeg => jpeg;

        public Exception? Error { get; set; }
    }
}
