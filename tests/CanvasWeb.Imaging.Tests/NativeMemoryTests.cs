using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using CanvasWeb.Imaging.Native;

namespace CanvasWeb.Imaging.Tests;

/// <summary>libvips counts its allocations for the whole process, so nothing else may run beside these.</summary>
[CollectionDefinition(nameof(RunsAlone), DisableParallelization = true)]
public sealed class RunsAlone;

[Collection(nameof(RunsAlone))]
public sealed class NativeMemoryTests
{
    [Fact]
    public void Hundreds_of_decodes_encodes_and_refusals_leave_no_native_object_behind()
    {
        var picture = TestPictures.Noise(48, 48, seed: 1);
        var damaged = ImageEncoder.Encode(picture, new EncodeOptions());
        damaged[damaged.Length / 2] ^= 0x55;
        RoundTrips(picture, damaged, times: 100);
        Assert.Equal(0, LiveObjects());

        // What is left belongs to worker threads of libvips that are on their way out: a few line buffers, whatever the number of pictures.
        Assert.InRange(NativeMethods.VipsTrackedGetAllocs(), 0, 50);
        Assert.InRange((long)NativeMethods.VipsTrackedGetMem(), 0, 1 << 20);
    }

    [Fact]
    public void Resident_memory_does_not_grow_with_the_number_of_pictures()
    {
        // 1024 x 1024 RGBA is 4 MiB: 60 pictures of which each left only its pixels behind would be 240 MiB.
        var picture = TestPictures.Gradient(1024, 1024);
        var file = ImageEncoder.Encode(picture, new EncodeOptions { Format = ImageFormat.WebP, Quality = 50 });
        for (var i = 0; i < 10; i++)
            _ = ImageDecoder.Decode(file, ImageLimits.Default);
        var before = ResidentBytes();
        for (var i = 0; i < 60; i++)
            _ = ImageDecoder.Decode(file, ImageLimits.Default);
        Assert.InRange(ResidentBytes() - before, long.MinValue, 100L << 20);
    }

    [Fact]
    public void Pictures_are_decoded_in_parallel_without_mixing_them_up()
    {
        var pictures = Enumerable.Range(0, 32).Select(i => TestPictures.Noise(40 + i, 30, seed: i)).ToArray();
        var files = pictures.Select((p, i) => ImageEncoder.Encode(p, new EncodeOptions { Format = i % 2 == 0 ? ImageFormat.Png : ImageFormat.WebP, Lossless = true })).ToArray();
        Parallel.For(0, 200, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i => Assert.Equal(pictures[i % 32].Rgba, ImageDecoder.Decode(files[i % 32], ImageLimits.Default).Rgba));
    }

    private static void RoundTrips(PixelImage picture, byte[] damaged, int times)
    {
        for (var i = 0; i < times; i++)
        {
            foreach (var format in new[] { ImageFormat.Png, ImageFormat.Jpeg, ImageFormat.WebP })
            {
                var file = ImageEncoder.Encode(picture, new EncodeOptions { Format = format, Parameters = "seed" });
                Assert.Equal(picture.Width, ImageDecoder.Decode(file, ImageLimits.Default).Width);
            }

            _ = ImageDecoder.Decode(TestFiles.WithProfile(picture, "p3", "pngsave_buffer", embed: true), ImageLimits.Default);
            Assert.Throws<ImageException>(() => ImageDecoder.Decode(damaged, ImageLimits.Default));
        }
    }

    /// <summary>Images and operations that libvips still knows of, whoever forgot them.</summary>
    private static unsafe int LiveObjects()
    {
        var count = 0;
        _ = NativeMethods.VipsObjectMap(&CountOne, (IntPtr)(&count), IntPtr.Zero);
        return count;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static unsafe IntPtr CountOne(IntPtr instance, IntPtr count, IntPtr unused)
    {
        (*(int*)count)++;
        return IntPtr.Zero;
    }

    private static long ResidentBytes()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        return Environment.WorkingSet;
    }
}
