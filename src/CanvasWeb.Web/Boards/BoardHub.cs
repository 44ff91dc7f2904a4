using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Json;
using CanvasWeb.Canvas.Document;
using CanvasWeb.Canvas.Document.Sync;
using CanvasWeb.Canvas.Frames;
using CanvasWeb.Web.Accounts;
using CanvasWeb.Web.Boards.Wire;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Generation;
using CanvasWeb.Web.Generation.Orders;
using CanvasWeb.Web.Generation.Previews;
using CanvasWeb.Web.Generation.Sketches;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.SignalR;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace CanvasWeb.Web.Boards;

/// <summary>A browser's line to a board. Thin: it checks who calls and what they may, and hands on.</summary>
[Authorize]
internal sealed class BoardHub(
    BoardHost host,
    BoardAccess access,
    BoardAudience audience,
    JobOrders orders,
    JobQuestions questions,
    SketchDesk sketches,
    PreviewRelay previews,
    IDbContextFactory<AppDbContext> contexts,
    IHubContext<BoardHub, IBoardClient> hub,
    IOptions<BoardsOptions> options,
    TimeProvider time,
    ILogger<BoardHub> logger) : Hub<IBoardClient>
{
    public const string Path = "/hubs/board";

    private BoardViewer? Viewer
    {
        get => (BoardViewer?)Context.Items[nameof(Viewer)];
        set => Context.Items[nameof(Viewer)] = value;
    }

    private HubBudgets Budgets
    {
        get
        {
            if (Context.Items.TryGetValue(nameof(Budgets), out var known))
                return (HubBudgets)known!; // Only this puts it there.
            var budgets = new HubBudgets(options.Value, time);
            Context.Items[nameof(Budgets)] = budgets;
            return budgets;
        }
    }

    /// <summary>Opens a board on this connection; a connection is on one board at a time.</summary>
    public async Task<JoinResult> Join(JoinRequest request)
    {
        await WaitAsync(Budgets.Calls, 1);
        await LeaveAsync();
        var userId = UserId();
        var role = await access.RoleAsync(request.BoardId, userId, Context.ConnectionAborted) ?? throw new HubException(HubErrors.BoardNotFound);
        await using var db = await contexts.CreateDbContextAsync(Context.ConnectionAborted);
        var user = await db.Users.Where(user => user.Id == userId).Select(static user => new { user.DisplayName, user.Colour }).FirstOrDefaultAsync(Context.ConnectionAborted)
            ?? throw new HubException(HubErrors.BoardNotFound);
        var name = await db.Set<Board>().Where(board => board.Id == request.BoardId).Select(static board => board.Name).FirstAsync(Context.ConnectionAborted);

        // First among the audience, then the state: whatever is stored in between is sent as an op. The other way round it would be missed.
        var viewer = new BoardViewer(
            audience, request.BoardId, Context.ConnectionId, userId, new(request.Client, new(userId), user.DisplayName, user.Colour, role),
            hub.Clients.Client(Context.ConnectionId), Context.Abort, options.Value, time, logger);
        if (!audience.Enter(viewer, options.Value.ViewersPerBoard))
        {
            await viewer.DisposeAsync();
            throw new HubException(HubErrors.TooManyPeople);
        }

        Viewer = viewer;
        try
        {
            return await OpenAsync(viewer, request, role, name);
        }
        catch
        {
            // Nobody is half on a board.
            await LeaveAsync();
            throw;
        }
    }

    /// <summary>Ops in the client's order. Retries are recognised by their numbers.</summary>
    /// <param name="ops">As JSON, so that one that cannot be read is refused alone.</param>
    public async Task<SubmitResult> SubmitOps(IReadOnlyList<JsonElement> ops)
    {
        await WaitAsync(Budgets.Ops, ops.Count);
        await WaitAsync(Budgets.OpBytes, ops.Sum(static op => (double)JsonMarshal.GetRawUtf8Value(op).Length));
        var (viewer, role) = await OnBoardAsync();
        var outcomes = new OpOutcome[ops.Count];
        var readable = new List<(int Index, ClientOp Op)>(ops.Count);
        for (var i = 0; i < ops.Count; i++)
        {
            var (op, refusal) = Read(ops[i]);
            if (op is not null && op.Client != viewer.Person.Client)
                (op, refusal) = (null, new(RefusalCodes.ClientTaken, "This op was made by another tab than the one that sends it."));
            if (op is not null)
                readable.Add((i, op));
            else
                outcomes[i] = new(ClientSeqOf(ops[i]), OutcomeKind.Refused, Refusal: refusal);
        }

        var result = await TryAsync(() => host.SubmitAsync(viewer.BoardId, viewer.Person.Actor, role, [.. readable.Select(static read => read.Op)], Context.ConnectionAborted));
        for (var i = 0; i < readable.Count; i++)
            outcomes[readable[i].Index] = result.Outcomes[i];
        return new(result.Head, [.. outcomes]);
    }

    /// <summary>Where the caller is and what they hold. Latest wins; too many are dropped.</summary>
    public void SetPresence(Presence presence)
    {
        // The role is not read thirty times a second: nothing is written, and who is let off a board is cut from it (BoardAudience.Close).
        if (Viewer is { } viewer && Budgets.Presence.TryTake(1) && presence.IsValid)
            audience.SetPresence(viewer, presence);
    }

    /// <summary>What a frame would do and cost, on the board as the server has it.</summary>
    public async Task<PlanView> PlanFrame(PlanQuestion question)
    {
        await WaitAsync(Budgets.Calls, 1);
        var (viewer, _) = await OnBoardAsync();
        return await TryAsync(() => questions.PlanAsync(viewer.UserId, viewer.BoardId, question, Context.ConnectionAborted));
    }

    /// <summary>Presses "Generate".</summary>
    public async Task<GenerateResult> Generate(GenerateRequest request)
    {
        await WaitAsync(Budgets.Calls, 1);
        var (viewer, _) = await OnBoardAsync();

        // Not by the connection's token: a press whose answer nobody hears still counts, and its retry finds the job.
        var order = new GenerationOrder(viewer.UserId, viewer.BoardId, request.FrameId, request.Settings, request.RequestId, request.VariationOf, request.Operation);
        return await TryAsync(() => orders.RequestAsync(order, CancellationToken.None)) switch
        {
            GenerationOutcome.Accepted accepted => new(accepted.Job),
            GenerationOutcome.Refused refused => new(Refusal: refused.Refusal),
            _ => throw new UnreachableException(),
        };
    }

    /// <summary>What an operation on tiles of the board would cost.</summary>
    public async Task<OperationPrice> PriceOf(PictureOperation operation, FrameSettings settings)
    {
        await WaitAsync(Budgets.Calls, 1);
        var (viewer, _) = await OnBoardAsync();
        return await TryAsync(() => questions.PriceAsync(viewer.UserId, viewer.BoardId, operation, settings, Context.ConnectionAborted));
    }

    /// <summary>A low-step picture while somebody moves a slider: a stream of one, since ops and presence wait for a call's answer and not for a stream's.</summary>
    public IAsyncEnumerable<SketchResult> Sketch(SketchRequest request, CancellationToken cancellationToken)
    {
        var viewer = Viewer ?? throw new HubException(HubErrors.NotJoined);
        return SketchAsync(viewer, isOverBudget: !Budgets.Sketches.TryTake(1), request, cancellationToken);
    }

    /// <summary>Cancels an own job. False: there is none, or it has ended.</summary>
    public async Task<bool> CancelJob(string jobId)
    {
        await WaitAsync(Budgets.Calls, 1);
        var (viewer, _) = await OnBoardAsync();
        return await orders.CancelAsync(viewer.UserId, jobId, CancellationToken.None);
    }

    /// <summary>A preview is painted: the next of its job may come.</summary>
    public void AckPreview(string jobId, int step)
    {
        if (Viewer is not null)
            previews.Acknowledge(Context.ConnectionId, jobId, step);
    }

    public Task Leave() => LeaveAsync();

    public override Task OnDisconnectedAsync(Exception? exception) => LeaveAsync();

    private async Task<JoinResult> OpenAsync(BoardViewer viewer, JoinRequest request, BoardRole role, string name)
    {
        // Once more, now that a change would cut this line: one between the first look and here has found nobody to cut.
        if (await access.RoleAsync(viewer.BoardId, viewer.UserId, Context.ConnectionAborted) != role)
            throw new HubException(HubErrors.TryAgain);
        previews.Join(viewer.BoardId, Context.ConnectionId, viewer.UserId);
        var recent = await TryAsync(() => host.RecentAsync(viewer.BoardId, Context.ConnectionAborted));

        // A tab that has nothing yet gets everything, also where that is the state before the first op (a duplicated board).
        var tail = request.HaveSeq > 0 ? recent.After(request.HaveSeq) : new(recent.State, null);
        viewer.Follow(recent, tail.State.Seq);
        return new(
            role,
            viewer.Person.Actor,
            name,
            tail.State.Seq,
            audience.People(viewer.BoardId),
            new(BoardLimits.Default, FrameLimits.Default, options.Value.MessageBytes, options.Value.PresenceHz),
            tail.Ops is null ? BoardSnapshot.From(tail.State).For(request.Client) : null,
            tail.Ops);
    }

    private async IAsyncEnumerable<SketchResult> SketchAsync(BoardViewer viewer, bool isOverBudget, SketchRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // The budget first: what is over it costs no question to the database.
        if (isOverBudget)
        {
            yield return new(Busy: true);
            yield break;
        }

        var role = await access.RoleAsync(viewer.BoardId, viewer.UserId, cancellationToken) ?? throw new HubException(HubErrors.BoardNotFound);
        if (role is not (BoardRole.Editor or BoardRole.Owner))
            yield return new(Refusal: JobAccess.OnlyLooking.Message);
        else
            yield return await TryAsync(() => sketches.SketchAsync(viewer.UserId, viewer.BoardId, request, cancellationToken));
    }

    private async Task LeaveAsync()
    {
        if (Viewer is not { } viewer)
            return;
        Viewer = null;
        previews.Leave(Context.ConnectionId);
        audience.Leave(viewer);
        await viewer.DisposeAsync();
    }

    // On each call: who was let off a board, or whose board went to the bin, must not go on by a connection from before.
    private async Task<(BoardViewer Viewer, BoardRole Role)> OnBoardAsync()
    {
        var viewer = Viewer ?? throw new HubException(HubErrors.NotJoined);
        var role = await access.RoleAsync(viewer.BoardId, viewer.UserId, Context.ConnectionAborted);
        if (role is null)
        {
            await LeaveAsync();
            throw new HubException(HubErrors.BoardNotFound);
        }

        return (viewer, role.Value);
    }

    private Task WaitAsync(CallBudget budget, double count)
    {
        var wait = budget.Take(count);
        return wait == TimeSpan.Zero ? Task.CompletedTask : Task.Delay(wait, time, Context.ConnectionAborted);
    }

    private string UserId() => (Context.User ?? throw new HubException(HubErrors.BoardNotFound)).UserId();

    private static async Task<T> TryAsync<T>(Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (BoardUnavailableException error)
        {
            throw new HubException(HubErrors.TryAgain, error);
        }
    }

    private static (ClientOp? Op, Refusal? Refusal) Read(JsonElement json) =>
        JsonMarshal.GetRawUtf8Value(json).Length > BoardLimits.Default.MaxOpBytes
            ? (null, new(RefusalCodes.TooLarge, "This is too large for one step. Do it in smaller parts."))
            : CanvasJson.ReadClientOp(json);

    // 0 for an op whose number cannot be read either.
    private static long ClientSeqOf(JsonElement json) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty("clientSeq", out var seq) && seq.ValueKind == JsonValueKind.Number && seq.TryGetInt64(out var value) ? value : 0;
}
