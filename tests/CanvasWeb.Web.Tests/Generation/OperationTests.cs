using CanvasWeb.Canvas.Document;
using CanvasWeb.Canvas.Document.Ops;
using CanvasWeb.Canvas.Geometry;
using CanvasWeb.Contracts;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Generation;
using CanvasWeb.Web.Generation.Jobs;
using CanvasWeb.Web.Generation.Workers;
using CanvasWeb.Web.Moderation;
using CanvasWeb.Web.Moderation.Pictures;
using CanvasWeb.Web.Provenance;
using CanvasWeb.Web.Tests.Boards;
using CanvasWeb.Web.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace CanvasWeb.Web.Tests.Generation;

/// <summary>What is made of tiles: variations, what lies between two, a changed caption, more pixels.</summary>
public sealed class OperationTests(PostgreSqlServer server)
{
    public static TheoryData<DatabaseKind> Databases => [DatabaseKind.Sqlite, DatabaseKind.PostgreSql];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Databases))]
    public async Task Each_kind_leases_its_tiles_with_its_numbers_and_costs_what_it_says(DatabaseKind kind)
    {
        await using var lab = await GenerationLab.OpenAsync(kind, server);
        var (frame, one, other) = (await lab.AddFrameAsync(500, 0), await lab.AddTileAsync(0, 0, 64), await lab.AddTileAsync(100, 0, 64, shade: 90));
        var (first, second) = (await HashOfAsync(lab, one), await HashOfAsync(lab, other));
        (PictureOperation Operation, int Count, JobTask Task, long Price, string[] Inputs, double[]? Thetas)[] all =
        [
            (new(OperationKind.Variation, [one], Eta: 0.25), 3, JobTask.Variation, 3, [first], null),
            (new(OperationKind.Interpolation, [one, other]), 3, JobTask.Interpolation, 3, [first, second], [0.25, 0.5, 0.75]),
            (new(OperationKind.TextDiff, [other], "a fox"), 2, JobTask.TextDiff, 2, [second], [0.25, 0.5]),
            (new(OperationKind.TextDiff, [other], "a fox", [0.1, 0.9]), 2, JobTask.TextDiff, 2, [second], [0.1, 0.9]),
            (new(OperationKind.Upscale, [one]), 4, JobTask.Upscale, 1, [first], null),
        ];
        foreach (var (operation, count, task, price, inputs, thetas) in all)
        {
            var settings = new FrameSettings("a hen", Count: count, PriorSamples: 4);
            Assert.Equal(price, (await lab.Questions.PriceAsync(BoardSite.Bob, lab.BoardId, operation, settings, Token)).Price);

            var view = await lab.OperateWellAsync(BoardSite.Bob, frame, operation, settings);

            Assert.Equal((operation.Kind, price), (view.Operation!.Kind, view.Price));
            var job = await lab.LeaseWellAsync();
            var lease = await lab.Get<LeaseWriter>().WriteAsync(job, Token);
            Assert.Equal((task, task == JobTask.Upscale ? 1 : count, operation.FromPrompt, operation.Eta), (lease.Task, lease.Count, lease.FromPrompt, lease.Eta));
            Assert.Equal(thetas, lease.Thetas);
            Assert.Equal(task == JobTask.Upscale ? null : 4, lease.PriorSamples);
            Assert.Equal(inputs, new[] { JobInputs.Picture, JobInputs.Other }.Select(name => LeaseWriter.InputOf(job, name)).OfType<string>());
            Assert.Equal(inputs.Length, lease.Inputs.Count);
            await lab.FinishAsync(job);
            await lab.CheckAsync();
        }

        Assert.Equal(50 - all.Sum(static one => one.Price), (await lab.BalanceAsync(BoardSite.Bob)).Available.Amount);
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task Pictures_without_words_are_called_by_what_they_come_from(DatabaseKind kind)
    {
        await using var lab = await GenerationLab.OpenAsync(kind, server);
        var frame = await lab.AddFrameAsync(500, 0);
        var tiles = new List<NodeId>();
        foreach (var (prompt, x) in ((string, double)[])[("a fox", 0), ("a hill", 100)])
        {
            await lab.AskWellAsync(BoardSite.Ann, frame, new(prompt, Count: 1));
            var made = await lab.FinishAsync(await lab.LeaseWellAsync());
            tiles.Add(await lab.AddTileAsync(x, 0, 64, of: new ResultRef(made.Id, 0)));
        }

        var upload = await lab.AddTileAsync(200, 0, 64);
        var blend = await lab.OperateWellAsync(BoardSite.Ann, frame, new(OperationKind.Interpolation, [tiles[0], tiles[1]]), new("", Count: 1));
        var half = await lab.OperateWellAsync(BoardSite.Ann, frame, new(OperationKind.Interpolation, [tiles[0], upload]), new("", Count: 1));
        var larger = await lab.OperateWellAsync(BoardSite.Ann, frame, new(OperationKind.Upscale, [tiles[1]]), new("", Count: 1));
        var worded = await lab.AskWellAsync(BoardSite.Ann, frame, new("a hen", Count: 1));

        var names = await lab.Get<PictureNames>().OfAsync([blend.Id, half.Id, larger.Id, worded.Id], Token);

        Assert.Equal("Blend of “a fox” and “a hill”", names[blend.Id]);
        Assert.Equal("Blend of “a fox” and a picture", names[half.Id]);
        Assert.Equal("Larger: a hill", names[larger.Id]);
        Assert.False(names.ContainsKey(worded.Id));
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task Results_fill_the_frame_whatever_lies_there_and_an_enlargement_lies_exactly_on_its_tile(DatabaseKind kind)
    {
        await using var lab = await GenerationLab.OpenAsync(kind, server);
        var tile = await lab.AddTileAsync(0.5, -3.25, 64);
        var over = await lab.AddFrameAsync(32, 0, 96);

        await lab.OperateWellAsync(BoardSite.Ann, over, new(OperationKind.Variation, [tile]));
        var varied = await lab.FinishAsync(await lab.LeaseWellAsync());
        await lab.OperateWellAsync(BoardSite.Ann, over, new(OperationKind.Upscale, [tile]));
        var enlarged = await lab.FinishAsync(await lab.LeaseWellAsync());

        Assert.Equal(new WorldRect(32, 0, 96, 96), Assert.Single(varied.Results).Placement);
        Assert.Equal(new WorldRect(0.5, -3.25, 64, 64), Assert.Single(enlarged.Results).Placement);
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task What_cannot_be_done_is_refused_with_words_and_costs_nothing(DatabaseKind kind)
    {
        await using var lab = await GenerationLab.OpenAsync(kind, server, ("Generation:MaxUpscaledPixels", "300000"), ("Generation:MaxPromptLength", "20"));
        var (frame, one, other, large) = (await lab.AddFrameAsync(500, 0), await lab.AddTileAsync(0, 0, 64), await lab.AddTileAsync(100, 0, 64, shade: 90), await lab.AddTileAsync(200, 0, 160));
        var (hidden, gone) = (await lab.AddTileAsync(700, 0, 64, shade: 10), await lab.AddTileAsync(800, 0, 64, shade: 20));
        await lab.SubmitAsync(new NodeDelete(gone));
        var name = await HashOfAsync(lab, hidden);
        await lab.Get<WriteTransactions>().RunAsync((db, token) => HiddenPictures.HideAsync(db, new() { Sha256 = name, Because = HiddenBecause.Classifier, JobId = null, Image = null, CreatedAt = lab.Time.GetUtcNow() }, token), Token);
        await lab.Get<HiddenPictures>().ReadAsync(Token);

        async Task RefusesAsync(string code, PictureOperation operation, FrameSettings? settings = null, string user = BoardSite.Ann)
        {
            var refusal = await lab.OperateInVainAsync(user, frame, operation, settings);
            Assert.Equal(code, refusal.Code);
            Assert.NotEmpty(refusal.Message);

            // Asked for the price the same is said, but of words: those are looked at, and noted, with an order.
            var price = await lab.Questions.PriceAsync(user, lab.BoardId, operation, settings ?? new("a hen", Count: 1), Token);
            (long?, string?) told = code == "prompt_refused" ? (1, null) : (null, code);
            Assert.Equal(told, (price.Price, price.Refusal?.Code));
        }

        await RefusesAsync("forbidden", new(OperationKind.Variation, [one]), user: BoardSite.Vic);
        await RefusesAsync("forbidden", new(OperationKind.Variation, [one]), user: BoardSite.Eve);
        await RefusesAsync("tile_missing", new(OperationKind.Variation, [gone]));
        await RefusesAsync("tile_missing", new(OperationKind.Variation, [hidden]));
        await RefusesAsync("tile_missing", new(OperationKind.Interpolation, [one, hidden]));
        await RefusesAsync("tile_missing", new(OperationKind.Variation, [frame]));
        await RefusesAsync("bad_setting", new(OperationKind.Variation, [one, other]));
        await RefusesAsync("bad_setting", new(OperationKind.Variation, []));
        await RefusesAsync("bad_setting", new(OperationKind.Interpolation, [one]));
        await RefusesAsync("bad_setting", new(OperationKind.Interpolation, [one, one]));
        await RefusesAsync("bad_setting", new(OperationKind.Interpolation, [one, other], Thetas: [0.5]), new("", Count: 2));
        await RefusesAsync("bad_setting", new(OperationKind.Interpolation, [one, other], Thetas: [1.5]));
        await RefusesAsync("bad_setting", new(OperationKind.Interpolation, [one, other], Thetas: [double.NaN]));
        await RefusesAsync("bad_setting", new(OperationKind.Variation, [one], Thetas: [0.5]));
        await RefusesAsync("bad_setting", new(OperationKind.Variation, [one], Eta: 1.01));
        await RefusesAsync("bad_setting", new(OperationKind.Variation, [one], "a fox"));
        await RefusesAsync("bad_setting", new(OperationKind.Variation, [one]), new("a hen", Count: 9));
        await RefusesAsync("bad_setting", new(OperationKind.Variation, [one]), new("a hen", Count: 1, PriorSamples: 9));
        await RefusesAsync("prompt_missing", new(OperationKind.TextDiff, [one], "a fox"), new(" ", Count: 1));
        await RefusesAsync("prompt_too_long", new(OperationKind.TextDiff, [one], new string('a', 21)));
        await RefusesAsync("prompt_refused", new(OperationKind.TextDiff, [one], "a decapitated statue"));
        await RefusesAsync("prompt_refused", new(OperationKind.TextDiff, [one], "a man"), new("a decapitated statue", Count: 1));
        await RefusesAsync("picture_too_large", new(OperationKind.Upscale, [large]));

        Assert.Empty(await lab.Questions.JobsOfAsync(BoardSite.Ann, Token));
        Assert.Equal(0, (await lab.BalanceAsync(BoardSite.Ann)).Held.Amount);
        Assert.Equal(GenerationRefusalCodes.BadSetting, Assert.IsType<GenerationOutcome.Refused>(await lab.Orders.RequestAsync(
            new GenerationOrder(BoardSite.Ann, lab.BoardId, frame, new("a hen", Count: 1), "both", new("x", 0), new(OperationKind.Variation, [one])), Token)).Refusal.Code);
    }

    [Fact]
    public async Task What_starts_from_a_pictures_noise_runs_with_a_scheduler_that_finds_it()
    {
        await using var lab = await GenerationLab.OpenAsync(DatabaseKind.Sqlite, server);
        const string Far = "one-with-a-scheduler-of-its-own";
        await lab.Get<Web.Generation.Models.ModelRegistry>().AnnounceAsync([GenerationLab.Description with { Name = Far, DefaultScheduler = "unclip", Schedulers = ["ddim", "unclip"], InvertibleSchedulers = ["ddim"] }], Token);
        var (frame, one, other) = (await lab.AddFrameAsync(500, 0), await lab.AddTileAsync(0, 0, 64), await lab.AddTileAsync(100, 0, 64, shade: 90));
        async Task<string?> SchedulerOfAsync(PictureOperation operation, string model = Far, string? asked = null) =>
            (await lab.OperateWellAsync(BoardSite.Ann, frame, operation, new("a hen", Model: model, Scheduler: asked, Count: 1))).Settings.Scheduler;
        PictureOperation[] inverting = [new(OperationKind.Variation, [one], Eta: 0.5), new(OperationKind.Interpolation, [one, other]), new(OperationKind.TextDiff, [one], "a fox")];

        foreach (var operation in inverting)
        {
            Assert.Equal("ddim", await SchedulerOfAsync(operation));
            Assert.Equal("ddim", await SchedulerOfAsync(operation, asked: "unclip"));
            Assert.Null(await SchedulerOfAsync(operation, GenerationLab.Model)); // It has not said: its worker takes one.
        }

        // All of the noise is new: nothing is to be found.
        Assert.Equal("unclip", await SchedulerOfAsync(new(OperationKind.Variation, [one])));
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task Words_of_the_picture_before_stay_their_writers(DatabaseKind kind)
    {
        await using var lab = await GenerationLab.OpenAsync(kind, server);
        var frame = await lab.AddFrameAsync(500, 0);
        var bobs = await lab.AskWellAsync(BoardSite.Bob, frame, new("a fox of Bob", NegativePrompt: "cats", Count: 1));
        await lab.FinishAsync(await lab.LeaseWellAsync());
        var anns = await lab.AskWellAsync(BoardSite.Ann, frame, new("a hen of Ann", Count: 1));
        await lab.FinishAsync(await lab.LeaseWellAsync());
        var (fox, hen, upload) = (await lab.AddTileAsync(0, 0, 64, of: new(bobs.Id, 0)), await lab.AddTileAsync(100, 0, 64, shade: 90, of: new(anns.Id, 0)), await lab.AddTileAsync(200, 0, 64, shade: 30));
        async Task<string> WriterAsync(PictureOperation operation, string prompt, string negative = "") =>
            (await lab.OperateWellAsync(BoardSite.Ann, frame, operation, new(prompt, NegativePrompt: negative, Count: 1))).PromptWriter;

        Assert.Equal(BoardSite.Bob, await WriterAsync(new(OperationKind.Variation, [fox]), "a fox of Bob"));
        Assert.Equal(BoardSite.Bob, await WriterAsync(new(OperationKind.Variation, [fox]), "a fox of Bob", "cats"));
        Assert.Equal(BoardSite.Bob, await WriterAsync(new(OperationKind.Interpolation, [hen, fox]), "a fox of Bob"));

        // Edited, and so of both.
        Assert.Equal(Job.NobodysPrompt, await WriterAsync(new(OperationKind.TextDiff, [fox], "a fox of Bob"), "a fox of Bob at night"));
        Assert.Equal(Job.NobodysPrompt, await WriterAsync(new(OperationKind.Variation, [fox]), "a fox of Bob", "dogs"));

        Assert.Equal(BoardSite.Ann, await WriterAsync(new(OperationKind.Variation, [fox]), ""));
        Assert.Equal(BoardSite.Ann, await WriterAsync(new(OperationKind.TextDiff, [hen], "a hen of Ann"), "a hen at night"));
        Assert.Equal(BoardSite.Ann, await WriterAsync(new(OperationKind.Interpolation, [hen, fox]), "a hen of Ann"));
        Assert.Equal(BoardSite.Ann, await WriterAsync(new(OperationKind.Variation, [upload]), "a house"));
    }

    [Fact]
    public async Task What_is_quoted_is_paid_whatever_the_frames_ratio()
    {
        await using var lab = await GenerationLab.OpenAsync(DatabaseKind.Sqlite, server);
        var tile = await lab.AddTileAsync(0, 0, 64);
        var frame = new NodeId(RandomId.New());
        await lab.SubmitAsync(new FrameAdd(frame, new(500, 0, 256, 64), OrderKey.Between(null, null, new("lab"))));
        var (operation, settings) = (new PictureOperation(OperationKind.Variation, [tile]), new FrameSettings("a hen", Count: 1));

        var quoted = await lab.Questions.PriceAsync(BoardSite.Ann, lab.BoardId, operation, settings, Token);
        var ordered = await lab.OperateWellAsync(BoardSite.Ann, frame, operation, settings);

        Assert.Equal(quoted.Price, ordered.Price);
        Assert.NotEqual(new PixelSize(64, 64), (await lab.RowAsync(ordered.Id)).Plan.ModelSize);
    }

    [Fact]
    public async Task What_the_model_does_not_enlarge_is_refused_before_anything_is_held()
    {
        await using var lab = await GenerationLab.OpenAsync(DatabaseKind.Sqlite, server);
        const string Small = "enlarges-small-ones";
        await lab.Get<Web.Generation.Models.ModelRegistry>().AnnounceAsync([GenerationLab.Description with { Name = Small, UpscaleFactor = 2, MaxUpscalePixels = 64 * 64 }], Token);
        var (frame, fits, large) = (await lab.AddFrameAsync(500, 0), await lab.AddTileAsync(0, 0, 64), await lab.AddTileAsync(100, 0, 65));

        Assert.Equal("picture_too_large", (await lab.OperateInVainAsync(BoardSite.Ann, frame, new(OperationKind.Upscale, [large]), new("", Model: Small, Count: 1))).Code);
        Assert.Equal(0, (await lab.BalanceAsync(BoardSite.Ann)).Held.Amount);
        Assert.Equal(1, (await lab.OperateWellAsync(BoardSite.Ann, frame, new(OperationKind.Upscale, [fits]), new("", Model: Small, Count: 1))).Price);
    }

    [Fact]
    public async Task A_model_that_cannot_is_not_asked_and_one_that_can_is_found_by_itself()
    {
        await using var lab = await GenerationLab.OpenAsync(DatabaseKind.Sqlite, server);
        await lab.Get<Web.Generation.Models.ModelRegistry>().AnnounceAsync([GenerationLab.Description with { Name = "a-plain-one", Tasks = [JobTask.TextToImage] }], Token);
        var (frame, tile) = (await lab.AddFrameAsync(500, 0), await lab.AddTileAsync(0, 0, 64));

        Assert.Equal("cannot_do", (await lab.OperateInVainAsync(BoardSite.Ann, frame, new(OperationKind.TextDiff, [tile]), new("a hen", Model: "a-plain-one", Count: 1))).Code);
        Assert.Equal(GenerationLab.Model, (await lab.OperateWellAsync(BoardSite.Ann, frame, new(OperationKind.TextDiff, [tile]))).Settings.Model);
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task The_same_order_again_is_the_same_job_and_a_failure_gives_the_credits_back(DatabaseKind kind)
    {
        await using var lab = await GenerationLab.OpenAsync(kind, server);
        var (frame, one, other) = (await lab.AddFrameAsync(500, 0), await lab.AddTileAsync(0, 0, 64), await lab.AddTileAsync(100, 0, 64, shade: 90));
        var between = new PictureOperation(OperationKind.Interpolation, [one, other]);

        var together = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => lab.OperateWellAsync(BoardSite.Ann, frame, between, new("", Count: 3), "press")));

        Assert.Single(together.Select(static job => job.Id).Distinct());
        Assert.Equal(3, (await lab.BalanceAsync(BoardSite.Ann)).Held.Amount);
        Assert.True(await lab.FailAsync(await lab.LeaseWellAsync(), retry: false));
        Assert.Equal((50, 0), ((await lab.BalanceAsync(BoardSite.Ann)).Available.Amount, (await lab.BalanceAsync(BoardSite.Ann)).Held.Amount));
        await lab.CheckAsync();
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task A_picture_says_what_it_was_made_of_and_is_made_again_by_its_own_number(DatabaseKind kind)
    {
        await using var lab = await GenerationLab.OpenAsync(kind, server);
        var (frame, one, other) = (await lab.AddFrameAsync(500, 0), await lab.AddTileAsync(0, 0, 64), await lab.AddTileAsync(100, 0, 64, shade: 90));
        var between = await lab.OperateWellAsync(BoardSite.Ann, frame, new(OperationKind.Interpolation, [one, other]), new("", Count: 3));
        await lab.FinishAsync(await lab.LeaseWellAsync());
        var diff = await lab.OperateWellAsync(BoardSite.Ann, frame, new(OperationKind.TextDiff, [one], "a fox", [0.25]), new("a hen", Count: 1));
        await lab.FinishAsync(await lab.LeaseWellAsync());

        // 1. The records.
        var provenance = lab.Get<ProvenanceService>();
        var middle = (await provenance.OfAsync(BoardSite.Ann, new(between.Id, 1), Token))!.How;
        Assert.Equal((JobTask.Interpolation, 0.5, 1), (middle.Task, middle.Theta, middle.ImageIndex));
        Assert.Equal([await HashOfAsync(lab, one), await HashOfAsync(lab, other)], middle.Ingredients.Select(static ingredient => ingredient.Sha256));
        Assert.All(middle.Ingredients, static ingredient => Assert.Equal(IngredientRole.Blended, ingredient.Role));
        var hen = (await provenance.OfAsync(BoardSite.Ann, new(diff.Id, 0), Token))!.How;
        Assert.Equal(("a fox", 0.25, IngredientRole.Reworded), (hen.FromPrompt, hen.Theta, hen.Ingredients.Single().Role));
        Assert.Equal("a hen", SettingsReader.Parse(System.Text.Encoding.UTF8.GetString(ProvenanceXmp.Write(hen)))!.Prompt);

        // 2. Made again: one picture, at its own place between the two.
        Assert.IsType<GenerationOutcome.Accepted>(await lab.Orders.ReplayAsync(BoardSite.Ann, new(between.Id, 2), RandomId.New(), Token));
        var lease = await lab.Get<LeaseWriter>().WriteAsync(await lab.LeaseWellAsync(), Token);
        Assert.Equal((1, 2, JobTask.Interpolation), (lease.Count, lease.FirstImage, lease.Task));
        Assert.Equal([0.75], lease.Thetas!);
        Assert.Equal([JobInputs.Picture, JobInputs.Other], lease.Inputs);

        // 3. The graph leads back to both.
        Assert.True(await lab.Desk.AcceptAsync(BoardSite.Ann, between.Id, [1], Token));
        var graph = await lab.Get<BoardGraphs>().OfAsync(BoardSite.Ann, lab.BoardId, Token);
        Assert.Equal(2, graph.Edges.Count(edge => edge.Kind == GraphEdgeKind.Blended && edge.To == middle.Output.Sha256));
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task More_like_an_enlargement_is_a_whole_picture_of_the_models_own_size(DatabaseKind kind)
    {
        await using var lab = await GenerationLab.OpenAsync(kind, server);
        var (frame, tile) = (await lab.AddFrameAsync(500, 0), await lab.AddTileAsync(0, 0, 128));
        var enlarged = await lab.OperateWellAsync(BoardSite.Ann, frame, new(OperationKind.Upscale, [tile]));
        await lab.FinishAsync(await lab.LeaseWellAsync());

        var like = await lab.RowAsync((await lab.AskWellAsync(BoardSite.Ann, frame, new("", Count: 2), variationOf: new(enlarged.Id, 0))).Id);

        Assert.Equal((JobTask.Variation, new PixelSize(64, 64), 10, 2L), (like.Task, like.Plan.ModelSize, like.Settings.Steps, like.Price));
        Assert.Null(like.Operation);
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task Similarity_and_embedding_stay_with_the_result_and_go_with_its_job(DatabaseKind kind)
    {
        await using var lab = await GenerationLab.OpenAsync(kind, server);
        var frame = await lab.AddFrameAsync();
        await lab.AskWellAsync(BoardSite.Ann, frame, new("a fox", Count: 4));
        var job = await lab.LeaseWellAsync();

        // Good ones, and what is none: a cosine of 7, a vector of length 3, bytes that are no numbers.
        (double?, byte[]?)[] seen = [(0.8, Embeddings.Of(1, 0)), (7, Embeddings.Of(3, 0)), (null, [1, 2, 3]), (-0.2, Embeddings.Of(0.6f, 0.8f))];
        var view = await lab.FinishAsync(job, image => seen[image]);

        Assert.Equal([0.8, null, null, -0.2], view.Results.Select(static result => result.Similarity));
        await using var db = await lab.Get<IDbContextFactory<AppDbContext>>().CreateDbContextAsync(Token);
        Assert.Equal([(0, GenerationLab.Space), (3, GenerationLab.Space)], (await db.Set<JobEmbedding>().OrderBy(static row => row.Image).ToListAsync(Token)).Select(static row => (row.Image, row.Space)));
        await db.Set<Job>().ExecuteDeleteAsync(Token);
        Assert.Equal(0, await db.Set<JobEmbedding>().CountAsync(Token));
    }

    private static async Task<string> HashOfAsync(GenerationLab lab, NodeId tile) =>
        Assert.IsType<TileNode>((await lab.Get<Web.Boards.BoardHost>().StateAsync(lab.BoardId, Token)).Find(tile)).Content.Sha256;
}
