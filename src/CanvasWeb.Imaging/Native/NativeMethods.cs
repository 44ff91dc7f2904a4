using System.Runtime.InteropServices;

namespace CanvasWeb.Imaging.Native;

/// <summary>
/// The functions of libvips and GObject that are used here: none of them takes a variable number of arguments, because those have
/// another calling convention on some machines. Operations go through <see cref="VipsOperation"/>.
/// </summary>
internal static unsafe partial class NativeMethods
{
    [LibraryImport(NativeLibraries.Vips, EntryPoint = "vips_init", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int VipsInit(string programName);

    [LibraryImport(NativeLibraries.Vips, EntryPoint = "vips_version")]
    public static partial int VipsVersion(int part);

    [LibraryImport(NativeLibraries.Vips, EntryPoint = "vips_concurrency_set")]
    public static partial void VipsConcurrencySet(int threads);

    [LibraryImport(NativeLibraries.Vips, EntryPoint = "vips_cache_set_max")]
    public static partial void VipsCacheSetMax(int operations);

    [LibraryImport(NativeLibraries.Vips, EntryPoint = "vips_cache_set_max_mem")]
    public static partial void VipsCacheSetMaxMem(nuint bytes);

    [LibraryImport(NativeLibraries.Vips, EntryPoint = "vips_cache_set_max_files")]
    public static partial void VipsCacheSetMaxFiles(int files);

    [LibraryImport(NativeLibraries.Vips, EntryPoint = "vips_operation_block_set", StringMarshalling = StringMarshalling.Utf8)]
    public static partial void VipsOperationBlockSet(string className, int blocked);

    [LibraryImport(NativeLibraries.Vips, EntryPoint = "vips_tracked_get_allocs")]
    public static partial int VipsTrackedGetAllocs();

    [LibraryImport(NativeLibraries.Vips, EntryPoint = "vips_tracked_get_mem")]
    public static partial nuint VipsTrackedGetMem();

    /// <summary>Calls the function with every object that is alive until it returns something else than zero. For the tests' leak count.</summary>
    [LibraryImport(NativeLibraries.Vips, EntryPoint = "vips_object_map")]
    public static partial IntPtr VipsObjectMap(delegate* unmanaged[Cdecl]<IntPtr, IntPtr, IntPtr, IntPtr> visit, IntPtr a, IntPtr b);

    [LibraryImport(NativeLibraries.Vips, EntryPoint = "vips_error_buffer_copy")]
    public static partial IntPtr VipsErrorBufferCopy();

    [LibraryImport(NativeLibraries.Vips, EntryPoint = "vips_operation_new", StringMarshalling = StringMarshalling.Utf8)]
    public static partial IntPtr VipsOperationNew(string name);

    [LibraryImport(NativeLibraries.Vips, EntryPoint = "vips_cache_operation_build")]
    public static partial IntPtr VipsCacheOperationBuild(GObjectHandle operation);

    [LibraryImport(NativeLibraries.Vips, EntryPoint = "vips_object_unref_outputs")]
    public static partial void VipsObjectUnrefOutputs(IntPtr operation);

    [LibraryImport(NativeLibraries.Vips, EntryPoint = "vips_image_new_from_memory")]
    public static partial IntPtr VipsImageNewFromMemory(byte* pixels, nuint bytes, int width, int height, int bands, int format);

    [LibraryImport(NativeLibraries.Vips, EntryPoint = "vips_region_new")]
    public static partial IntPtr VipsRegionNew(GObjectHandle image);

    /// <summary>Pixels of a part of an image in new memory, to be freed with <see cref="GFree"/>; zero when they cannot be made.</summary>
    [LibraryImport(NativeLibraries.Vips, EntryPoint = "vips_region_fetch")]
    public static partial IntPtr VipsRegionFetch(GObjectHandle region, int left, int top, int width, int height, out nuint bytes);

    [LibraryImport(NativeLibraries.Vips, EntryPoint = "vips_source_custom_new")]
    public static partial IntPtr VipsSourceCustomNew();

    [LibraryImport(NativeLibraries.Vips, EntryPoint = "vips_target_custom_new")]
    public static partial IntPtr VipsTargetCustomNew();

    [LibraryImport(NativeLibraries.GObject, EntryPoint = "g_signal_connect_data", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nuint GSignalConnectData(GObjectHandle instance, string signal, IntPtr callback, IntPtr data, IntPtr destroy, int flags);

    [LibraryImport(NativeLibraries.Vips, EntryPoint = "vips_image_get_width")]
    public static partial int VipsImageGetWidth(GObjectHandle image);

    [LibraryImport(NativeLibraries.Vips, EntryPoint = "vips_image_get_height")]
    public static partial int VipsImageGetHeight(GObjectHandle image);

    [LibraryImport(NativeLibraries.Vips, EntryPoint = "vips_image_get_bands")]
    public static partial int VipsImageGetBands(GObjectHandle image);

    [LibraryImport(NativeLibraries.Vips, EntryPoint = "vips_image_get_format")]
    public static partial int VipsImageGetFormat(GObjectHandle image);

    [LibraryImport(NativeLibraries.Vips, EntryPoint = "vips_image_get_interpretation")]
    public static partial int VipsImageGetInterpretation(GObjectHandle image);

    [LibraryImport(NativeLibraries.Vips, EntryPoint = "vips_image_get_orientation")]
    public static partial int VipsImageGetOrientation(GObjectHandle image);

    [LibraryImport(NativeLibraries.Vips, EntryPoint = "vips_image_get_typeof", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nuint VipsImageGetTypeof(GObjectHandle image, string field);

    [LibraryImport(NativeLibraries.Vips, EntryPoint = "vips_image_set_blob_copy", StringMarshalling = StringMarshalling.Utf8)]
    public static partial void VipsImageSetBlobCopy(GObjectHandle image, string field, byte* data, nuint bytes);

    [LibraryImport(NativeLibraries.Vips, EntryPoint = "vips_blob_new")]
    public static partial IntPtr VipsBlobNew(IntPtr freeFunction, byte* data, nuint bytes);

    [LibraryImport(NativeLibraries.Vips, EntryPoint = "vips_blob_get")]
    public static partial byte* VipsBlobGet(IntPtr blob, out nuint bytes);

    [LibraryImport(NativeLibraries.Vips, EntryPoint = "vips_area_unref")]
    public static partial void VipsAreaUnref(IntPtr area);

    [LibraryImport(NativeLibraries.GObject, EntryPoint = "g_object_ref")]
    public static partial IntPtr GObjectRef(IntPtr instance);

    [LibraryImport(NativeLibraries.GObject, EntryPoint = "g_object_unref")]
    public static partial void GObjectUnref(IntPtr instance);

    [LibraryImport(NativeLibraries.GObject, EntryPoint = "g_object_set_property", StringMarshalling = StringMarshalling.Utf8)]
    public static partial void GObjectSetProperty(GObjectHandle instance, string name, in GValue value);

    [LibraryImport(NativeLibraries.GObject, EntryPoint = "g_object_get_property", StringMarshalling = StringMarshalling.Utf8)]
    public static partial void GObjectGetProperty(IntPtr instance, string name, ref GValue value);

    [LibraryImport(NativeLibraries.GObject, EntryPoint = "g_type_from_name", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nuint GTypeFromName(string name);

    [LibraryImport(NativeLibraries.GObject, EntryPoint = "g_value_init")]
    public static partial IntPtr GValueInit(ref GValue value, nuint type);

    [LibraryImport(NativeLibraries.GObject, EntryPoint = "g_value_unset")]
    public static partial void GValueUnset(ref GValue value);

    [LibraryImport(NativeLibraries.GObject, EntryPoint = "g_value_set_boolean")]
    public static partial void GValueSetBoolean(ref GValue value, int flag);

    [LibraryImport(NativeLibraries.GObject, EntryPoint = "g_value_set_int")]
    public static partial void GValueSetInt(ref GValue value, int number);

    [LibraryImport(NativeLibraries.GObject, EntryPoint = "g_value_set_enum")]
    public static partial void GValueSetEnum(ref GValue value, int number);

    [LibraryImport(NativeLibraries.GObject, EntryPoint = "g_value_set_flags")]
    public static partial void GValueSetFlags(ref GValue value, uint bits);

    [LibraryImport(NativeLibraries.GObject, EntryPoint = "g_value_set_string", StringMarshalling = StringMarshalling.Utf8)]
    public static partial void GValueSetString(ref GValue value, string text);

    [LibraryImport(NativeLibraries.GObject, EntryPoint = "g_value_set_object")]
    public static partial void GValueSetObject(ref GValue value, GObjectHandle instance);

    [LibraryImport(NativeLibraries.GObject, EntryPoint = "g_value_get_object")]
    public static partial IntPtr GValueGetObject(in GValue value);

    [LibraryImport(NativeLibraries.GObject, EntryPoint = "g_value_set_boxed")]
    public static partial void GValueSetBoxed(ref GValue value, IntPtr boxed);

    [LibraryImport(NativeLibraries.GObject, EntryPoint = "g_value_get_boxed")]
    public static partial IntPtr GValueGetBoxed(in GValue value);

    [LibraryImport(NativeLibraries.GLib, EntryPoint = "g_free")]
    public static partial void GFree(IntPtr memory);

    [LibraryImport(NativeLibraries.GLib, EntryPoint = "g_log_set_default_handler")]
    public static partial IntPtr GLogSetDefaultHandler(delegate* unmanaged[Cdecl]<byte*, int, byte*, IntPtr, void> handler, IntPtr data);
}
