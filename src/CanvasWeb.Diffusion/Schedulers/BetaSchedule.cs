namespace CanvasWeb.Diffusion.Schedulers;

/// <summary>How β_t was chosen in training.</summary>
public enum BetaSchedule
{
    /// <summary>Linear in t (Ho et al. 2020).</summary>
    Linear,

    /// <summary>√β linear in t (Rombach et al. 2022).</summary>
    ScaledLinear,

    /// <summary>Cosine ᾱ, β capped at 0.999 (Nichol and Dhariwal 2021, eq. 17).</summary>
    SquaredCosine,
}
