namespace CanvasWeb.Web.Tiles;

/// <summary>What a worker gets for a frame that keeps something: three PNG files of the same size, the plan's CropPixels.</summary>
/// <param name="CropPng">RGBA: the pictures as they lie in the crop, transparent where there are none.</param>
/// <param name="NewMaskPng">Grey, 8 bits: 255 is made anew and written, 0 is kept.</param>
/// <param name="UnknownMaskPng">Grey, 8 bits: 255 is what the model cannot know; never less than the other.</param>
internal sealed record FrameInputs(byte[] CropPng, byte[] NewMaskPng, byte[] UnknownMaskPng);
