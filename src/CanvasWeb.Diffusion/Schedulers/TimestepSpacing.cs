namespace CanvasWeb.Diffusion.Schedulers;

/// <summary>How the steps of a run are picked from the training steps 0..N−1 (Lin et al. 2024, "Common diffusion noise schedules…", table 2).</summary>
public enum TimestepSpacing
{
    /// <summary>i · ⌊N / n⌋ + offset: never reaches the last training step.</summary>
    Leading,

    /// <summary>From the last training step downwards by N / n: what a zero-SNR model and few steps need.</summary>
    Trailing,

    /// <summary>Both ends included.</summary>
    Linspace,
}
