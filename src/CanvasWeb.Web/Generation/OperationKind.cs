namespace CanvasWeb.Web.Generation;

/// <summary>What is made of pictures that are there already. Part of the wire form; the numbers are stored.</summary>
internal enum OperationKind
{
    /// <summary>Others like one tile.</summary>
    Variation = 1,

    /// <summary>What lies between two tiles.</summary>
    Interpolation = 2,

    /// <summary>One tile, changed as its caption is changed.</summary>
    TextDiff = 3,

    /// <summary>One tile with more pixels.</summary>
    Upscale = 4,
}
