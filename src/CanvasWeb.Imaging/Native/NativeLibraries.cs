using System.Reflection;
using System.Runtime.InteropServices;

namespace CanvasWeb.Imaging.Native;

/// <summary>
/// Finds libvips: the library that the build put beside the program, else the system's. The bundled file has GLib and GObject inside,
/// a system has them apart, so imports name three libraries and the bundle answers for all of them.
/// </summary>
internal static class NativeLibraries
{
    public const string Vips = "vips";
    public const string GObject = "gobject-2.0";
    public const string GLib = "glib-2.0";
    private const string Bundled = "libvips-cpp.so";

    /// <summary>Must run once before the first import is called: an assembly can set its resolver only once.</summary>
    public static void Register() => NativeLibrary.SetDllImportResolver(typeof(NativeLibraries).Assembly, Resolve);

    private static IntPtr Resolve(string name, Assembly assembly, DllImportSearchPath? searchPath)
    {
        if (name is not (Vips or GObject or GLib))
            return IntPtr.Zero;

        // The loader counts references, so opening the same file once for each name gives one copy in memory.
        if (OperatingSystem.IsLinux() && NativeLibrary.TryLoad(Path.Combine(AppContext.BaseDirectory, Bundled), out var handle))
            return handle;
        return NativeLibrary.TryLoad(SystemName(name), out handle) ? handle : IntPtr.Zero;
    }

    private static string SystemName(string name)
    {
        var isVips = name is Vips;
        if (OperatingSystem.IsWindows())
            return isVips ? "libvips-42.dll" : $"lib{name}-0.dll";
        if (OperatingSystem.IsMacOS())
            return isVips ? "libvips.42.dylib" : $"lib{name}.0.dylib";
        return isVips ? "libvips.so.42" : $"lib{name}.so.0";
    }
}
