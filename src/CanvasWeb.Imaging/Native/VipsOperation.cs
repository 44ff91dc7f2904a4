using static CanvasWeb.Imaging.Native.NativeMethods;

namespace CanvasWeb.Imaging.Native;

/// <summary>
/// One call of a libvips operation through GObject: made by name, inputs set as properties, built, outputs read back. This is the layer
/// that libvips' documentation tells language bindings to use in place of its C functions with variable arguments.
/// Not for several threads; dispose it, and the memory behind blobs must stay pinned until every image that came out is disposed too.
/// </summary>
internal sealed class VipsOperation : IDisposable
{
    private readonly string _name;
    private readonly GObjectHandle _operation;
    private IntPtr _built;

    /// <param name="name">libvips' nickname, such as "pngload_buffer".</param>
    /// <exception cref="InvalidOperationException">This libvips has no such operation.</exception>
    public VipsOperation(string name)
    {
        VipsRuntime.EnsureStarted();
        _name = name;
        _operation = new GObjectHandle(VipsOperationNew(name));
        if (_operation.IsInvalid)
            throw new InvalidOperationException($"libvips has no operation {name}: {VipsRuntime.TakeErrors()}");
    }

    public VipsOperation Set(string property, bool flag)
    {
        var value = Boxed(GValue.Boolean);
        GValueSetBoolean(ref value, flag ? 1 : 0);
        return SetAndUnset(property, ref value);
    }

    public VipsOperation Set(string property, int number)
    {
        var value = Boxed(GValue.Int32);
        GValueSetInt(ref value, number);
        return SetAndUnset(property, ref value);
    }

    public VipsOperation Set(string property, string text)
    {
        var value = Boxed(GValue.Text);
        GValueSetString(ref value, text);
        return SetAndUnset(property, ref value);
    }

    /// <param name="enumType">GObject's name of the type, such as "VipsAccess".</param>
    public VipsOperation SetEnum(string property, string enumType, int number)
    {
        var value = Boxed(TypeOf(enumType));
        GValueSetEnum(ref value, number);
        return SetAndUnset(property, ref value);
    }

    /// <param name="flagsType">GObject's name of the type, such as "VipsForeignKeep".</param>
    public VipsOperation SetFlags(string property, string flagsType, uint bits)
    {
        var value = Boxed(TypeOf(flagsType));
        GValueSetFlags(ref value, bits);
        return SetAndUnset(property, ref value);
    }

    public VipsOperation Set(string property, GObjectHandle image) => SetObject(property, "VipsImage", image);

    /// <param name="type">GObject's name of the type, such as "VipsSource".</param>
    public VipsOperation SetObject(string property, string type, GObjectHandle instance)
    {
        var value = Boxed(TypeOf(type));
        GValueSetObject(ref value, instance);
        return SetAndUnset(property, ref value);
    }

    /// <summary>Hands over memory without a copy. The caller keeps it pinned, see the type.</summary>
    public unsafe VipsOperation SetBlob(string property, byte* data, int bytes)
    {
        var blob = VipsBlobNew(IntPtr.Zero, data, (nuint)bytes);
        var value = Boxed(TypeOf("VipsBlob"));
        GValueSetBoxed(ref value, blob);
        SetAndUnset(property, ref value);
        VipsAreaUnref(blob);
        return this;
    }

    /// <summary>Checks the inputs and builds the operation. Pixels mostly move later, when an output is written somewhere.</summary>
    /// <returns>False when libvips refuses; <see cref="VipsRuntime.TakeErrors"/> then says why.</returns>
    public bool TryBuild()
    {
        _built = VipsCacheOperationBuild(_operation);
        return _built != IntPtr.Zero;
    }

    /// <summary>An output image, owned by the caller. Only after a successful build.</summary>
    public GObjectHandle GetImage(string property)
    {
        var value = Boxed(TypeOf("VipsImage"));
        try
        {
            GObjectGetProperty(_built, property, ref value);
            var image = GValueGetObject(value);
            return image == IntPtr.Zero
                ? throw new InvalidOperationException($"libvips' {_name} gave no {property}.")
                : new GObjectHandle(GObjectRef(image));
        }
        finally
        {
            GValueUnset(ref value);
        }
    }

    /// <summary>An output blob, copied to managed memory. Only after a successful build.</summary>
    public unsafe byte[] GetBytes(string property)
    {
        var value = Boxed(TypeOf("VipsBlob"));
        try
        {
            GObjectGetProperty(_built, property, ref value);
            var blob = GValueGetBoxed(value);
            if (blob == IntPtr.Zero)
                throw new InvalidOperationException($"libvips' {_name} gave no {property}.");
            var data = VipsBlobGet(blob, out var length);
            return new ReadOnlySpan<byte>(data, checked((int)length)).ToArray();
        }
        finally
        {
            GValueUnset(ref value);
        }
    }

    public void Dispose()
    {
        // A built operation holds its outputs, and outputs hold the operation: libvips wants that circle cut by hand. The same holds
        // for one whose build failed half-way.
        if (_built != IntPtr.Zero)
        {
            VipsObjectUnrefOutputs(_built);
            GObjectUnref(_built);
            _built = IntPtr.Zero;
        }
        else if (!_operation.IsInvalid && !_operation.IsClosed)
        {
            VipsObjectUnrefOutputs(_operation.DangerousGetHandle());
        }

        _operation.Dispose();
    }

    private static GValue Boxed(nuint type)
    {
        GValue value = default;
        _ = GValueInit(ref value, type);
        return value;
    }

    private static nuint TypeOf(string name)
    {
        var type = GTypeFromName(name);
        return type == 0 ? throw new InvalidOperationException($"libvips has no type {name}.") : type;
    }

    private VipsOperation SetAndUnset(string property, ref GValue value)
    {
        GObjectSetProperty(_operation, property, value);
        GValueUnset(ref value);
        return this;
    }
}
