namespace CanvasWeb.Diffusion.Schedulers;

/// <summary>What a model's output means, for x_t = α_t x_0 + σ_t ε.</summary>
public enum PredictionType
{
    /// <summary>The noise ε (Ho et al. 2020).</summary>
    Epsilon,

    /// <summary>v = α_t ε − σ_t x_0 (Salimans and Ho 2022, appendix D).</summary>
    VPrediction,

    /// <summary>The clean sample x_0.</summary>
    Sample,

    /// <summary>The velocity ε − x_0 of the straight path x_σ = (1 − σ) x_0 + σ ε (Lipman et al. 2023; Liu et al. 2023).</summary>
    Flow,
}
