using Microsoft.Win32.SafeHandles;

namespace CanvasWeb.Imaging.Native;

/// <summary>Owns one reference to a GObject (an image or an operation) and gives it back when disposed.</summary>
internal sealed class GObjectHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    /// <param name="instance">A reference that the caller gives up; zero makes an invalid handle.</param>
    public GObjectHandle(IntPtr instance)
        : base(ownsHandle: true) => SetHandle(instance);

    protected override bool ReleaseHandle()
    {
        NativeMethods.GObjectUnref(handle);
        return true;
    }
}
