namespace CanvasWeb.Diffusion.Schedulers;

/// <summary>Which noise level a sigma-parameterised run ends at.</summary>
public enum FinalSigma
{
    /// <summary>No noise.</summary>
    Zero,

    /// <summary>The noise of training step 0.</summary>
    SigmaMin,
}
