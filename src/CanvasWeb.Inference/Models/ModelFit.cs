using CanvasWeb.Diffusion.Models;
using CanvasWeb.Diffusion.Pipelines;
using CanvasWeb.Diffusion.Schedulers;
using CanvasWeb.Inference.Commands;

namespace CanvasWeb.Inference.Models;

/// <summary>
/// What a folder's description says about a request, before minutes go into loading it; the refusals are in the words of the command
/// line. The pipelines check everything again, and more.
/// </summary>
internal static class ModelFit
{
    /// <summary>The samplers that a model runs with, in the order of <see cref="SchedulerNames"/>; empty where its config cannot be read, which loading explains.</summary>
    public static IReadOnlyList<SchedulerKind> Schedulers(ModelManifest manifest) =>
        OwnScheduler(manifest) is { } config ? [.. Enum.GetValues<SchedulerKind>().Where(kind => Fits(config, kind))] : [];

    /// <summary>The name of the sampler that the model uses unless it is told otherwise; empty where its config cannot be read.</summary>
    public static string OwnSchedulerName(ModelManifest manifest) => OwnScheduler(manifest) is { } config ? SchedulerNames.Name(config.Kind) : "";

    /// <summary>Those that can find a picture's own noise, the one that is used unless told otherwise first; empty where there are none, or its config cannot be read.</summary>
    public static IReadOnlyList<SchedulerKind> Invertible(ModelManifest manifest)
    {
        var own = OwnScheduler(manifest)?.Kind;
        return [.. Schedulers(manifest).Where(InvertibleSamplers.Contains).OrderByDescending(kind => kind == own).ThenByDescending(static kind => kind == SchedulerKind.Ddim)];
    }

    /// <summary>Refuses a verb, a sampler, an η or a size that the model does not have.</summary>
    /// <param name="request">Null stands for the model's own value.</param>
    /// <exception cref="CommandException">Says what the model has instead.</exception>
    public static void Check(ModelManifest manifest, GenerationRequest request)
    {
        var tasks = manifest.Tasks();
        if (!tasks.Contains(request.Task))
            throw Refused("task_not_supported", $"The model {manifest.Name} cannot do {VerbNames.Of(request.Task)}; it can do {string.Join(", ", VerbNames.All(tasks))}. The verb `models` lists others.");

        if (OwnScheduler(manifest) is { } config)
        {
            var wanted = request.Scheduler ?? InvertibleSamplers.UsualFor(request, config.Kind);
            if (!Fits(config, wanted))
                throw Refused("scheduler_not_supported", $"The model {manifest.Name} does not run with --scheduler {SchedulerNames.Name(wanted)}; it runs with {string.Join(", ", Schedulers(manifest).Select(SchedulerNames.Name))}.");
            if (request.Eta > 0f && wanted is not (SchedulerKind.Ddim or SchedulerKind.Tcd) && (wanted, request.Task) is not (SchedulerKind.FlowMatchEuler, GenerationTask.Variation))
            {
                var advice = Fits(config, SchedulerKind.Ddim) ? "leave --eta out, or add --scheduler ddim" : $"leave --eta out, the model {manifest.Name} runs with no sampler that has it";
                throw Refused("scheduler_not_supported", $"The sampler {SchedulerNames.Name(wanted)} has no --eta: {advice}.");
            }
        }

        // unCLIP makes one size only, and its pipeline says so.
        var multiple = manifest.SizeMultiple;
        if (manifest.Family != ModelFamily.UnClip && request is { Width: { } width, Height: { } height } && (width % multiple != 0 || height % multiple != 0))
            throw Refused("size_not_divisible", FormattableString.Invariant($"--size {width}x{height}: with the model {manifest.Name} both sides must be multiples of {multiple}; near is {Nearest(width, multiple)}x{Nearest(height, multiple)}."));
    }

    private static int Nearest(int side, int multiple) => Math.Max(1, (side + multiple / 2) / multiple) * multiple;

    private static SchedulerConfig? OwnScheduler(ModelManifest manifest)
    {
        // The one that --scheduler replaces: the denoiser's own, not that of a prior or an upscaler.
        if (!manifest.Schedulers.TryGetValue("scheduler", out var file) && !manifest.Schedulers.TryGetValue("decoder_scheduler", out file))
            return null;
        try
        {
            return SchedulerConfig.Load(file);
        }
        catch (ModelFormatException)
        {
            return null;
        }
    }

    private static bool Fits(SchedulerConfig config, SchedulerKind kind)
    {
        try
        {
            SchedulerFactory.Create(config, kind);
            return true;
        }
        catch (Exception exception) when (exception is SamplerRequestException or ModelFormatException)
        {
            return kind == config.Kind; // Its own sampler is a matter of the folder, which loading explains.
        }
    }

    private static CommandException Refused(string code, string message) => new(ExitCode.Input, code, message);
}
