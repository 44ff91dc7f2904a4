namespace CanvasWeb.Web.Tiles;

/// <summary>What a worker gets for a frame that keeps something: two PNG files of the same size, the plan's CropPixels.</summary>
/// <param name="CropPng">RGBA: the pictures as they lie in the crop, transparent where there are none, which the model cannot know.</param>
/// <param name="NewMaskPng">Grey, 8 bits: 255 is made anew and written, 0 is kept.</param>
internal sealed record FrameInputs(byte[] CropPng, byte[] NewMaskPng);
