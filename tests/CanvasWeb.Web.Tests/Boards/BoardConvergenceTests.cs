using System.Globalization;
using System.Text.Json;
using CanvasWeb.Canvas.Document;
using CanvasWeb.Canvas.Document.Sync;
using CanvasWeb.Canvas.Tests;
using CanvasWeb.Web.Boards;
using CanvasWeb.Web.Boards.Wire;
using CanvasWeb.Web.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace CanvasWeb.Web.Tests.Boards;

/// <summary>
/// Several real clients over the real hub and database, while lines are torn in the middle of calls, boards close and open again, and batches are
/// sent twice. The seed decides what people do; the network's timing is its own, so a seed is a start and not a recording.
/// </summary>
public sealed class BoardConvergenceTests(PostgreSqlServer server)
{
    public static TheoryData<DatabaseKind, int> Runs => [.. Seeds.Take(3).SelectMany(static seed => (IEnumerable<(DatabaseKind, int)>)[(DatabaseKind.Sqlite, seed), (DatabaseKind.PostgreSql, seed)])];

    [Theory]
    [MemberData(nameof(Runs))]
    public async Task Clients_agree_when_quiet_whatever_became_of_their_lines(DatabaseKind kind, int seed)
    {
        var random = Seeds.Start(seed);

        // Small rings and snapshots, so that every way of catching up is walked.
        await using var site = await BoardSite.StartAsync(kind, server, ("Boards:RecentOps", "24"), ("Boards:SnapshotEvery", "40"));
        var board = await site.AddBoardAsync();
        var people = new List<Person>();
        for (var i = 0; i < 4; i++)
            people.Add(new(site, board, i % 2 == 0 ? BoardSite.Ann : BoardSite.Bob, new(string.Create(CultureInfo.InvariantCulture, $"c{i}")), random));
        var kills = 0;
        try
        {
            for (var step = 0; step < 600; step++)
            {
                await random.Pick(people).StepAsync(random);
                if (random.Next(150) == 0)
                {
                    // The board is cut off from everybody and its writer forgets all that is not stored.
                    await site.Host.CloseAsync(board);
                    kills++;
                }
            }

            foreach (var person in people)
                await person.QuietAsync();
            var state = await site.Host.StateAsync(board, TestContext.Current.CancellationToken);
            foreach (var person in people)
                await person.CatchUpAsync(state.Seq);

            // 1. All are equal, and show nothing that is not in the log.
            var expected = TestBoard.Shared(state);
            foreach (var person in people)
            {
                Assert.Equal(expected, TestBoard.Shared(person.Replica.Confirmed));
                Assert.Equal(expected, TestBoard.Shared(person.Replica.View));
            }

            // 2. The log has no gap and no double, and its replay is the state.
            await using var db = await site.Contexts.CreateDbContextAsync(TestContext.Current.CancellationToken);
            var log = (await db.Set<BoardOpRow>().AsNoTracking().Where(row => row.BoardId == board).OrderBy(static row => row.Seq).ToListAsync(TestContext.Current.CancellationToken)).ConvertAll(static row => row.Read());
            Assert.Equal(Enumerable.Range(1, log.Count).Select(static seq => (long)seq), log.Select(static row => row.Seq));
            Assert.Equal(log.Count, log.Select(static row => (row.Client, row.ClientSeq)).Distinct().Count());
            Assert.Equal(BoardSnapshot.From(state).Write(), BoardSnapshot.From(BoardReducer.Replay(BoardState.Empty, log)).Write());

            // 3. What was acknowledged is there.
            var stored = log.Select(static row => (row.Client, row.ClientSeq)).ToHashSet();
            Assert.Empty(people.SelectMany(static person => person.Acknowledged).Except(stored));

            // 4. The run was one.
            TestContext.Current.TestOutputHelper?.WriteLine($"log {log.Count}, tears {people.Sum(static person => person.Tears)}, closed {kills}, duplicates {people.Sum(static person => person.Duplicates)}, snapshots {people.Sum(static person => person.Snapshots)}, resyncs {people.Sum(static person => person.Resyncs)}");
            Assert.True(log.Count > 50 && people.Sum(static person => person.Tears) > 0);
            TestBoard.AssertNobodyIsLost(state);

            // 5. The whole log sent once more changes nothing.
            foreach (var person in people)
                await person.SendAgainAsync(log);
            Assert.Equal(log.Count, (await site.Host.StateAsync(board, TestContext.Current.CancellationToken)).Seq);
        }
        finally
        {
            foreach (var person in people)
                await person.DisposeAsync();
        }
    }

    private sealed class Person(BoardSite site, string board, string userId, ClientId client, Random random) : IAsyncDisposable
    {
        private readonly RandomOps _ops = new(random, client);
        private readonly List<(IReadOnlyList<ClientOp> Ops, Task<JsonElement> Answer)> _sent = [];
        private HubLine? _line;

        public ReplicaClient Replica { get; } = new(client, new(userId), BoardRole.Editor, BoardState.Empty, BoardLimits.Default);

        public HashSet<(ClientId, long)> Acknowledged { get; } = [];

        public int Tears { get; private set; }

        public int Duplicates { get; private set; }

        public int Snapshots { get; private set; }

        public int Resyncs { get; private set; }

        public async Task StepAsync(Random random)
        {
            switch (random.Next(100))
            {
                case < 40:
                    Replica.Do(_ops.Next(Replica.View));
                    break;
                case < 46:
                    Replica.Undo();
                    break;
                case < 50:
                    Replica.Redo();
                    break;
                case < 75:
                    await UploadAsync();
                    break;
                case < 93:
                    await TakeInAsync();
                    break;
                case < 97:
                    await TearAsync();
                    break;
                default:
                    await ConnectAsync();
                    break;
            }
        }

        /// <summary>Until the log has everything that was done here.</summary>
        public async Task QuietAsync()
        {
            while (Replica.PendingCount > 0)
            {
                await ConnectAsync();
                await UploadAsync();
                foreach (var (ops, answer) in _sent.ToList())
                    await TakeAnswerAsync(ops, answer);
                _sent.Clear();
                await TearAsync();
            }
        }

        public async Task CatchUpAsync(long seq)
        {
            await ConnectAsync();
            while (Replica.Confirmed.Seq < seq)
                await TakeCallAsync(await _line!.Calls.ReadAsync(TestContext.Current.CancellationToken));
        }

        public async Task SendAgainAsync(IReadOnlyList<SequencedOp> log)
        {
            var own = log.Where(row => row.Client == client).Select(static row => new ClientOp(row.Client, row.ClientSeq, row.Op)).ToList();
            if (own.Count == 0)
                return;
            foreach (var batch in own.Chunk(100))
            {
                var result = await _line!.InvokeAsync<SubmitResult>("SubmitOps", (object)batch);
                Assert.All(result.Outcomes, static outcome => Assert.Equal(OutcomeKind.Duplicate, outcome.Kind));
            }
        }

        public async ValueTask DisposeAsync()
        {
            if (_line is not null)
                await _line.DisposeAsync();
        }

        private async Task UploadAsync()
        {
            if (_line is null)
                return;
            var batch = Replica.TakeBatch();
            if (batch.Count == 0)
                return;
            try
            {
                _sent.Add((batch, await _line.StartAsync("SubmitOps", batch)));
                if (batch[0].ClientSeq % 5 == 0)
                    _sent.Add((batch, await _line.StartAsync("SubmitOps", batch)));
            }
            catch (HubGoneException)
            {
                await TearAsync();
            }
        }

        // Whatever has arrived; the first answer is waited for, so that a run makes progress.
        private async Task TakeInAsync()
        {
            if (_sent.Count > 0)
            {
                var (ops, answer) = _sent[0];
                _sent.RemoveAt(0);
                await TakeAnswerAsync(ops, answer);
            }

            while (_line is not null && _line.Calls.TryRead(out var call))
                await TakeCallAsync(call);
        }

        private async Task TakeAnswerAsync(IReadOnlyList<ClientOp> ops, Task<JsonElement> answer)
        {
            try
            {
                var result = (await answer).Deserialize<SubmitResult>(CanvasJson.Options)!;
                foreach (var (op, outcome) in ops.Zip(result.Outcomes))
                {
                    if (outcome.Kind == OutcomeKind.Accepted)
                        Acknowledged.Add((op.Client, op.ClientSeq));
                    if (outcome.Kind == OutcomeKind.Duplicate)
                        Duplicates++;
                }

                Replica.Receive(result);
            }
            catch (Exception error) when (error is HubGoneException or HubErrorException)
            {
                await TearAsync();
            }
        }

        private async Task TakeCallAsync(HubCall call)
        {
            if (string.Equals(call.Target, "opsApplied", StringComparison.OrdinalIgnoreCase))
                Replica.Receive(call.Read<IReadOnlyList<SequencedOp>>());
            if (!string.Equals(call.Target, "resync", StringComparison.OrdinalIgnoreCase))
                return;
            Resyncs++;
            await JoinAsync();
        }

        private async Task TearAsync()
        {
            if (_line is null)
                return;
            Tears++;
            await _line.DisposeAsync();
            _line = null;
            _sent.Clear();
        }

        private async Task ConnectAsync()
        {
            if (_line is not null)
                return;
            _line = await site.ConnectAsync(userId);
            await JoinAsync();
        }

        private async Task JoinAsync()
        {
            try
            {
                var joined = await _line!.InvokeAsync<JoinResult>("Join", new JoinRequest(board, client, Replica.Reconnect()));
                if (joined.Snapshot is { } snapshot)
                {
                    Snapshots++;
                    Replica.Receive(snapshot);
                }

                Replica.Receive(joined.Ops ?? []);
            }
            catch (HubGoneException)
            {
                await TearAsync();
            }
        }
    }
}
