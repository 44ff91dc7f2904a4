namespace CanvasWeb.Imaging.Native;

/// <summary>Values of libvips' enumerations that are used here, from its headers (image.h, foreign.h, colour.h, 8.18).</summary>
internal static class VipsEnums
{
    public const int FormatUchar = 0;
    public const int InterpretationGrey = 1;
    public const int InterpretationSrgb = 22;
    public const int AccessSequential = 1;
    public const int FailOnError = 2;
    public const int IntentRelative = 1;
    public const uint KeepXmp = 2;
    public const uint PngFilterAll = 0xF8;
    public const int SubsampleAuto = 0;
}
