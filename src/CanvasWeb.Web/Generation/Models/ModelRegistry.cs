using System.Collections.Concurrent;
using CanvasWeb.Canvas.Document;
using CanvasWeb.Canvas.Frames;
using CanvasWeb.Contracts;
using CanvasWeb.Web.Admin.Limits;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Generation.Workers;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace CanvasWeb.Web.Generation.Models;

/// <summary>Which models there are: what connected workers announce, and what the database remembers of those that are away.</summary>
internal sealed class ModelRegistry(IDbContextFactory<AppDbContext> contexts, WriteTransactions writes, WorkerRegistry workers, SiteLimits limits, IOptions<GenerationOptions> options, TimeProvider time)
{
    /// <summary>Who changes a row of the models holds it.</summary>
    public const string Lock = "generation:models";

    // Workers of other replicas are known only by what they leave in the database, three times as often.
    private static readonly TimeSpan s_fresh = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_touchEvery = TimeSpan.FromSeconds(20);

    // When the last worker here that had a model left: what the database remembers from before that was this worker.
    private readonly ConcurrentDictionary<string, DateTimeOffset> _lostAt = new();
    private volatile IReadOnlyList<Remembered> _models = [];

    /// <summary>Models for new jobs: those online first, of them the site's default one, then by name.</summary>
    public IReadOnlyList<ModelInfo> All() => List(static model => !model.IsOff);

    /// <summary>Models that an admin has switched off: nothing new is made with them.</summary>
    public IReadOnlyList<ModelInfo> Off() => List(static model => model.IsOff);

    /// <summary>The model for a setting; null takes the first of <see cref="All"/>. Null when there is none (of that name).</summary>
    public ModelInfo? Find(string? name)
    {
        var all = All();
        return name is null ? (all.Count == 0 ? null : all[0]) : all.FirstOrDefault(model => model.Name == name);
    }

    /// <summary>The same for a task: without a name the first that can do it, or the first of all where none can.</summary>
    public ModelInfo? Find(string? name, JobTask task) => name is null ? All().FirstOrDefault(model => model.Tasks.Contains(task)) ?? Find(name) : Find(name);

    /// <summary>Is somebody there who can work on what waits for this model, switched off for new jobs or not?</summary>
    public bool IsOnline(string name) => List(model => model.Description.Name == name) is [{ Online: true }];

    /// <summary>What a step of this model takes as a rule, in milliseconds; null before its first job.</summary>
    public double? StepMs(string name) => _models.FirstOrDefault(model => model.Description.Name == name)?.StepMs;

    /// <summary>A worker says what it has.</summary>
    public async Task AnnounceAsync(IReadOnlyList<ModelDescription> models, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await writes.RunAsync(
            async (db, token) =>
            {
                await WriteTransactions.LockAsync(db, Lock, token);
                var known = await db.Set<ModelRow>().ToDictionaryAsync(static row => row.Name, StringComparer.Ordinal, token);
                foreach (var model in models)
                {
                    if (known.TryGetValue(model.Name, out var row))
                        (row.Description, row.SeenAt) = (model, now);
                    else
                        db.Add(new ModelRow { Name = model.Name, Description = model, FirstSeenAt = now, SeenAt = now });
                }
            },
            cancellationToken);
        await RefreshAsync(cancellationToken);
    }

    /// <summary>Reads what others have announced, and says again what the workers here have.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        string[] here = [.. workers.All.SelectMany(static worker => worker.ModelNames).Distinct(StringComparer.Ordinal)];
        if (here.Length != 0 && _models.Any(model => model.SeenAt < now - s_touchEvery && here.Contains(model.Description.Name, StringComparer.Ordinal)))
        {
            await writes.RunAsync(
                (db, token) => db.Set<ModelRow>().Where(row => here.Contains(row.Name)).ExecuteUpdateAsync(set => set.SetProperty(static row => row.SeenAt, now), token),
                cancellationToken);
        }

        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        _models = [.. (await db.Set<ModelRow>().AsNoTracking().ToListAsync(cancellationToken)).Select(static row => new Remembered(row.Description, row.FirstSeenAt, row.SeenAt, row.StepMs, row.ChosenTitle, row.PricePercent, row.IsOff))];
    }

    /// <summary>A worker left: its models are away unless another replica says otherwise.</summary>
    public void Lose(ConnectedWorker worker)
    {
        foreach (var model in worker.ModelNames)
            _lostAt[model] = time.GetUtcNow();
    }

    private IReadOnlyList<ModelInfo> List(Func<Remembered, bool> which)
    {
        var (here, first) = (workers.All, limits.Now.DefaultModel);
        return [.. _models.Where(which).Select(model => ToInfo(model, here))
            .OrderByDescending(static model => model.Online).ThenByDescending(model => model.Name == first).ThenBy(static model => model.Name, StringComparer.Ordinal)];
    }

    private ModelInfo ToInfo(Remembered remembered, IReadOnlyCollection<ConnectedWorker> here)
    {
        var model = remembered.Description;
        var isOnline = here.Any(worker => worker.ModelNames.Contains(model.Name))
            || (remembered.SeenAt > time.GetUtcNow() - s_fresh && remembered.SeenAt > _lostAt.GetValueOrDefault(model.Name, DateTimeOffset.MinValue));
        return new(
            model.Name,
            remembered.ChosenTitle ?? Title(model.Name),
            new ModelGeometry(model.NativeArea, model.SizeMultiple, model.MinSide, model.MaxSide, model.Tasks.Contains(JobTask.Inpaint)),
            (int)Math.Round(Math.Sqrt(model.NativeArea)),
            model.Tasks.Contains(JobTask.Variation),
            model.TakesNegativePrompt,
            model.DefaultSteps,
            model.DefaultGuidance,
            model.DefaultScheduler,
            model.Schedulers,
            Math.Min(model.MaxSteps, BoardLimits.Default.MaxSteps),
            BoardLimits.Default.MaxGuidance,
            Math.Min(options.Value.MaxPromptLength, BoardLimits.Default.MaxPromptLength),
            isOnline,
            remembered.PricePercent)
        {
            FirstSeenAt = remembered.FirstSeenAt,
            Tasks = model.Tasks,
            HasPrior = model.HasPrior,
            UpscaleFactor = Math.Max(1, model.UpscaleFactor),
            MaxUpscalePixels = Math.Max(0, model.MaxUpscalePixels),
            InvertibleSchedulers = model.InvertibleSchedulers,
        };
    }

    // "canvas-mini" is how a folder is called, "Canvas mini" how people read it.
    private static string Title(string name) => name.Length == 0 ? name : char.ToUpperInvariant(name[0]) + name[1..].Replace('-', ' ').Replace('_', ' ');

    private sealed record Remembered(ModelDescription Description, DateTimeOffset FirstSeenAt, DateTimeOffset SeenAt, double? StepMs, string? ChosenTitle, int PricePercent, bool IsOff);
}
