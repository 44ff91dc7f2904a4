using CanvasWeb.Diffusion.Schedulers;

namespace CanvasWeb.Diffusion.Pipelines;

/// <summary>The samplers that can be run backwards to find a picture's own noise, which all operations on given pictures begin with. TCD is not among them: it draws noise in its steps.</summary>
public static class InvertibleSamplers
{
    public static bool Contains(SchedulerKind kind) => kind is SchedulerKind.FlowMatchEuler or SchedulerKind.Ddim;

    /// <summary>Whether this request wants a picture's own noise.</summary>
    public static bool AreNeededFor(GenerationRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return request.Task is GenerationTask.Interpolation or GenerationTask.TextDiff || request is { Task: GenerationTask.Variation, Eta: not null };
    }

    /// <summary>What a request runs with that names no sampler.</summary>
    /// <param name="own">The model's own.</param>
    public static SchedulerKind UsualFor(GenerationRequest request, SchedulerKind own) => AreNeededFor(request) && !Contains(own) ? SchedulerKind.Ddim : own;
}
