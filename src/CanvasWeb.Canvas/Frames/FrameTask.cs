namespace CanvasWeb.Canvas.Frames;

/// <summary>What a frame asks the model for; decides what the button says.</summary>
public enum FrameTask
{
    /// <summary>Nothing lies under the frame: "Generate".</summary>
    TextToImage,

    /// <summary>Pictures lie under all of it and a part is to be made anew: "Fill the mask".</summary>
    Inpaint,

    /// <summary>Pictures lie under some of it and are to be carried on: "Extend".</summary>
    Outpaint,
}
