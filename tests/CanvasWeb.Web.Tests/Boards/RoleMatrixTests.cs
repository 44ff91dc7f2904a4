using System.Net;
using System.Text.Json;
using CanvasWeb.Canvas.Document;
using CanvasWeb.Canvas.Document.Ops;
using CanvasWeb.Canvas.Document.Sync;
using CanvasWeb.Canvas.Geometry;
using CanvasWeb.Contracts;
using CanvasWeb.Web.Accounts;
using CanvasWeb.Web.Boards;
using CanvasWeb.Web.Boards.Wire;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Generation;
using CanvasWeb.Web.Generation.Models;
using CanvasWeb.Web.Generation.Queue;
using CanvasWeb.Web.Tests.Generation;
using CanvasWeb.Web.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;
using static CanvasWeb.Canvas.Tests.TestBoard;

namespace CanvasWeb.Web.Tests.Boards;

/// <summary>Who may do what to a board: everything that acts on one, by every kind of person. A new method or route belongs in here.</summary>
public sealed class RoleMatrixTests(PostgreSqlServer server)
{
    private const string Cam = "cam-may-only-comment-1";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    // "yes": done. "no": refused in words. "hidden": answered as a board or job that never was. "out": nobody is signed in.
    [Theory]
    [InlineData(BoardSite.Ann, "Join yes, SubmitOps frame yes, SubmitOps note yes, SetPresence yes, AckPreview yes, PlanFrame yes, Generate yes, CancelJob yes, uploads yes, exports yes, thumbnail yes, rating yes, report yes, accept yes, discard yes, cancel yes")]
    [InlineData(BoardSite.Bob, "Join yes, SubmitOps frame yes, SubmitOps note yes, SetPresence yes, AckPreview yes, PlanFrame yes, Generate yes, CancelJob hidden, uploads yes, exports yes, thumbnail yes, rating yes, report yes, accept yes, discard yes, cancel hidden")]
    [InlineData(Cam, "Join yes, SubmitOps frame no, SubmitOps note yes, SetPresence yes, AckPreview yes, PlanFrame yes, Generate no, CancelJob hidden, uploads no, exports yes, thumbnail yes, rating hidden, report yes, accept hidden, discard hidden, cancel hidden")]
    [InlineData(BoardSite.Vic, "Join yes, SubmitOps frame no, SubmitOps note no, SetPresence yes, AckPreview yes, PlanFrame yes, Generate no, CancelJob hidden, uploads no, exports yes, thumbnail yes, rating hidden, report yes, accept hidden, discard hidden, cancel hidden")]
    [InlineData(BoardSite.Eve, "Join hidden, SubmitOps frame hidden, SubmitOps note hidden, SetPresence yes, AckPreview yes, PlanFrame hidden, Generate hidden, CancelJob hidden, uploads hidden, exports hidden, thumbnail hidden, rating hidden, report hidden, accept hidden, discard hidden, cancel hidden")]
    [InlineData(null, "hub out, uploads out, exports out, thumbnail out, rating out, report out, accept out, discard out, cancel out")]
    public async Task Everybody_may_what_their_role_says_and_no_more(string? userId, string expected)
    {
        // 1. A board with a frame, a thumbnail, a finished job and two that wait, all of Ann's.
        await using var site = await BoardSite.StartAsync(DatabaseKind.Sqlite, server);
        await site.Services.GetRequiredService<Thumbnails>().StopAsync(Token); // It would draw over the thumbnail of this test.
        var board = await site.AddBoardAsync();
        await using (var db = await site.Contexts.CreateDbContextAsync(Token))
        {
            db.Add(new AppUser { Id = Cam, UserName = Cam, DisplayName = "cam", CreatedAt = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero) });
            db.Add(new BoardMember(board, Cam, BoardRole.Commenter, default));
            db.Add(new BoardThumbnail { BoardId = board, Content = [1] });
            (await db.Set<Board>().SingleAsync(row => row.Id == board, Token)).ShowThumbnail(new string('a', 64), 1_000);
            await db.SaveChangesAsync(Token);
        }

        await site.Services.GetRequiredService<ModelRegistry>().AnnounceAsync([GenerationLab.Description], Token);
        await site.Host.SubmitAsync(board, new(BoardSite.Ann), BoardRole.Owner, [new(new("ann"), 1, Frame("f", At(0, 0, 64, 64)))], Token);
        var made = await AskAsync(site, board);
        await FinishAsync(site, made);
        var (first, second) = (await AskAsync(site, board), await AskAsync(site, board));

        // 2. Everything by the hub, 3. everything by HTTP.
        var found = new List<string>();
        await ByHubAsync(site, userId, board, first, found);
        await ByHttpAsync(site, userId, board, made, second, found);
        Assert.Equal(expected.Split(", "), found);
    }

    private static async Task ByHubAsync(BoardSite site, string? userId, string board, string job, List<string> found)
    {
        HubLine line;
        try
        {
            line = await site.ConnectAsync(userId);
        }
        catch (HubRefusedException refused) when (refused.Status == HttpStatusCode.Unauthorized)
        {
            found.Add("hub out");
            return;
        }

        await using (line)
        {
            await TryAsync("Join", async () => await line.InvokeAsync<JoinResult>("Join", new JoinRequest(board, new("c"))) is not null);
            await TryAsync("SubmitOps frame", () => SubmitAsync(1, Frame("g")));
            await TryAsync("SubmitOps note", () => SubmitAsync(2, Note("n")));
            await TryAsync("SetPresence", () => DoneAsync(line.InvokeAsync("SetPresence", new Presence(Tool: "frame"))));
            await TryAsync("AckPreview", () => DoneAsync(line.InvokeAsync("AckPreview", job, 1)));
            await TryAsync("PlanFrame", async () => (await line.InvokeAsync<PlanView>("PlanFrame", new { frame = new WorldRect(1000, 0, 64, 64) })).Refusal is null);
            await TryAsync("Generate", async () => (await line.InvokeAsync<GenerateResult>("Generate", new GenerateRequest(new("f"), new("a fox", Count: 1), "press"))).Job is not null);
            await TryAsync("CancelJob", async () => await line.InvokeAsync<bool>("CancelJob", job) ? true : null);
        }

        async Task<bool?> SubmitAsync(long seq, BoardOp op) =>
            Assert.Single((await line.InvokeAsync<SubmitResult>("SubmitOps", (List<JsonElement>)[JsonSerializer.SerializeToElement(new ClientOp(new("c"), seq, op), CanvasJson.Options)])).Outcomes).Kind == OutcomeKind.Accepted;

        async Task TryAsync(string name, Func<Task<bool?>> call)
        {
            try
            {
                found.Add(name + await call() switch { true => " yes", false => " no", null => " hidden" });
            }
            catch (HubErrorException error)
            {
                Assert.True(error.Message.EndsWith("not_found", StringComparison.Ordinal) || error.Message.EndsWith("not_joined", StringComparison.Ordinal), error.Message);
                found.Add(name + " hidden");
            }
        }
    }

    private static async Task<bool?> DoneAsync(Task call)
    {
        await call;
        return true;
    }

    private static async Task ByHttpAsync(BoardSite site, string? userId, string board, string made, string waiting, List<string> found)
    {
        await PostAsync("uploads", $"/boards/{board}/uploads", new ByteArrayContent([1, 2, 3]));
        await PostAsync("exports", $"/boards/{board}/exports", JsonContent.Create(new { what = "rect", rect = new { x = 0, y = 0, width = 8, height = 8 }, format = "png" }));
        await SendAsync("thumbnail", HttpMethod.Get, $"/boards/{board}/thumbnail.webp", null);
        await PostAsync("rating", $"/jobs/{made}/results/0/rating", JsonContent.Create(new { stars = 4 }));
        await PostAsync("report", $"/jobs/{made}/results/0/report", null);
        await PostAsync("accept", $"/jobs/{made}/accept", JsonContent.Create((int[])[0]));
        await PostAsync("discard", $"/jobs/{made}/discard", null);
        await PostAsync("cancel", $"/jobs/{waiting}/cancel", null);

        Task PostAsync(string name, string path, HttpContent? content) => SendAsync(name, HttpMethod.Post, path, content);

        async Task SendAsync(string name, HttpMethod method, string path, HttpContent? content)
        {
            using var request = new HttpRequestMessage(method, path) { Content = content };
            using var answer = await site.SendAsync(userId, request);
            found.Add(name + answer.StatusCode switch
            {
                HttpStatusCode.Unauthorized => " out",
                HttpStatusCode.NotFound => " hidden",
                HttpStatusCode.Forbidden => " no",

                // Three bytes are no picture: who is told so was let through.
                _ when name == "uploads" && (int)answer.StatusCode is >= 400 and < 500 => " yes",
                _ when answer.IsSuccessStatusCode => " yes",
                _ => $" {(int)answer.StatusCode}",
            });
        }
    }

    private static async Task<string> AskAsync(BoardSite site, string board)
    {
        var order = new GenerationOrder(BoardSite.Ann, board, new("f"), new("a fox", Count: 1), RandomId.New(), null);
        return Assert.IsType<GenerationOutcome.Accepted>(await site.Services.GetRequiredService<GenerationService>().RequestAsync(order, Token)).Job.Id;
    }

    private static async Task FinishAsync(BoardSite site, string jobId)
    {
        var queue = site.Services.GetRequiredService<JobQueue>();
        var job = await queue.LeaseAsync("worker", new HashSet<string>(StringComparer.Ordinal) { GenerationLab.Model }, Token);
        Assert.Equal(jobId, job?.Id);
        var content = GenerationLab.ContentOf(jobId, 0);
        Assert.True(await queue.StoreAsync(new(jobId, job!.Attempt), 0, content, note: null, Token)); // leased above
        var result = new JobResult
        {
            JobId = jobId,
            Attempt = job.Attempt,
            Pictures = [new ResultPicture(0, content.Sha256, new PixelArea(0, 0, (int)job.Plan.Placement.Width, (int)job.Plan.Placement.Height), 12)],
            ModelHash = "abc",
        };
        Assert.True(await queue.CompleteAsync(result, Token));
    }
}
