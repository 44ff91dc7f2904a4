namespace CanvasWeb.Diffusion.Models;

/// <summary>Which pipeline a folder wants.</summary>
public enum ModelFamily
{
    /// <summary>Stable Diffusion 1.x and 2.x, LCM and Turbo: one text encoder, latent U-Net.</summary>
    StableDiffusion,

    /// <summary>SDXL: two text encoders, time ids.</summary>
    StableDiffusionXl,

    /// <summary>unCLIP as in Karlo: prior, pixel decoder, super-resolution.</summary>
    UnClip,

    /// <summary>Kandinsky 2.2: prior and latent decoder with MoVQ.</summary>
    Kandinsky22,

    /// <summary>Our own small model: unCLIP with mask channels; earlier weights without prior.</summary>
    CanvasMini,
}
