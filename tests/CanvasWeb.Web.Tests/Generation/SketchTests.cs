using CanvasWeb.Canvas.Document;
using CanvasWeb.Canvas.Document.Ops;
using CanvasWeb.Contracts;
using CanvasWeb.Imaging;
using CanvasWeb.Web.Accounts;
using CanvasWeb.Web.Boards.Wire;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Generation;
using CanvasWeb.Web.Generation.Jobs;
using CanvasWeb.Web.Tests.Boards;
using CanvasWeb.Web.Tests.Infrastructure;
using CanvasWeb.Web.Tiles;
using Microsoft.EntityFrameworkCore;

namespace CanvasWeb.Web.Tests.Generation;

/// <summary>Sketches over real lines: somebody moves a slider, a worker answers.</summary>
public sealed class SketchTests(PostgreSqlServer server)
{
    // A worker's answer that is late on a busy machine is another question than what these ask.
    private static (string, string) Patient => ("Generation:Sketches:PatienceMs", "60000");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.PostgreSql)]
    public async Task A_sketch_is_asked_of_a_worker_with_small_pictures_and_nothing_of_it_is_kept(DatabaseKind kind)
    {
        await using var site = await BoardSite.StartAsync(kind, server, Patient);
        var (board, one, other) = await AddBoardAsync(site);
        await using var worker = await FakeWorker.ConnectAsync(site);
        var (ann, _) = await site.JoinAsync(BoardSite.Ann, board, "tab-a");

        var asked = ann.FirstAsync<SketchResult>("Sketch", new SketchRequest(OperationKind.Interpolation, [one, other], "a hen", Theta: 0.3, Seed: 7));
        var question = await worker.Line.QuestionAsync();
        var order = question.Read<SketchOrder>();

        Assert.Equal((InferenceProtocol.Sketch, JobTask.Interpolation, 0.3, 7ul, GenerationLab.Model), (question.Target, order.Task, order.Theta, order.Seed, order.Model));
        Assert.Equal((200, 200), (ImageIdentifier.Identify(order.Picture).Width, ImageIdentifier.Identify(order.Other!).Width)); // 400 pixels a side, halved once.

        // While the worker thinks, the line goes on: ops do not wait for a sketch.
        Assert.Null((await ann.InvokeAsync<PlanView>("PlanFrame", new { frame = new { x = 2000, y = 0, width = 64, height = 64 } })).Refusal);
        await worker.Line.AnswerAsync(question, new SketchAnswer(FakeWorker.Preview(500), Busy: false));
        var sketch = await asked;
        Assert.Equal((false, null), (sketch.Busy, sketch.Refusal));
        Assert.StartsWith("data:image/webp;base64,", sketch.Url, StringComparison.Ordinal);
        await using var db = await site.Contexts.CreateDbContextAsync(Token);
        Assert.Equal(0, await db.Set<Job>().CountAsync(Token));
        await ann.DisposeAsync();
    }

    [Fact]
    public async Task A_newer_question_takes_the_place_of_the_one_that_waits()
    {
        await using var site = await BoardSite.StartAsync(DatabaseKind.Sqlite, server, Patient);
        var (board, one, _) = await AddBoardAsync(site);
        await using var worker = await FakeWorker.ConnectAsync(site);
        var (ann, _) = await site.JoinAsync(BoardSite.Ann, board, "tab-a");
        Task<SketchResult> AskAsync(double theta) => ann.FirstAsync<SketchResult>("Sketch", new SketchRequest(OperationKind.TextDiff, [one], "a hen", "a fox", theta));

        var first = AskAsync(0.1);
        var running = await worker.Line.QuestionAsync();
        var (second, third) = (AskAsync(0.2), AskAsync(0.3));

        // One of the two overtakes the other: usually the later one, whose question may have been looked at first, though.
        var overtaken = await Task.WhenAny(second, third);
        var waiting = overtaken == second ? third : second;
        Assert.True((await overtaken).Busy);
        await worker.Line.AnswerAsync(running, new SketchAnswer(FakeWorker.Preview(400), Busy: false));
        Assert.NotNull((await first).Url);
        var next = await worker.Line.QuestionAsync();
        Assert.Equal(waiting == third ? 0.3 : 0.2, next.Read<SketchOrder>().Theta);
        await worker.Line.AnswerAsync(next, new SketchAnswer(null, Busy: true));
        Assert.True((await waiting).Busy);
        await ann.DisposeAsync();
    }

    [Fact]
    public async Task What_may_not_be_made_is_not_sketched_and_no_worker_hears_of_it()
    {
        await using var site = await BoardSite.StartAsync(DatabaseKind.Sqlite, server, Patient);
        var (board, one, _) = await AddBoardAsync(site);
        await using var worker = await FakeWorker.ConnectAsync(site);
        var (ann, _) = await site.JoinAsync(BoardSite.Ann, board, "tab-a");
        var (vic, _) = await site.JoinAsync(BoardSite.Vic, board, "tab-v");
        SketchRequest[] wrong =
        [
            new(OperationKind.TextDiff, [one], "a hen", "a decapitated statue", 0.5),
            new(OperationKind.TextDiff, [one], "a decapitated statue", "a hen", 0.5),
            new(OperationKind.TextDiff, [one], "", "a hen", 0.5),
            new(OperationKind.TextDiff, [one], "a hen", "a fox", 1.5),
            new(OperationKind.Variation, [new("gone")], "a hen"),
            new(OperationKind.Variation, [one], "a hen", Seed: -1),
            new(OperationKind.Upscale, [one], "a hen"),
        ];
        foreach (var request in wrong)
            Assert.NotNull((await ann.FirstAsync<SketchResult>("Sketch", request)).Refusal);
        Assert.NotNull((await vic.FirstAsync<SketchResult>("Sketch", new SketchRequest(OperationKind.Variation, [one], "a hen"))).Refusal);

        // The first question that the worker hears is the good one.
        var good = ann.FirstAsync<SketchResult>("Sketch", new SketchRequest(OperationKind.Variation, [one], "a hen", Eta: 0.75));
        var question = await worker.Line.QuestionAsync();
        Assert.Equal(0.75, question.Read<SketchOrder>().Eta);
        await worker.Line.AnswerAsync(question, new SketchAnswer(null, Busy: false, "This model is tired."));
        Assert.Equal("This model is tired.", (await good).Refusal);
        // Words on their way are no refusals: nothing is there to be appealed.
        await using var db = await site.Contexts.CreateDbContextAsync(Token);
        Assert.Equal(0, await db.Set<Web.Moderation.Refusals.Refusal>().CountAsync(Token));
        await ann.DisposeAsync();
        await vic.DisposeAsync();
    }

    [Fact]
    public async Task A_sketch_is_of_the_model_that_the_order_names_or_of_none()
    {
        await using var site = await BoardSite.StartAsync(DatabaseKind.Sqlite, server, Patient);
        var (board, one, _) = await AddBoardAsync(site);
        await using var worker = await FakeWorker.ConnectAsync(site, hello: false);
        Assert.Null((await worker.Line.InvokeAsync<WorkerWelcome>(
            InferenceProtocol.Hello,
            new WorkerHello(InferenceProtocol.Version, "test/1", [GenerationLab.Description, GenerationLab.Description with { Name = "second" }, GenerationLab.Description with { Name = "words-only", Tasks = [JobTask.TextToImage] }]))).Refusal);
        var (ann, _) = await site.JoinAsync(BoardSite.Ann, board, "tab-a");
        foreach (var wrong in (string[])["words-only", "unknown"])
            Assert.NotNull((await ann.FirstAsync<SketchResult>("Sketch", new SketchRequest(OperationKind.Variation, [one], "a hen", Model: wrong))).Refusal);

        var asked = ann.FirstAsync<SketchResult>("Sketch", new SketchRequest(OperationKind.Variation, [one], "a hen", Model: "second"));
        var question = await worker.Line.QuestionAsync();
        Assert.Equal("second", question.Read<SketchOrder>().Model);
        await worker.Line.AnswerAsync(question, new SketchAnswer(FakeWorker.Preview(400), Busy: false));
        Assert.NotNull((await asked).Url);
        await ann.DisposeAsync();
    }

    [Fact]
    public async Task Sketches_are_judged_by_the_scores_of_their_pictures_and_their_own()
    {
        await using var site = await BoardSite.StartAsync(DatabaseKind.Sqlite, server, Patient);
        var (board, one, other) = await AddBoardAsync(site);
        await using var worker = await FakeWorker.ConnectAsync(site);
        var (ann, _) = await site.JoinAsync(BoardSite.Ann, board, "tab-a");
        async Task<SketchResult> AnsweredAsync(PictureScores picture, PictureScores end, PictureScores made)
        {
            var asked = ann.FirstAsync<SketchResult>("Sketch", new SketchRequest(OperationKind.Interpolation, [one, other], "a hen", Theta: 0.5));
            var question = await worker.Line.QuestionAsync();
            Assert.True(question.Read<SketchOrder>().Score);
            var inputs = new Dictionary<string, PictureScores>(StringComparer.Ordinal) { [JobInputs.Picture] = picture, [JobInputs.Other] = end };
            await worker.Line.AnswerAsync(question, new SketchAnswer(FakeWorker.Preview(400), Busy: false, Refusal: null, inputs, made));
            return await asked;
        }

        var (fine, over) = (new PictureScores(0.1, 0, 0.9, 0, 0, 5), new PictureScores(0, 0, 0.05, 0.95, 0, 5));
        Assert.NotNull((await AnsweredAsync(fine, fine, fine)).Url);
        foreach (var sketch in (SketchResult[])[await AnsweredAsync(over, fine, fine), await AnsweredAsync(fine, over, fine), await AnsweredAsync(fine, fine, over)])
            Assert.Equal((null, true), (sketch.Url, sketch.Refusal is { Length: > 0 }));
        await ann.DisposeAsync();
    }

    [Fact]
    public async Task A_site_that_needs_scores_shows_no_sketch_without_them()
    {
        await using var site = await BoardSite.StartAsync(DatabaseKind.Sqlite, server, Patient, ("Moderation:Pictures:NeedScores", "true"));
        var (board, one, _) = await AddBoardAsync(site);
        await using var worker = await FakeWorker.ConnectAsync(site);
        var (ann, _) = await site.JoinAsync(BoardSite.Ann, board, "tab-a");
        var asked = ann.FirstAsync<SketchResult>("Sketch", new SketchRequest(OperationKind.Variation, [one], "a hen"));
        await worker.Line.AnswerAsync(await worker.Line.QuestionAsync(), new SketchAnswer(FakeWorker.Preview(400), Busy: false));
        Assert.NotNull((await asked).Refusal);
        await ann.DisposeAsync();
    }

    [Fact]
    public async Task What_is_over_the_budget_asks_nobody_whether_it_may()
    {
        await using var site = await BoardSite.StartAsync(DatabaseKind.Sqlite, server, ("Boards:SketchesPerSecond", "1"));
        var (board, one, _) = await AddBoardAsync(site);
        var (vic, _) = await site.JoinAsync(BoardSite.Vic, board, "tab-v");
        var answers = new List<SketchResult>();
        for (var i = 0; i < 20 && answers.LastOrDefault() is not { Busy: true }; i++)
            answers.Add(await vic.FirstAsync<SketchResult>("Sketch", new SketchRequest(OperationKind.Variation, [one], "a hen")));

        // The first is refused for what they are; then the budget alone speaks.
        Assert.NotNull(answers[0].Refusal);
        Assert.Equal((true, null), (answers[^1].Busy, answers[^1].Refusal));
        await vic.DisposeAsync();
    }

    [Fact]
    public async Task Without_a_worker_and_past_the_budget_the_answer_is_busy()
    {
        await using var site = await BoardSite.StartAsync(DatabaseKind.Sqlite, server, ("Boards:SketchesPerSecond", "1"));
        var (board, one, _) = await AddBoardAsync(site);
        await site.Services.GetRequiredService<Web.Generation.Models.ModelRegistry>().AnnounceAsync([GenerationLab.Description], Token);
        var (ann, _) = await site.JoinAsync(BoardSite.Ann, board, "tab-a");
        for (var i = 0; i < 4; i++)
            Assert.True((await ann.FirstAsync<SketchResult>("Sketch", new SketchRequest(OperationKind.Variation, [one], "a hen"))).Busy);
        await ann.DisposeAsync();
    }

    [Fact]
    public async Task Turns_are_one_a_person_and_no_more_people_than_the_limit()
    {
        var turns = new PersonTurns();
        Assert.True(await turns.TakeAsync("ann", 2));
        var waits = turns.TakeAsync("ann", 2);
        Assert.False(waits.IsCompleted);
        Assert.True(await turns.TakeAsync("bob", 2));
        Assert.False(await turns.TakeAsync("eve", 2));
        turns.End("ann");
        Assert.True(await waits);
        turns.End("ann");
        turns.End("bob");
        Assert.Equal(0, turns.Count);
    }

    private static async Task<(string Board, NodeId One, NodeId Other)> AddBoardAsync(BoardSite site)
    {
        var board = await site.AddBoardAsync();
        var ids = new List<NodeId>();
        for (var i = 0; i < 2; i++)
        {
            var content = await site.Services.GetRequiredService<TileStore>().AddAsync(FakeWorker.Picture(400, 400, (byte)(50 + (100 * i))), TileOrigin.Upload, BoardSite.Ann, Token);
            ids.Add(new(RandomId.New()));
            var result = await site.Host.SubmitAsync(
                board, new(BoardSite.Ann), BoardRole.Owner, [new ClientOp(new("lab"), i + 1, new TileAdd(ids[i], new(500 * i, 0, 400, 400), OrderKey.Between(null, null, new("lab")), content))], Token);
            Assert.Null(result.Outcomes[0].Refusal);
        }

        return (board, ids[0], ids[1]);
    }
}
