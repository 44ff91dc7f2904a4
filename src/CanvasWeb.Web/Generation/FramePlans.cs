using CanvasWeb.Canvas.Document;
using CanvasWeb.Canvas.Frames;
using CanvasWeb.Canvas.Geometry;
using CanvasWeb.Contracts;
using CanvasWeb.Web.Generation.Jobs;
using CanvasWeb.Web.Generation.Models;
using Microsoft.Extensions.Options;

namespace CanvasWeb.Web.Generation;

/// <summary>A board's frame, checked settings and a model become a plan. Pure but for the list of models: nothing is read, queued or held.</summary>
internal sealed class FramePlans(ModelRegistry models, IOptions<GenerationOptions> options)
{
    /// <summary>The model for the settings, and the settings held against it; or why not.</summary>
    /// <param name="mostPictures">Null: as many as a job on a board makes.</param>
    /// <param name="task">What it must be able to do where the settings name no model.</param>
    public (ModelInfo? Model, GenerationRefusal? Refusal) Check(FrameSettings settings, int? mostPictures = null, JobTask task = JobTask.TextToImage)
    {
        var limits = options.Value;
        var mostCount = mostPictures ?? limits.MaxCount;
        if (models.Find(settings.Model, task) is not { } model)
        {
            return (null, settings.Model is null
                ? new(GenerationRefusalCodes.ModelMissing, "No model is known yet. The worker may still be starting: try again in a moment.")
                : new(GenerationRefusalCodes.ModelMissing, $"No worker has the model \"{Shorten(settings.Model)}\". Choose another one."));
        }

        if (settings.Prompt.Length > limits.MaxPromptLength || settings.NegativePrompt.Length > limits.MaxPromptLength)
            return (null, new(GenerationRefusalCodes.PromptTooLong, FormattableString.Invariant($"This prompt is too long: {limits.MaxPromptLength} characters are the most. Shorten it.")));
        if (settings.Count < 1 || settings.Count > mostCount)
            return (null, Bad(FormattableString.Invariant($"Ask for 1 to {mostCount} pictures.")));
        if (settings.Steps is < 1 || settings.Steps > model.MaxSteps)
            return (null, Bad(FormattableString.Invariant($"This model takes 1 to {model.MaxSteps} steps.")));
        if (settings.Guidance is { } guidance && !(guidance >= 0 && guidance <= model.MaxGuidance))
            return (null, Bad(FormattableString.Invariant($"Guidance goes from 0 to {model.MaxGuidance:0}.")));
        if (settings.Scheduler is { } scheduler && !model.Schedulers.Contains(scheduler, StringComparer.Ordinal) && scheduler != model.DefaultScheduler)
            return (null, Bad("This model does not run with that scheduler. Choose another one."));
        if (settings.Strength is { } strength && !(strength > 0 && strength <= 1))
            return (null, Bad("Strength goes from just above 0 to 1."));
        if (settings.Softness is { } softness && !(softness >= 0 && softness <= 1))
            return (null, Bad("Softness goes from 0 to 1."));
        if (settings.PriorSamples is < 1 or > InferenceProtocol.MaxPriorSamples)
            return (null, Bad(FormattableString.Invariant($"Take 1 to {InferenceProtocol.MaxPriorSamples} prior samples.")));
        if (settings.Seed is { } seed && (seed < 0 || seed > BoardLimits.Default.MaxSeed))
            return (null, Bad("A seed is a whole number from 0 to 9007199254740991."));
        return (model, null);
    }

    /// <summary>What a frame of a board will do.</summary>
    /// <param name="place">Where it lies, if not where the board says; needed where <paramref name="frameId"/> is null.</param>
    public static (FramePlan? Plan, GenerationRefusal? Refusal) Plan(BoardState board, NodeId? frameId, WorldRect? place, FrameSettings settings, ModelInfo model, CancellationToken cancellationToken)
    {
        FrameRequest? request;
        Refusal? refusal;
        if (place is { } rect)
            (request, refusal) = RequestAt(board, frameId, rect);
        else if (frameId is { } id)
            (request, refusal) = FrameRequest.Of(board, id);
        else
            (request, refusal) = (null, new(RefusalCodes.Malformed, "Name a frame, or say where it is."));
        if (request is not null)
        {
            request = request with { Softness = settings.Softness ?? 0.5, Remake = settings.Remake };
            (var plan, refusal) = FramePlanner.Plan(request, model.Geometry, FrameLimits.Default, new(FrameLimits.Default.MaxMaskWork, cancellationToken));
            if (plan is not null)
                return (plan, null);
        }

        return (null, refusal is null ? null : new(refusal.Code, refusal.Sentence));
    }

    /// <summary>A whole picture for a place, as if the board were bare: what lies there plays no part.</summary>
    public static (JobPlan? Plan, GenerationRefusal? Refusal) Fill(WorldRect place, ModelInfo model)
    {
        var (plan, refusal) = FramePlanner.Plan(new(place, [], []), model.Geometry, FrameLimits.Default);
        return plan is null ? (null, new(refusal!.Code, refusal.Sentence)) : (JobPlan.Of(plan), null); // One of the two is there.
    }

    // A frame that is being dragged: the board with the frame put there, so that tiles and masks are found in one way only.
    private static (FrameRequest? Request, Refusal? Refusal) RequestAt(BoardState board, NodeId? frameId, WorldRect rect)
    {
        if (!double.IsFinite(rect.X + rect.Y + rect.Width + rect.Height) || rect.IsEmpty || Math.Abs(rect.X) > BoardLimits.Default.MaxCoordinate || Math.Abs(rect.Y) > BoardLimits.Default.MaxCoordinate)
            return (null, new(RefusalCodes.BadNumber, "A frame needs a place and a size."));
        var id = frameId ?? new NodeId("draft");
        var known = board.Find(id) as FrameNode;
        var node = known is null
            ? new FrameNode(id, new("draft"), new(true, default), new(new(rect.X, rect.Y, rect.Width, rect.Height), default), new(OrderKey.Between(null, null, new("draft")), default), new(NodeStyle.Default, default), new(FrameSettings.Default, default), [])
            : known with { Transform = known.Transform with { Value = new(rect.X, rect.Y, rect.Width, rect.Height) } };
        return FrameRequest.Of(board with { Nodes = board.Nodes.SetItem(id, node) }, id);
    }

    private static GenerationRefusal Bad(string message) => new(GenerationRefusalCodes.BadSetting, message);

    private static string Shorten(string name) => name.Length <= 80 ? name : name[..80];
}
