namespace CanvasWeb.Diffusion.Schedulers;

/// <summary>Which variance an ancestral (DDPM, unCLIP) step draws with.</summary>
public enum VarianceType
{
    /// <summary>β̃_t, clamped away from zero (Ho et al. 2020, eq. 7).</summary>
    FixedSmall,

    /// <summary>√β̃_t used as a standard deviation through its logarithm, as unCLIP's prior does.</summary>
    FixedSmallLog,

    /// <summary>β_t.</summary>
    FixedLarge,

    /// <summary>log β_t.</summary>
    FixedLargeLog,

    /// <summary>The model says it in the second half of its output.</summary>
    Learned,

    /// <summary>The model interpolates between β̃_t and β_t in logarithms (Nichol and Dhariwal 2021, eq. 15).</summary>
    LearnedRange,
}
