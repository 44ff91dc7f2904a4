using System.Diagnostics;
using CanvasWeb.Diffusion.Inpainting;
using CanvasWeb.Diffusion.Models;
using CanvasWeb.Diffusion.Pipelines;
using CanvasWeb.Imaging;

namespace CanvasWeb.Inference.Benchmarks.Quality;

/// <summary>
/// Asks a model for the pictures of the suite and reads them. Each part gives rows as soon as its pictures are there; pictures that several parts need are
/// made once. The same model and suite on the same device give the same rows, times aside.
/// </summary>
internal sealed class QualityBenchmark
{
    /// <summary>Other prompts' truth, this many places on: neighbours may come from like scenes.</summary>
    private const int Shift = 3;

    private const int SheetColumns = 16;

    private const int TimedPictures = 7;

    /// <summary>Past the feather of the product's outpainting, where a change of colour shows that the line itself hides.</summary>
    private const int BeyondSeamPx = 24;

    /// <summary>Nearer than this to the original a variation is a copy (the project's bar).</summary>
    private const double SameCosine = 0.99;

    /// <summary>What the canvas orders a variation with unless the person moves the slider (wwwroot/js/canvas/operations/kinds.js).</summary>
    private const float UsualEta = 0.5f;

    /// <summary>As in the product: half way between the captions changes the thing asked for and keeps the rest.</summary>
    private const float DiffTheta = 0.5f;

    private static readonly string[] SeenGroups = ["scenes", "solids", "left", "on", "things"];

    private readonly QualitySuite _suite;
    private readonly QualityOptions _options;
    private readonly ModelManifest _manifest;
    private readonly IImagePipeline _pipeline;
    private readonly QualityJudge _judge;
    private readonly OwnClip? _clip;
    private readonly PictureStore _store;
    private readonly Action<string> _say;
    private readonly Dictionary<(string Id, int Seed), MadePicture> _made = [];
    private readonly Dictionary<int, MadePicture> _drawn = [];
    private readonly Dictionary<string, SuitePrompt> _byId;
    private readonly List<SuitePrompt> _prompts;
    private readonly Dictionary<string, ThingCount> _things = new(StringComparer.Ordinal);

    /// <param name="pipeline">Of the same model as <paramref name="manifest"/>; not owned, as the judge and the CLIP.</param>
    /// <param name="clip">Null leaves out what it is needed for.</param>
    /// <param name="say">Hears how it goes.</param>
    public QualityBenchmark(QualitySuite suite, QualityOptions options, ModelManifest manifest, IImagePipeline pipeline, QualityJudge judge, OwnClip? clip, PictureStore store, Action<string> say)
    {
        (_suite, _options, _manifest, _pipeline, _judge, _clip, _store, _say) = (suite, options, manifest, pipeline, judge, clip, store, say);
        _byId = suite.Document.Prompts.ToDictionary(prompt => prompt.Id, StringComparer.Ordinal);

        // Translations are counted by language, so that fewer prompts keep every language.
        _prompts = [.. suite.Document.Prompts.GroupBy(prompt => (prompt.Group, prompt.Lang)).SelectMany(group => group.Take(options.PromptsOfGroup))];
    }

    /// <summary>How often each thing was recognised, of those that were asked for.</summary>
    public IReadOnlyList<ThingCount> Things => [.. _things.Values.OrderByDescending(thing => thing.Right / (double)thing.Asked).ThenBy(thing => thing.Name, StringComparer.Ordinal)];

    /// <summary>What was not measured, and why.</summary>
    public List<string> LeftOut { get; } = [];

    public ContactSheet Sheet { get; } = new();

    /// <summary>Rows of one part; none where the model cannot do what is asked.</summary>
    public async Task<IReadOnlyList<QualityRow>> MeasureAsync(QualityPart part, CancellationToken cancellationToken) => part switch
    {
        QualityPart.Speed => MeasureSpeed(cancellationToken),
        QualityPart.Weights => [new QualityRow("weights, MB", part, new QualityBar(40, 60, IsMost: true), new Estimate(_manifest.Files.Sum(file => new FileInfo(file).Length) / 1e6, Error: null, 1))],
        QualityPart.Solids => await MeasureSolidsAsync(cancellationToken),
        QualityPart.Pairs => await MeasurePairsAsync(cancellationToken),
        QualityPart.Things => await MeasureThingsAsync(cancellationToken),
        QualityPart.Places => await MeasurePlacesAsync(cancellationToken),
        QualityPart.HeldOut => await MeasureHeldOutAsync(cancellationToken),
        QualityPart.Languages => await MeasureLanguagesAsync(cancellationToken),
        QualityPart.Words => await MeasureWordsAsync(cancellationToken),
        QualityPart.Outpaint => await MeasureOutpaintAsync(cancellationToken),
        QualityPart.Variations => await MeasureVariationsAsync(cancellationToken),
        QualityPart.TextDiff => await MeasureTextDiffsAsync(cancellationToken),
        QualityPart.Wishes => await MeasureWishesAsync(cancellationToken),
        _ => throw new UnreachableException(),
    };

    private List<QualityRow> MeasureSpeed(CancellationToken cancellationToken)
    {
        var request = new GenerationRequest { Prompt = "a red cube on a green cube", Seed = 1 };
        _pipeline.Generate(request, observer: null, cancellationToken);
        var (wall, cpu) = (new List<double>(), new List<double>());
        for (var i = 0; i < TimedPictures; i++)
        {
            var (cpuAtStart, started) = (Environment.CpuUsage.TotalTime, Stopwatch.GetTimestamp());
            _pipeline.Generate(request, observer: null, cancellationToken);
            wall.Add(Stopwatch.GetElapsedTime(started).TotalSeconds);
            cpu.Add((Environment.CpuUsage.TotalTime - cpuAtStart).TotalSeconds);
        }

        return
        [
            new QualityRow($"a picture of {_pipeline.Info.NativeSize} px, seconds", QualityPart.Speed, new QualityBar(0.6, 1, IsMost: true), Estimate.Median(wall)),
            new QualityRow("  its processor time, over all threads", QualityPart.Speed, Bar: null, Estimate.Median(cpu)),
        ];
    }

    private async Task<IReadOnlyList<QualityRow>> MeasureSolidsAsync(CancellationToken cancellationToken) =>
    [
        await RowAsync("colour of one solid", QualityPart.Solids, new QualityBar(0.85, 0.97), Question.Colour, Of("solids"), cancellationToken),
        await RowAsync("  its shape", QualityPart.Solids, bar: null, Question.Shape, Of("solids"), cancellationToken),
    ];

    private async Task<IReadOnlyList<QualityRow>> MeasurePairsAsync(CancellationToken cancellationToken) =>
    [
        await RowAsync("both colours, left and right", QualityPart.Pairs, new QualityBar(0.5, 0.85), Question.BothSideBySide, Of("left"), cancellationToken),
        await RowAsync("both colours, one on another", QualityPart.Pairs, new QualityBar(0.5, 0.85), Question.BothInStack, Of("on"), cancellationToken),
        await RowAsync("relation left/right", QualityPart.Pairs, new QualityBar(0.6, 0.85), Question.OrderSideBySide, Of("left"), cancellationToken),
        await RowAsync("relation \"on\"", QualityPart.Pairs, new QualityBar(0.6, 0.85), Question.OrderInStack, Of("on"), cancellationToken),
    ];

    private async Task<IReadOnlyList<QualityRow>> MeasureThingsAsync(CancellationToken cancellationToken)
    {
        var prompts = Of("things");
        var row = await RowAsync("thing recognised, of 60", QualityPart.Things, new QualityBar(0.5, 0.9), Question.Thing, prompts, cancellationToken);
        foreach (var prompt in prompts)
        {
            for (var seed = 1; seed <= _options.Seeds; seed++)
            {
                var name = prompt.Truth["thing"];
                var before = _things.GetValueOrDefault(name) ?? new ThingCount(name, 0, 0);
                _things[name] = before with { Right = before.Right + (Question.Thing.IsRight(_made[(prompt.Id, seed)].Reading, prompt.Truth) ? 1 : 0), Asked = before.Asked + 1 };
            }
        }

        return [row];
    }

    private async Task<IReadOnlyList<QualityRow>> MeasurePlacesAsync(CancellationToken cancellationToken)
    {
        var prompts = Of(SeenGroups);
        return
        [
            await RowAsync("ground of a scene", QualityPart.Places, new QualityBar(0.95, 0.98), Question.Ground, prompts, cancellationToken),
            await RowAsync("light of a scene", QualityPart.Places, new QualityBar(0.95, 0.98), Question.Light, prompts, cancellationToken),
        ];
    }

    private async Task<IReadOnlyList<QualityRow>> MeasureHeldOutAsync(CancellationToken cancellationToken)
    {
        var colour = await RowAsync("  colour of a solid in a new combination", QualityPart.HeldOut, bar: null, Question.Colour, Of("solids_held_out"), cancellationToken);
        var thing = await RowAsync("  thing in a place where it never was", QualityPart.HeldOut, bar: null, Question.Thing, Of("things_held_out"), cancellationToken);
        var seen = Estimate.Mean(
            (await RowAsync("", QualityPart.HeldOut, bar: null, Question.Colour, Of("solids"), cancellationToken)).Made,
            (await RowAsync("", QualityPart.HeldOut, bar: null, Question.Thing, Of("things"), cancellationToken)).Made);
        return [new QualityRow("held-out combinations over seen ones", QualityPart.HeldOut, new QualityBar(0.8, 0.9), Estimate.Ratio(Estimate.Mean(colour.Made, thing.Made), seen)), colour, thing];
    }

    private async Task<IReadOnlyList<QualityRow>> MeasureLanguagesAsync(CancellationToken cancellationToken)
    {
        var rows = new List<QualityRow>();
        foreach (var language in Of("languages").GroupBy(prompt => prompt.Lang, StringComparer.Ordinal))
        {
            // Every answer counts once; a prompt's share is paired with that of the English one that says the same.
            var (asked, shuffled, english) = (new List<(string, double)>(), new List<(string, double)>(), new List<(string, double)>());
            var prompts = language.ToList();
            for (var i = 0; i < prompts.Count; i++)
            {
                var (prompt, original) = (prompts[i], _byId[prompts[i].Base!]); // Every translation names what it translates.
                var other = prompts[(i + Shift) % prompts.Count];
                for (var seed = 1; seed <= _options.Seeds; seed++)
                {
                    var translated = await MakeAsync(prompt, seed, cancellationToken);
                    var untranslated = await MakeAsync(original, seed, cancellationToken);
                    foreach (var question in Question.OfLanguages)
                    {
                        if (question.IsAsked(prompt.Truth))
                            asked.Add((original.Id, Share(question.IsRight(translated.Reading, prompt.Truth))));
                        if (question.IsAsked(original.Truth))
                            english.Add((original.Id, Share(question.IsRight(untranslated.Reading, original.Truth))));
                        if (question.IsAsked(other.Truth))
                            shuffled.Add((original.Id, Share(question.IsRight(translated.Reading, other.Truth))));
                    }
                }
            }

            rows.Add(new QualityRow($"{language.Key} over en, all answers", QualityPart.Languages, new QualityBar(0.9, 0.95), Estimate.PairedRatio(asked, english) with { Count = prompts.Count * _options.Seeds }, Shuffled: Estimate.PairedRatio(shuffled, english).Value));
        }

        return rows;
    }

    private async Task<IReadOnlyList<QualityRow>> MeasureWordsAsync(CancellationToken cancellationToken)
    {
        if (_clip is null)
            return Missing("right caption among 32", "the model has no CLIP of its own");
        var chosen = _prompts.Select(prompt => prompt.Id).ToHashSet(StringComparer.Ordinal);
        var prompts = _suite.Document.Retrieval.Where(chosen.Contains).Select(id => _byId[id]).ToList();
        if (prompts.Count < Retrieval.GroupSize)
            return Missing("right caption among 32", "it needs 32 prompts");
        var captions = prompts.ConvertAll(prompt => _clip.Embed(prompt.Text, cancellationToken));
        var (own, other) = (new List<(string, double)>(), new List<(string, double)>());
        for (var seed = 1; seed <= _options.Seeds; seed++)
        {
            var embeddings = new List<float[]>();
            foreach (var prompt in prompts)
                embeddings.Add((await MakeAsync(prompt, seed, cancellationToken)).Embedding!); // There is a CLIP.
            own.AddRange(prompts.Zip(Retrieval.AmongGroup(embeddings, captions), static (prompt, found) => (prompt.Id, Share(found))));
            other.AddRange(prompts.Zip(Retrieval.AmongGroup(embeddings, captions, Shift), static (prompt, found) => (prompt.Id, Share(found))));
        }

        var drawn = Retrieval.AmongGroup(prompts.ConvertAll(prompt => Drawn(prompt.Tile!.Value, cancellationToken).Embedding!), captions); // Those of the world were drawn.
        return [new QualityRow("right caption among 32, by the model's own CLIP", QualityPart.Words, new QualityBar(0.3, 0.7), Estimate.OverPrompts(own), drawn.Average(Share), Estimate.OverPrompts(other).Value)];
    }

    private async Task<IReadOnlyList<QualityRow>> MeasureOutpaintAsync(CancellationToken cancellationToken)
    {
        if (!_pipeline.Info.Tasks.Contains(GenerationTask.Inpaint))
            return Missing("outpainting", "the model cannot inpaint");
        var scenes = _suite.Document.Outpaints.Take(_options.PromptsOfGroup).ToList();
        var options = new OutpaintOptions();
        var (lines, beyond) = (new[] { new OutpaintLine(), new OutpaintLine() }, new OutpaintLine(BeyondSeamPx));
        var (made, real, other) = (new List<double>(), new List<double>(), new List<double>());
        var cells = new List<(PixelImage, bool?)>();
        for (var i = 0; i < scenes.Count; i++)
        {
            // 1. The square is known, what lies to its right is made by the product's own outpainter.
            var (scene, truth) = (scenes[i], _suite.Continuation(i));
            var stranger = _suite.Continuation((i + Shift) % _suite.Document.Outpaints.Count);
            var known = Pictures.Crop(truth, 0, 0, truth.Height, truth.Height);
            var strange = Compositor.Over(stranger, known, 0, 0);
            var overlap = Math.Min(options.OverlapPx, known.Width / 4);
            for (var seed = 1; seed <= _options.Seeds; seed++)
            {
                var request = new GenerationRequest { Task = GenerationTask.Inpaint, Prompt = scene.Text, Seed = (ulong)seed };
                var wider = await _store.GetAsync(Name(scene.Id, seed), () => new Outpainter(_pipeline, options).Outpaint(known, new OutpaintExtent(0, 0, truth.Width - known.Width, 0), request, observer: null, cancellationToken).Image, cancellationToken);

                // 2. Two lines can show: where the picture ended, and where the pixels that were made anew begin.
                for (var line = 0; line < lines.Length; line++)
                {
                    var left = known.Width - (line * overlap);
                    var mask = Mask.FromRect(truth.Width, truth.Height, new PixelRect(left, 0, truth.Width - left, truth.Height));
                    lines[line].Add(scene.Id, wider, strange, truth, mask);
                    if (line == 0)
                        beyond.Add(scene.Id, wider, strange, truth, mask);
                }

                // 3. The horizon goes on where it was, beside the part that is known.
                var beside = known.Width - (known.Width / 4);
                made.Add(Math.Abs(Horizon.Offset(truth, beside, known.Width, wider, known.Width, scene.HorizonPx)));
                real.Add(Math.Abs(Horizon.Offset(truth, beside, known.Width, truth, known.Width, scene.HorizonPx)));
                other.Add(Math.Abs(Horizon.Offset(truth, beside, known.Width, stranger, known.Width, scene.HorizonPx)));
                if (seed == 1)
                    cells.Add((ContactSheet.Thumbnail(wider), null));
                Progress(QualityPart.Outpaint, scene.Id, seed);
            }
        }

        Sheet.AddRow([.. cells.Take(SheetColumns / 2)]);
        var seams = lines.Select(line => line.Ratio()).ToArray();
        var worse = seams[0].Made.Value >= seams[1].Made.Value ? seams[0] : seams[1];
        return
        [
            new QualityRow("seam of an outpaint over true scenes, the worse of two lines", QualityPart.Outpaint, new QualityBar(1.5, 1.2, IsMost: true), worse.Made, 1, worse.Shuffled),
            new QualityRow("  where the picture ended", QualityPart.Outpaint, Bar: null, seams[0].Made, 1, seams[0].Shuffled),
            new QualityRow($"  {BeyondSeamPx} px to each side of that", QualityPart.Outpaint, Bar: null, beyond.Ratio().Made, 1, beyond.Ratio().Shuffled),
            new QualityRow("horizon continued, median px of 256", QualityPart.Outpaint, new QualityBar(6, 3, IsMost: true), Estimate.Median(made), Samples.Median(real), Samples.Median(other)),
        ];
    }

    /// <summary>
    /// As the canvas orders them: with the words of the picture and half of its own noise; and from the picture's embedding alone with all new noise,
    /// which asks how much of a thing the embedding holds.
    /// </summary>
    private async Task<IReadOnlyList<QualityRow>> MeasureVariationsAsync(CancellationToken cancellationToken)
    {
        if (_clip is null || !_pipeline.Info.Tasks.Contains(GenerationTask.Variation))
            return Missing("variations", "the model cannot make any");
        var real = _suite.Document.Variations.Take(_options.PromptsOfGroup).Average(source => Share(Drawn(source.Tile, cancellationToken).Reading.Best("thing") == source.Thing));
        var ordered = await VaryAsync("-ordered", source => (WordsOf(source.Tile), UsualEta), cancellationToken);
        var alone = await VaryAsync("", static _ => ("", null), cancellationToken);
        return
        [
            new QualityRow("variation as the canvas orders it keeps the thing and differs", QualityPart.Variations, new QualityBar(0.7, 0.9), Estimate.OverPrompts(ordered.Kept), real, Estimate.OverPrompts(ordered.Other).Value),
            new QualityRow("  cosine with its original, by the own CLIP", QualityPart.Variations, Bar: null, Estimate.OverPrompts(ordered.Cosines)),
            new QualityRow("  copies of the original (cosine 0.99 and more)", QualityPart.Variations, Bar: null, Estimate.OverPrompts(ordered.Copies)),
            new QualityRow("  from the picture's embedding alone, without words and with new noise", QualityPart.Variations, Bar: null, Estimate.OverPrompts(alone.Kept), real, Estimate.OverPrompts(alone.Other).Value),
        ];
    }

    private async Task<VariationAnswers> VaryAsync(string way, Func<SuiteVariation, (string Words, float? Eta)> order, CancellationToken cancellationToken)
    {
        var sources = _suite.Document.Variations.Take(_options.PromptsOfGroup).ToList();
        var answers = new VariationAnswers([], [], [], []);
        var cells = new List<(PixelImage, bool?)>();
        for (var i = 0; i < sources.Count; i++)
        {
            var (source, original) = (sources[i], Drawn(sources[i].Tile, cancellationToken));
            var (words, eta) = order(source);
            cells.Add((original.Thumbnail, null));
            for (var seed = 1; seed <= _options.Seeds; seed++)
            {
                var request = new GenerationRequest { Task = GenerationTask.Variation, Prompt = words, Eta = eta, Image = Native(_suite.Tile(source.Tile)), Seed = (ulong)seed };
                var variation = await MakeAsync(source.Id + way, seed, request, cancellationToken);
                var cosine = Retrieval.Cosine(variation.Embedding, original.Embedding);
                var isKept = variation.Reading.Best("thing") == source.Thing && cosine < SameCosine;
                answers.Kept.Add((source.Id, Share(isKept)));
                answers.Other.Add((source.Id, Share(variation.Reading.Best("thing") == sources[(i + Shift) % sources.Count].Thing && cosine < SameCosine)));
                answers.Cosines.Add((source.Id, cosine));
                answers.Copies.Add((source.Id, Share(cosine >= SameCosine)));
                if (seed == 1)
                    cells.Add((variation.Thumbnail, isKept));
                Progress(QualityPart.Variations, source.Id + way, seed);
            }
        }

        foreach (var row in cells.Chunk(SheetColumns))
            Sheet.AddRow(row);
        return answers;
    }

    // A drawn picture without a prompt of its own is varied without words, as an upload is.
    private string WordsOf(int tile) => _suite.Document.Prompts.FirstOrDefault(prompt => prompt.Tile == tile)?.Text ?? "";

    /// <summary>One seed: the noise is the picture's own, so another one makes the same picture.</summary>
    private async Task<IReadOnlyList<QualityRow>> MeasureTextDiffsAsync(CancellationToken cancellationToken)
    {
        if (_clip is null || !_pipeline.Info.Tasks.Contains(GenerationTask.TextDiff))
            return Missing("text diff", "the model cannot do any");
        var all = _suite.Document.TextDiffs;
        var originals = all.Select(diff => Drawn(diff.Tile, cancellationToken).Embedding!).ToList(); // There is a CLIP.
        var (done, other, reached, kept) = (new List<(string, double)>(), new List<(string, double)>(), new List<(string, double)>(), new List<(string, double)>());
        var cells = new List<(PixelImage, bool?)>();
        foreach (var diffs in all.Index().GroupBy(diff => diff.Item.Head, StringComparer.Ordinal).Select(group => group.Take(_options.PromptsOfGroup).ToList()))
        {
            for (var i = 0; i < diffs.Count; i++)
            {
                var (index, diff) = diffs[i];
                var request = new GenerationRequest { Task = GenerationTask.TextDiff, Prompt = diff.To, FromPrompt = diff.From, Theta = DiffTheta, Image = Native(_suite.Tile(diff.Tile)), Seed = 1 };
                var picture = await MakeAsync(diff.Id, seed: 1, request, cancellationToken);
                var seen = picture.Reading.Best(diff.Head);
                var isKept = Retrieval.Nearest(picture.Embedding!, originals, 0, originals.Count) == index; // There is a CLIP.
                reached.Add((diff.Id, Share(seen == diff.Want)));
                kept.Add((diff.Id, Share(isKept)));
                done.Add((diff.Id, Share(seen == diff.Want && isKept)));
                other.Add((diff.Id, Share(seen == diffs[(i + Shift) % diffs.Count].Item.Want && isKept)));
                cells.AddRange([(Drawn(diff.Tile, cancellationToken).Thumbnail, null), (picture.Thumbnail, seen == diff.Want && isKept)]);
            }
        }

        foreach (var row in cells.Chunk(SheetColumns))
            Sheet.AddRow(row);
        return
        [
            new QualityRow("text diff at 0.5: the word reached and the rest kept", QualityPart.TextDiff, new QualityBar(0.5, 0.8), Estimate.OverPrompts(done), Shuffled: Estimate.OverPrompts(other).Value),
            new QualityRow("  the word reached", QualityPart.TextDiff, Bar: null, Estimate.OverPrompts(reached)),
            new QualityRow("  the rest kept: its original is the nearest, by the own CLIP", QualityPart.TextDiff, Bar: null, Estimate.OverPrompts(kept)),
        ];
    }

    /// <summary>What people asked for when this product was planned. Few of them are of the world that the model knows; they are there to be looked at.</summary>
    private async Task<IReadOnlyList<QualityRow>> MeasureWishesAsync(CancellationToken cancellationToken)
    {
        var samples = new List<(string, double)>();
        foreach (var prompt in Of("wishes"))
        {
            for (var seed = 1; seed <= _options.Seeds; seed++)
            {
                if (IsRight(prompt, await MakeAsync(prompt, seed, cancellationToken)) is { } isRight)
                    samples.Add((prompt.Id, Share(isRight)));
            }
        }

        return samples.Count == 0 ? [] : [new QualityRow("  wishes of the first plans, all that can be judged right", QualityPart.Wishes, Bar: null, Estimate.OverPrompts(samples))];
    }

    /// <summary>Adds the groups that were made to the sheet: pictures of the first seed, the drawn truth under them.</summary>
    public void FillSheet(CancellationToken cancellationToken)
    {
        foreach (var group in _prompts.Where(prompt => _made.ContainsKey((prompt.Id, 1))).GroupBy(prompt => prompt.Group, StringComparer.Ordinal))
        {
            var shown = group.Take(SheetColumns).ToList();
            Sheet.AddRow([.. shown.Select(prompt => (_made[(prompt.Id, 1)].Thumbnail, IsRight(prompt, _made[(prompt.Id, 1)])))]);
            Sheet.AddRow([.. shown.Where(prompt => prompt.Tile is not null && prompt.Base is null).Select(prompt => (Drawn(prompt.Tile!.Value, cancellationToken).Thumbnail, IsRight(prompt, Drawn(prompt.Tile.Value, cancellationToken))))]); // Checked in the filter.
        }
    }

    private async Task<QualityRow> RowAsync(string name, QualityPart part, QualityBar? bar, Question question, IReadOnlyList<SuitePrompt> prompts, CancellationToken cancellationToken)
    {
        var asked = prompts.Where(prompt => question.IsAsked(prompt.Truth)).ToList();
        var (made, other) = (new List<(string, double)>(), new List<(string, double)>());
        for (var i = 0; i < asked.Count; i++)
        {
            for (var seed = 1; seed <= _options.Seeds; seed++)
            {
                var reading = (await MakeAsync(asked[i], seed, cancellationToken)).Reading;
                made.Add((asked[i].Id, Share(question.IsRight(reading, asked[i].Truth))));
                other.Add((asked[i].Id, Share(question.IsRight(reading, asked[(i + Shift) % asked.Count].Truth))));
            }
        }

        if (asked.Count == 0)
            return new QualityRow(name, part, bar, new Estimate(double.NaN, Error: null, 0));
        var real = asked.Average(prompt => Share(question.IsRight(Drawn(prompt.Tile!.Value, cancellationToken).Reading, prompt.Truth))); // Those of the world were drawn.
        return new QualityRow(name, part, bar, Estimate.OverPrompts(made), real, Estimate.OverPrompts(other).Value);
    }

    private Task<MadePicture> MakeAsync(SuitePrompt prompt, int seed, CancellationToken cancellationToken) =>
        MakeAsync(prompt.Id, seed, new GenerationRequest { Prompt = prompt.Text, Seed = (ulong)seed }, cancellationToken);

    private async Task<MadePicture> MakeAsync(string id, int seed, GenerationRequest request, CancellationToken cancellationToken)
    {
        if (_made.TryGetValue((id, seed), out var made))
            return made;
        made = Read(await _store.GetAsync(Name(id, seed), () => _pipeline.Generate(request, observer: null, cancellationToken).Image, cancellationToken), cancellationToken);
        _made.Add((id, seed), made);
        Progress(part: null, id, seed);
        return made;
    }

    private MadePicture Drawn(int tile, CancellationToken cancellationToken)
    {
        if (!_drawn.TryGetValue(tile, out var drawn))
            _drawn.Add(tile, drawn = Read(_suite.Tile(tile), cancellationToken));
        return drawn;
    }

    private MadePicture Read(PixelImage picture, CancellationToken cancellationToken) =>
        new(_judge.Read(picture, cancellationToken), _clip?.Embed(picture, cancellationToken), ContactSheet.Thumbnail(picture));

    /// <summary>A drawn picture at the model's size. Tiles are as small as what the judge reads; the model averages them down again.</summary>
    private PixelImage Native(PixelImage tile) => ImageResizer.Resize(tile, _pipeline.Info.NativeSize, _pipeline.Info.NativeSize, ResizeKernel.Linear);

    private List<SuitePrompt> Of(params ReadOnlySpan<string> groups)
    {
        var wanted = groups.ToArray();
        return [.. _prompts.Where(prompt => wanted.Contains(prompt.Group, StringComparer.Ordinal))];
    }

    /// <summary>Whether everything that can be judged is right; null where nothing can.</summary>
    private static bool? IsRight(SuitePrompt prompt, MadePicture picture)
    {
        var asked = Question.OfLanguages.Where(question => question.IsAsked(prompt.Truth)).ToList();
        return asked.Count == 0 ? null : asked.TrueForAll(question => question.IsRight(picture.Reading, prompt.Truth));
    }

    private IReadOnlyList<QualityRow> Missing(string what, string why)
    {
        LeftOut.Add($"{what}: {why}");
        return [];
    }

    private void Progress(QualityPart? part, string id, int seed) => _say(FormattableString.Invariant($"{part?.ToString() ?? "picture"} {id}, seed {seed} ({_store.Made} made)"));

    private static string Name(string id, int seed) => FormattableString.Invariant($"{id}-{seed}");

    private static double Share(bool isTrue) => isTrue ? 1 : 0;
}

/// <param name="Right">Pictures in which the judge saw it.</param>
/// <param name="Asked">Pictures that were to show it.</param>
internal sealed record ThingCount(string Name, int Right, int Asked);

/// <summary>One number for each variation, with the id of its source.</summary>
/// <param name="Kept">The judge sees the same thing, and it is no copy.</param>
/// <param name="Other">The judge sees the thing of another source.</param>
internal sealed record VariationAnswers(List<(string, double)> Kept, List<(string, double)> Other, List<(string, double)> Cosines, List<(string, double)> Copies);
