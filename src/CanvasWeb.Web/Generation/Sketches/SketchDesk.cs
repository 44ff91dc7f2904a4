using CanvasWeb.Canvas.Document;
using CanvasWeb.Canvas.Frames;
using CanvasWeb.Canvas.Tiles;
using CanvasWeb.Contracts;
using CanvasWeb.Web.Accounts;
using CanvasWeb.Web.Admin.Limits;
using CanvasWeb.Web.Boards;
using CanvasWeb.Web.Boards.Wire;
using CanvasWeb.Web.Generation.Orders;
using CanvasWeb.Web.Generation.Workers;
using CanvasWeb.Web.Moderation;
using CanvasWeb.Web.Tiles;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Options;

namespace CanvasWeb.Web.Generation.Sketches;

/// <summary>
/// What an operation would come to, in a few steps, while somebody moves a slider. Free, and so only what an idle worker does beside: nothing is
/// queued, held, stored or shown to anybody else. Words and pictures pass what those of an order pass.
/// </summary>
internal sealed class SketchDesk(
    BoardHost boards,
    OperationOrders operations,
    FramePlans plans,
    PromptGate gate,
    PictureJudge judge,
    FileBlobs blobs,
    WorkerCalls workers,
    SiteLimits limits,
    IOptions<SketchOptions> options,
    IOptions<GenerationOptions> generation) : IDisposable
{
    private static readonly SketchResult s_busy = new(Busy: true);

    private readonly PersonTurns _turns = new();

    // Small pictures of tiles; by name, and names are of their content. An entry counts its bytes.
    private readonly MemoryCache _small = new(new MemoryCacheOptions { SizeLimit = options.Value.CacheBytes });

    /// <summary>For an editor of the board: the caller has seen to that.</summary>
    public async Task<SketchResult> SketchAsync(string userId, string boardId, SketchRequest request, CancellationToken cancellationToken)
    {
        // 1. One at a time; what was overtaken while it waited is of no use any more.
        if (!await _turns.TakeAsync(userId, options.Value.AtOnce))
            return s_busy;
        try
        {
            // 2. May it be?
            var (tiles, model, refusal) = await CheckAsync(userId, boardId, request, cancellationToken);
            if (tiles is null || model is null)
                return new(Refusal: refusal);

            // 3. Small pictures, then whoever is idle.
            if (await SmallAsync(tiles[0].Content, cancellationToken) is not { } picture || (tiles.Count > 1 ? await SmallAsync(tiles[1].Content, cancellationToken) : []) is not { } other)
                return new(Refusal: "This picture is not on the board any more, or is not shown on this site.");
            var order = new SketchOrder
            {
                Model = model,
                Task = OperationOrders.TaskOf(request.Kind),
                Prompt = request.Prompt,
                FromPrompt = request.FromPrompt,
                Theta = request.Theta,
                Eta = request.Eta,
                Seed = (ulong)request.Seed,
                Picture = picture,
                Other = tiles.Count > 1 ? other : null,
                Score = judge.WantsScores,
            };
            var answer = await workers.SketchAsync(order, TimeSpan.FromMilliseconds(options.Value.PatienceMs), cancellationToken);
            if (answer is { Preview: not null, Busy: false, Refusal: null } && !await judge.MayShowAsync(userId, InputsOf(tiles), answer, cancellationToken))
                return new(Refusal: "This site does not show what this would come to.");
            return answer switch
            {
                { Busy: true } => s_busy,
                { Refusal: { } words } => new(Refusal: words.Length <= Jobs.Job.MessageLength ? words : words[..Jobs.Job.MessageLength]),
                { Preview: { Length: > 0 and <= InferenceProtocol.PreviewMaxBytes } preview } when PictureBytes.MimeOf(preview) is { } mime => new($"data:{mime};base64,{Convert.ToBase64String(preview)}"),
                _ => s_busy,
            };
        }
        finally
        {
            _turns.End(userId);
        }
    }

    public void Dispose() => _small.Dispose();

    private async Task<(IReadOnlyList<PlacedTile>? Tiles, string? Model, string? Refusal)> CheckAsync(string userId, string boardId, SketchRequest request, CancellationToken cancellationToken)
    {
        // 1. The site, the numbers, the model.
        if (limits.Now.Maintenance)
            return (null, null, "This site is being worked on and makes no sketches just now.");
        if (request.Kind == OperationKind.Upscale)
            return (null, null, "There are no sketches of enlargements.");
        if (operations.RefusalOf(request.Kind, request.Prompt, request.FromPrompt, request.Theta is { } theta ? [theta] : null, request.Eta) is { } wrong)
            return (null, null, wrong.Message);
        var task = OperationOrders.TaskOf(request.Kind);
        var (model, refusal) = plans.Check(FrameSettings.Default with { Prompt = request.Prompt, Model = request.Model, Seed = request.Seed, Count = 1 }, generation.Value.MaxCount, task);
        if (model is null)
            return (null, null, refusal!.Message); // One of the two is there.
        if (!model.Tasks.Contains(task))
            return (null, null, $"The model {model.Name} cannot do this. Choose another one.");

        // 2. The pictures: what is hidden, and what this person was refused as a picture to work with.
        var (tiles, missing) = await operations.FindAsync(await boards.StateAsync(boardId, cancellationToken), request.Kind, request.Tiles, cancellationToken);
        if (tiles is null)
            return (null, null, missing!.Message); // One of the two is there.
        foreach (var tile in tiles)
        {
            if (await judge.IsRefusedAsync(userId, tile.Content.Sha256, cancellationToken))
                return (null, null, "The picture that this starts from is one that this site does not work with.");
        }

        // 3. The words, which are still being written.
        var unwanted = await gate.LookAsync(userId, request.Prompt, request.FromPrompt, cancellationToken);
        return unwanted is null ? (tiles, model.Name, null) : (null, null, unwanted.Message);
    }

    private static Dictionary<string, string> InputsOf(IReadOnlyList<PlacedTile> tiles)
    {
        var inputs = new Dictionary<string, string>(StringComparer.Ordinal) { [JobInputs.Picture] = tiles[0].Content.Sha256 };
        if (tiles.Count > 1)
            inputs[JobInputs.Other] = tiles[1].Content.Sha256;
        return inputs;
    }

    /// <summary>The level of a tile that fits a sketch, as it is stored; null if it is gone.</summary>
    private async Task<byte[]?> SmallAsync(TileContent tile, CancellationToken cancellationToken)
    {
        if (_small.TryGetValue(tile.Sha256, out byte[]? known))
            return known;
        var levels = TilePyramid.Levels(new(tile.PixelWidth, tile.PixelHeight));
        var level = levels.TakeWhile(static size => Math.Max(size.Width, size.Height) > InferenceProtocol.SketchMaxSide).Count();
        var bytes = level == 0 ? await blobs.ReadAsync(tile.Sha256, cancellationToken) : await blobs.ReadDerivedAsync(tile.Sha256, TileStore.LevelName(level), cancellationToken);
        if (bytes is not null)
            _small.Set(tile.Sha256, bytes, new MemoryCacheEntryOptions { Size = bytes.Length });
        return bytes;
    }
}
