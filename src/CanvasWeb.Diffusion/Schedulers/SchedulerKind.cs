namespace CanvasWeb.Diffusion.Schedulers;

/// <summary>The samplers, by their field names. A model's own is read from <c>scheduler_config.json</c>; a request may ask for another.</summary>
public enum SchedulerKind
{
    Ddim,
    Ddpm,
    Euler,
    EulerAncestral,
    Heun,
    Lms,
    Pndm,
    DpmSolverPlusPlus2M,
    UniPc,
    Lcm,
    Tcd,
    UnClip,
    FlowMatchEuler,
}
