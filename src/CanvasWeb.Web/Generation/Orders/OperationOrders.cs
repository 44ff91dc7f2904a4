using CanvasWeb.Canvas.Document;
using CanvasWeb.Canvas.Frames;
using CanvasWeb.Canvas.Geometry;
using CanvasWeb.Contracts;
using CanvasWeb.Web.Boards;
using CanvasWeb.Web.Generation.Jobs;
using CanvasWeb.Web.Generation.Models;
using CanvasWeb.Web.Provenance;
using CanvasWeb.Web.Tiles;
using Microsoft.Extensions.Options;

namespace CanvasWeb.Web.Generation.Orders;

/// <summary>What is made of tiles: others like one, what lies between two, one changed by its caption, one with more pixels.</summary>
internal sealed class OperationOrders(FramePlans plans, BoardHost boards, TileStore tiles, PromptWriters writers, Pricing pricing, IOptions<GenerationOptions> options)
{
    // Beyond half of the way little of the picture is left: Ramesh et al. 2022, figure 5 ends there.
    private const double UsualTurn = 0.5;

    // Of the enlargement itself; a job counts its steps for the ETA.
    private const int UpscaleSteps = 1;

    private readonly GenerationOptions _options = options.Value;

    public static JobTask TaskOf(OperationKind kind) => kind switch
    {
        OperationKind.Variation => JobTask.Variation,
        OperationKind.Interpolation => JobTask.Interpolation,
        OperationKind.TextDiff => JobTask.TextDiff,
        OperationKind.Upscale => JobTask.Upscale,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "No kind of operation."),
    };

    /// <summary>What an operation would cost, or why it would be refused. Access is the caller's concern.</summary>
    public async Task<OperationPrice> PriceAsync(string boardId, PictureOperation operation, FrameSettings settings, CancellationToken cancellationToken)
    {
        var (asked, refusal) = await CheckAsync(await boards.StateAsync(boardId, cancellationToken), operation, settings, cancellationToken);
        return asked is null ? new(Refusal: refusal) : new(PriceOf(asked), Factor: asked.Task == JobTask.Upscale ? asked.Model.UpscaleFactor : null);
    }

    public async Task<(OrderDraft? Draft, GenerationRefusal? Refusal)> DraftAsync(GenerationOrder order, PictureOperation operation, CancellationToken cancellationToken)
    {
        // 1. The tiles, and the numbers against the model.
        var board = await boards.StateAsync(order.BoardId, cancellationToken);
        var (asked, refusal) = await CheckAsync(board, operation, order.Settings, cancellationToken);
        if (asked is null)
            return (null, refusal);

        // 2. Where the results lie: all of the frame, whatever lies below; more pixels exactly on their tile.
        var (request, wrong) = FrameRequest.Of(board, order.FrameId);
        if (request is null)
            return (null, new(wrong!.Code, wrong.Sentence)); // One of the two is there.
        (var plan, refusal) = asked.Task == JobTask.Upscale ? (OnTile(asked), null) : FramePlans.Fill(request.Frame, asked.Model);
        if (plan is null)
            return (null, refusal);

        // 3. The pictures are stored already, under their hashes: nothing is cut.
        return (new(new()
        {
            UserId = order.UserId,
            BoardId = order.BoardId,
            FrameId = order.FrameId,
            RequestId = order.RequestId,
            Task = asked.Task,
            Model = asked.Model.Name,
            Settings = asked.Settings,
            Plan = plan,
            Price = PriceOf(asked),
            PictureSha256 = asked.Tiles[0].Content.Sha256,
            OtherSha256 = asked.Tiles.Count > 1 ? asked.Tiles[1].Content.Sha256 : null,
            Operation = asked.Operation,
            PromptWriter = await writers.OfAsync(order.UserId, asked.Settings, [.. asked.Tiles.Select(static tile => tile.Content)], cancellationToken),
            Ingredients = [.. asked.Tiles.Select(tile => IngredientOf(tile, RoleOf(operation.Kind)))],
        }), null);
    }

    /// <summary>The tiles of an operation, the first one first; or which of them cannot be worked with.</summary>
    public async Task<(IReadOnlyList<PlacedTile>? Tiles, GenerationRefusal? Refusal)> FindAsync(BoardState board, OperationKind kind, IReadOnlyList<NodeId> ids, CancellationToken cancellationToken)
    {
        if (kind == OperationKind.Interpolation ? ids.Count != 2 || ids[0] == ids[1] : ids.Count != 1)
            return (null, Bad(kind == OperationKind.Interpolation ? "Choose two pictures, to see what lies between them." : "Choose one picture."));
        var found = new List<PlacedTile>(ids.Count);
        foreach (var id in ids)
        {
            // Hidden ones are found as little here as anywhere else that pictures are shown.
            if (!board.IsShown(id) || board.Find(id) is not TileNode tile || await tiles.FindAsync(tile.Content.Sha256, cancellationToken) is not { } stored)
                return (null, new(GenerationRefusalCodes.TileMissing, "This picture is not on the board any more, or is not shown on this site."));

            // The sizes of what is stored: those of the node are a browser's word.
            found.Add(new(id, tile.Content with { PixelWidth = stored.Width, PixelHeight = stored.Height }, board.WorldTransform(id)));
        }

        return (found, null);
    }

    /// <summary>Why numbers or words of an operation make no sense, whatever the model; null where they do.</summary>
    /// <param name="thetas">Those that were named.</param>
    public GenerationRefusal? RefusalOf(OperationKind kind, string prompt, string? fromPrompt, IReadOnlyList<double>? thetas, double? eta)
    {
        if (thetas is not null && (kind is not (OperationKind.Interpolation or OperationKind.TextDiff) || thetas.Any(static theta => !(theta >= 0 && theta <= 1))))
            return Bad("How far to go is told by numbers from 0 to 1, and only between two pictures or two captions.");
        if (eta is { } share && (kind != OperationKind.Variation || !(share >= 0 && share <= 1)))
            return Bad("How much is new goes from 0 to 1, and only for variations.");
        if (fromPrompt is not null && kind != OperationKind.TextDiff)
            return Bad("Only a change of caption has a caption to start from.");
        if (fromPrompt?.Length > _options.MaxPromptLength)
            return new(GenerationRefusalCodes.PromptTooLong, FormattableString.Invariant($"The caption to start from is too long: {_options.MaxPromptLength} characters are the most. Shorten it."));
        return kind == OperationKind.TextDiff && string.IsNullOrWhiteSpace(prompt)
            ? new(GenerationRefusalCodes.PromptMissing, "Say what the picture is to show.")
            : null;
    }

    private async Task<(Asked? Asked, GenerationRefusal? Refusal)> CheckAsync(BoardState board, PictureOperation operation, FrameSettings settings, CancellationToken cancellationToken)
    {
        // 1. The pictures.
        var (kind, task) = (operation.Kind, TaskOf(operation.Kind));
        var (found, refusal) = await FindAsync(board, kind, operation.Tiles, cancellationToken);
        if (found is null)
            return (null, refusal);

        // 2. The settings against a model that can do it. What only frames have plays no part, and a picture is enlarged once.
        settings = settings with { Strength = null, Softness = null, Remake = false };
        if (task == JobTask.Upscale)
            settings = settings with { Count = 1, Steps = null, Guidance = null, Scheduler = null, NegativePrompt = "", PriorSamples = null };
        (var model, refusal) = plans.Check(settings, task: task);
        if (model is null)
            return (null, refusal);
        if (!model.Tasks.Contains(task))
            return (null, new(GenerationRefusalCodes.CannotDo, $"The model {model.Name} cannot do this. Choose another one."));
        if (RefusalOf(kind, settings.Prompt, operation.FromPrompt, operation.Thetas, operation.Eta) is { } wrong)
            return (null, wrong);
        if (operation.Thetas is { } thetas && thetas.Count != settings.Count)
            return (null, Bad(FormattableString.Invariant($"Say for each of the {settings.Count} pictures how far to go, not for {thetas.Count}.")));
        if (task == JobTask.Upscale && UpscaleRefusal(found[0], model) is { } large)
            return (null, large);

        // 3. Nothing is left to the model or to chance.
        settings = ExactSettings.Of(settings, model, inverts: kind is OperationKind.Interpolation or OperationKind.TextDiff || operation.Eta is not null);
        if (task == JobTask.Upscale)
            settings = settings with { Steps = UpscaleSteps, Guidance = null, Scheduler = null };
        return (new(task, model, settings, operation with { Thetas = operation.Thetas ?? Thetas(kind, settings.Count) }, found), null);
    }

    private GenerationRefusal? UpscaleRefusal(PlacedTile tile, ModelInfo model)
    {
        if (Angle.Normalise(tile.World.Rotation) != 0)
            return Bad("This picture is turned. Turn it back to enlarge it.");
        var (width, height) = ((long)tile.Content.PixelWidth * model.UpscaleFactor, (long)tile.Content.PixelHeight * model.UpscaleFactor);
        if (model.MaxUpscalePixels > 0 && tile.Content.PixelWidth * (long)tile.Content.PixelHeight > model.MaxUpscalePixels)
            return new(GenerationRefusalCodes.TooLarge, FormattableString.Invariant($"This picture has {tile.Content.PixelWidth} × {tile.Content.PixelHeight} pixels, more than the {model.MaxUpscalePixels / 1_000_000.0:0.#} million that the model {model.Name} enlarges. It has many already."));
        return width * height > _options.MaxUpscaledPixels || Math.Max(width, height) > BoardLimits.Default.MaxTilePixelsASide
            ? new(GenerationRefusalCodes.TooLarge, FormattableString.Invariant($"This picture would have {width} × {height} pixels, more than the {_options.MaxUpscaledPixels / 1_000_000.0:0.#} million that this site makes. It has many already."))
            : null;
    }

    // By the picture and not by the frame, so that what was quoted, when there was no frame yet, is what is paid.
    private long PriceOf(Asked asked) =>
        pricing.Quote(asked.Task, asked.SizeFor(asked.Tiles[0].World.Bounds()), asked.Settings.Count, asked.Settings.Steps, asked.Model).Amount;

    private static IReadOnlyList<double>? Thetas(OperationKind kind, int count) => kind switch
    {
        OperationKind.Interpolation => [.. Enumerable.Range(1, count).Select(step => (double)step / (count + 1))],
        OperationKind.TextDiff => [.. Enumerable.Range(1, count).Select(step => UsualTurn * step / count)],
        _ => null,
    };

    private static JobPlan OnTile(Asked asked)
    {
        var rect = asked.Tiles[0].World.Bounds();
        var pixels = new PixelSize(Math.Max(1, (int)rect.Width), Math.Max(1, (int)rect.Height));
        return new(FrameTask.TextToImage, rect, rect, pixels, asked.SizeFor(rect), rect, Feather: 0);
    }

    private static Ingredient IngredientOf(PlacedTile tile, IngredientRole role) => ProvenanceService.ResultOf(tile.Content) is { } result
        ? new(tile.Content.Sha256, role, result.Job, result.Image)
        : new(tile.Content.Sha256, role);

    private static IngredientRole RoleOf(OperationKind kind) => kind switch
    {
        OperationKind.Variation => IngredientRole.Varied,
        OperationKind.Interpolation => IngredientRole.Blended,
        OperationKind.TextDiff => IngredientRole.Reworded,
        OperationKind.Upscale => IngredientRole.Enlarged,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "No kind of operation."),
    };

    private static GenerationRefusal Bad(string message) => new(GenerationRefusalCodes.BadSetting, message);

    /// <summary>An operation that can be done.</summary>
    /// <param name="Settings">With nothing left open.</param>
    /// <param name="Operation">Likewise.</param>
    private sealed record Asked(JobTask Task, ModelInfo Model, FrameSettings Settings, PictureOperation Operation, IReadOnlyList<PlacedTile> Tiles)
    {
        /// <summary>Pixels that the model works on: what is enlarged, or what it paints for a place of this ratio.</summary>
        public PixelSize SizeFor(WorldRect place) =>
            Task == JobTask.Upscale ? new(Tiles[0].Content.PixelWidth, Tiles[0].Content.PixelHeight) : Model.Geometry.SizeFor(place.Width / place.Height);
    }
}
