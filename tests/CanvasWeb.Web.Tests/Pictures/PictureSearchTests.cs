using System.Net;
using System.Text.Json;
using CanvasWeb.Canvas.Document;
using CanvasWeb.Canvas.Document.Ops;
using CanvasWeb.Contracts;
using CanvasWeb.Web.Boards;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Generation;
using CanvasWeb.Web.Generation.Jobs;
using CanvasWeb.Web.Moderation;
using CanvasWeb.Web.Moderation.Pictures;
using CanvasWeb.Web.Pictures;
using CanvasWeb.Web.Tests.Boards;
using CanvasWeb.Web.Tests.Generation;
using CanvasWeb.Web.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace CanvasWeb.Web.Tests.Pictures;

/// <summary>Pictures found again: by words, by what they show, and by nobody who may not see them.</summary>
public sealed class PictureSearchTests(PostgreSqlServer server)
{
    public static TheoryData<DatabaseKind> Databases => [DatabaseKind.Sqlite, DatabaseKind.PostgreSql];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Databases))]
    public async Task Words_are_found_whatever_their_order_case_and_accents_and_all_of_them_are_needed(DatabaseKind kind)
    {
        await using var lab = await GenerationLab.OpenAsync(kind, server);
        var frame = await lab.AddFrameAsync();
        var cafe = await MakeAsync(lab, BoardSite.Ann, frame, "Un CAFÉ rouge, le soir");
        var foxes = await MakeAsync(lab, BoardSite.Ann, frame, "two red foxes in the snow");
        var han = await MakeAsync(lab, BoardSite.Ann, frame, "雪地里的红狐狸");

        async Task FindsAsync(string query, params string[] jobs) => Assert.Equal(jobs, (await FindAsync(lab, BoardSite.Ann, query)).Pictures.Select(static hit => hit.Result.Job));
        await FindsAsync("soir cafe", cafe);
        await FindsAsync("FOX snow", foxes);
        await FindsAsync("fox hen");
        await FindsAsync("oxes");
        await FindsAsync("狐狸", han);
        await FindsAsync("", han, foxes, cafe);
        await FindsAsync(" , ", han, foxes, cafe);
        var hit = Assert.Single((await FindAsync(lab, BoardSite.Ann, "foxes")).Pictures);
        Assert.Equal((lab.BoardId, "Winter fair", 0, null), (hit.BoardId, hit.BoardName, hit.Result.Image, hit.Similarity));
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task Only_what_the_person_may_see_is_found(DatabaseKind kind)
    {
        await using var lab = await GenerationLab.OpenAsync(kind, server);
        var frame = await lab.AddFrameAsync();
        var anns = await MakeAsync(lab, BoardSite.Ann, frame, "a fox of Ann's");
        var bobs = await MakeAsync(lab, BoardSite.Bob, frame, "a fox of Bob's", count: 2);
        var search = lab.Get<PictureSearch>();

        // 1. One's own; those of a board for who may see it.
        Assert.Equal([anns], (await FindAsync(lab, BoardSite.Ann, "fox")).Pictures.Select(static hit => hit.Result.Job));
        Assert.Equal([bobs, bobs, anns], (await FindAsync(lab, BoardSite.Vic, "fox", lab.BoardId)).Pictures.Select(static hit => hit.Result.Job));
        Assert.Empty((await FindAsync(lab, BoardSite.Eve, "fox")).Pictures);
        Assert.Equal((null, SearchRefusal.BoardMissing), await search.FindAsync(BoardSite.Eve, "fox", lab.BoardId, Token));

        // 2. What is hidden, or withheld, is found by nobody.
        var name = GenerationLab.ContentOf(bobs, 1).Sha256;
        await lab.Get<WriteTransactions>().RunAsync((db, token) => HiddenPictures.HideAsync(db, new() { Sha256 = name, Because = HiddenBecause.Classifier, CreatedAt = lab.Time.GetUtcNow() }, token), Token);
        await lab.Get<HiddenPictures>().ReadAsync(Token);
        Assert.Equal([0], (await FindAsync(lab, BoardSite.Bob, "fox")).Pictures.Select(static hit => hit.Result.Image));
        await using (var db = await lab.Get<IDbContextFactory<AppDbContext>>().CreateDbContextAsync(Token))
            await db.Set<JobResultRow>().Where(row => row.JobId == anns).ExecuteUpdateAsync(set => set.SetProperty(static row => row.WithheldAt, lab.Time.GetUtcNow()), Token);
        Assert.Empty((await FindAsync(lab, BoardSite.Ann, "fox")).Pictures);
        Assert.Equal([bobs], (await FindAsync(lab, BoardSite.Vic, "fox", lab.BoardId)).Pictures.Select(static hit => hit.Result.Job));
        await using (var db = await lab.Get<IDbContextFactory<AppDbContext>>().CreateDbContextAsync(Token))
            await db.Set<JobResultRow>().Where(row => row.JobId == anns).ExecuteUpdateAsync(static set => set.SetProperty(static row => row.WithheldAt, (DateTimeOffset?)null), Token);
        Assert.Equal([anns], (await FindAsync(lab, BoardSite.Ann, "fox")).Pictures.Select(static hit => hit.Result.Job));

        // 3. Who was let off the board finds nothing of it any more, not even what they asked for; nobody does when it is in the bin.
        await using (var db = await lab.Get<IDbContextFactory<AppDbContext>>().CreateDbContextAsync(Token))
            await db.Set<BoardMember>().Where(static member => member.UserId == BoardSite.Bob).ExecuteDeleteAsync(Token);
        Assert.Empty((await FindAsync(lab, BoardSite.Bob, "fox")).Pictures);
        await lab.Get<BoardShelf>().DeleteAsync(BoardSite.Ann, lab.BoardId, Token);
        Assert.Empty((await FindAsync(lab, BoardSite.Ann, "fox")).Pictures);
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task The_best_are_kept_over_many_pages_and_no_more_than_the_limit(DatabaseKind kind)
    {
        await using var lab = await GenerationLab.OpenAsync(kind, server, ("Pictures:Search:PageSize", "2"), ("Pictures:Search:MaxFound", "3"), ("Pictures:Search:MaxJobs", "6"));
        var frame = await lab.AddFrameAsync();
        var jobs = new List<string>();
        for (var i = 0; i < 8; i++)
            jobs.Add(await MakeAsync(lab, BoardSite.Ann, frame, i is 2 or 3 ? "a hen" : "a fox"));

        Assert.Equal([jobs[7], jobs[6], jobs[5]], (await FindAsync(lab, BoardSite.Ann, "fox")).Pictures.Select(static hit => hit.Result.Job));
        Assert.Equal([jobs[7], jobs[6], jobs[5]], (await FindAsync(lab, BoardSite.Ann, "")).Pictures.Select(static hit => hit.Result.Job));
        Assert.Equal([jobs[3], jobs[2]], (await FindAsync(lab, BoardSite.Ann, "hen")).Pictures.Select(static hit => hit.Result.Job));

        // Both are past the six that are looked through.
        await MakeAsync(lab, BoardSite.Ann, frame, "a cow");
        await MakeAsync(lab, BoardSite.Ann, frame, "a cow");
        Assert.Empty((await FindAsync(lab, BoardSite.Ann, "hen")).Pictures);
    }

    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.PostgreSql)]
    public async Task With_a_worker_pictures_are_found_by_what_they_show_and_its_answer_is_kept(DatabaseKind kind)
    {
        await using var site = await BoardSite.StartAsync(kind, server, ("Pictures:Search:EmbedPatienceMs", "60000"));
        var board = await site.AddBoardAsync();
        var frame = new NodeId(RandomId.New());
        Assert.Null((await site.Host.SubmitAsync(board, new(BoardSite.Ann), BoardRole.Owner, [new ClientOp(new("lab"), 1, new FrameAdd(frame, new(0, 0, 64, 64), OrderKey.Between(null, null, new("lab"))))], Token)).Outcomes[0].Refusal);
        var worker = await FakeWorker.ConnectAsync(site);

        // 1. Three pictures without a common word: near, far, and near in another space.
        var made = new List<string>();
        foreach (var (embedding, space) in ((byte[], string)[])[(Embeddings.Of(0.8f, 0.6f), GenerationLab.Space), (Embeddings.Of(0, 1), GenerationLab.Space), (Embeddings.Of(1, 0), "another-space")])
        {
            var asked = await site.Services.GetRequiredService<Web.Generation.Orders.JobOrders>().RequestAsync(new GenerationOrder(BoardSite.Ann, board, frame, new($"thing {made.Count}", Count: 1), RandomId.New()), Token);
            made.Add(Assert.IsType<GenerationOutcome.Accepted>(asked).Job.Id);
            Assert.True(await worker.FinishAsync(await worker.LeaseWellAsync(), shade: (byte)(40 * made.Count), embedding, space));
        }

        // 2. The query is read by the worker, once.
        var first = site.GetAsync(BoardSite.Ann, "/pictures/search?q=a+dog");
        var question = await worker.Line.QuestionAsync();
        Assert.Equal((InferenceProtocol.EmbedText, "a dog"), (question.Target, question.Read<EmbedTextOrder>().Text));
        await worker.Line.AnswerAsync(question, new EmbeddingAnswer(GenerationLab.Space, Embeddings.Of(1, 0)));
        for (var time = 0; time < 2; time++)
        {
            using var answer = time == 0 ? await first : await site.GetAsync(BoardSite.Ann, "/pictures/search?q=A+Dog!");
            var hits = JsonSerializer.Deserialize<PictureHits>(await answer.Content.ReadAsStringAsync(Token), HubLine.Answers)!;
            Assert.True(hits.ByMeaning);
            var hit = Assert.Single(hits.Pictures);
            Assert.Equal((made[0], 0.8), (hit.Result.Job, Math.Round(hit.Similarity!.Value, 5)));
        }

        // 3. Without it words alone are left, and nobody waits.
        await worker.DisposeAsync();
        await Eventually.HoldsAsync("the worker's leaving", () => site.Services.GetRequiredService<Web.Generation.Workers.WorkerRegistry>().Count == 0);
        using var alone = await site.GetAsync(BoardSite.Ann, "/pictures/search?q=thing+1");
        var words = JsonSerializer.Deserialize<PictureHits>(await alone.Content.ReadAsStringAsync(Token), HubLine.Answers)!;
        Assert.Equal((false, made[1]), (words.ByMeaning, Assert.Single(words.Pictures).Result.Job));
        using var stranger = await site.GetAsync(BoardSite.Eve, $"/pictures/search?q=thing&board={board}");
        Assert.Equal(HttpStatusCode.NotFound, stranger.StatusCode);
    }

    [Fact]
    public async Task A_person_searches_no_more_often_than_the_limit_and_others_go_on()
    {
        await using var site = await BoardSite.StartAsync(DatabaseKind.Sqlite, server, ("Pictures:Search:SearchesPerMinute", "2"));
        for (var time = 0; time < 3; time++)
        {
            using var answer = await site.GetAsync(BoardSite.Ann, "/pictures/search?q=fox");
            Assert.Equal(time < 2 ? HttpStatusCode.OK : HttpStatusCode.TooManyRequests, answer.StatusCode);
        }

        using var other = await site.GetAsync(BoardSite.Bob, "/pictures/search?q=fox");
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
    }

    [Fact]
    public async Task Of_a_persons_searches_the_newest_waits_and_those_between_are_not_made()
    {
        await using var site = await BoardSite.StartAsync(DatabaseKind.Sqlite, server, ("Pictures:Search:EmbedPatienceMs", "60000"));
        await using var worker = await FakeWorker.ConnectAsync(site);
        var search = site.Services.GetRequiredService<PictureSearch>();

        // The first one asks the worker; both others come meanwhile.
        var first = search.FindAsync(BoardSite.Ann, "fox", boardId: null, Token);
        var question = await worker.Line.QuestionAsync();
        var second = search.FindAsync(BoardSite.Ann, "foxe", boardId: null, Token);
        var third = search.FindAsync(BoardSite.Ann, "foxes", boardId: null, Token);
        Assert.Equal((null, SearchRefusal.Overtaken), await second);

        await worker.Line.AnswerAsync(question, new EmbeddingAnswer(GenerationLab.Space, Embeddings.Of(1, 0)));
        Assert.NotNull((await first).Hits);
        var next = await worker.Line.QuestionAsync();
        Assert.Equal("foxes", next.Read<EmbedTextOrder>().Text);
        await worker.Line.AnswerAsync(next, new EmbeddingAnswer(GenerationLab.Space, Embeddings.Of(1, 0)));
        Assert.NotNull((await third).Hits);
    }

    private static async Task<string> MakeAsync(GenerationLab lab, string userId, NodeId frame, string prompt, int count = 1)
    {
        lab.Time.Advance(TimeSpan.FromSeconds(1));
        var job = await lab.AskWellAsync(userId, frame, new(prompt, Count: count));
        await lab.FinishAsync(await lab.LeaseWellAsync());
        return job.Id;
    }

    private static async Task<PictureHits> FindAsync(GenerationLab lab, string userId, string query, string? board = null) =>
        Assert.IsType<PictureHits>((await lab.Get<PictureSearch>().FindAsync(userId, query, board, Token)).Hits);
}
