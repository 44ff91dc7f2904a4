using System.Runtime.InteropServices;

namespace CanvasWeb.Imaging.Native;

/// <summary>GObject's box for one value of any type: the type and two machine words, all zero before <c>g_value_init</c> (gvalue.h).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct GValue
{
    /// <summary>GObject's fundamental types are numbered in steps of four (gtype.h, G_TYPE_MAKE_FUNDAMENTAL).</summary>
    public const nuint Boolean = 5 << 2;
    public const nuint Int32 = 6 << 2;
    public const nuint Double = 15 << 2;
    public const nuint Text = 16 << 2;

    public nuint Type;
    public ulong Data0;
    public ulong Data1;
}
