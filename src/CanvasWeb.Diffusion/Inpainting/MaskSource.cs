namespace CanvasWeb.Diffusion.Inpainting;

/// <summary>Which channel of a mask picture says what to edit. Never guessed: the two conventions are each other's opposite.</summary>
public enum MaskSource
{
    /// <summary>Transparent = make anew, opaque = keep, colours do not matter: the convention of the OpenAI Images API.</summary>
    TransparentIsEdit,

    /// <summary>White = make anew, black = keep (a transparent pixel counts as black): the convention of most editors.</summary>
    WhiteIsEdit,
}
