using System.Security.Cryptography;
using CanvasWeb.Web.Credits;
using CanvasWeb.Web.Tests.Infrastructure;
using FsCheck;
using FsCheck.Fluent;

namespace CanvasWeb.Web.Tests.Credits;

/// <summary>
/// Random sequences of verbs against the ledger and against a model of it: a few numbers in memory that know nothing of rows. After each
/// step outcome and balances are the same; at the end the auditor, which folds the rows, agrees with both. FsCheck shortens what fails.
/// </summary>
public sealed class LedgerModelTests(PostgreSqlServer server, ITestOutputHelper output)
{
    private const int Sequences = 40;

    // Holds, captures and voids most often: they are what the site does all day.
    private static readonly Gen<Step> s_step =
        from verb in Gen.Frequency(
            (4, Gen.Constant(Verb.Hold)), (2, Gen.Constant(Verb.Capture)), (2, Gen.Constant(Verb.Void)), (1, Gen.Constant(Verb.Expire)), (1, Gen.Constant(Verb.Look)),
            (1, Gen.Constant(Verb.Grant)), (1, Gen.Constant(Verb.Purchase)), (1, Gen.Constant(Verb.Refund)), (1, Gen.Constant(Verb.Wait)))
        from person in Gen.Choose(0, 1)
        from job in Gen.Choose(0, 7)
        from amount in Gen.Choose(0, 39)
        select new Step(verb, person, job, amount);

    private int _sequence;

    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.PostgreSql)]
    public async Task The_ledger_does_what_the_model_does(DatabaseKind kind)
    {
        await using var books = await Books.OpenAsync(kind, server);
        // To run a failure again, put its seed here.
        var seed = (ulong)RandomNumberGenerator.GetInt32(int.MaxValue);
        output.WriteLine($"seed {seed}");
        var property = Prop.ForAll(Arb.ToArbitrary(Gen.ArrayOf(s_step), OneLess), steps => RunAsync(books, steps));

        // FsCheck waits for each run; on a thread of its own, so that it waits on no thread that the run needs.
        await Task.Factory.StartNew(
            () => property.Check(Config.QuickThrowOnFailure.WithReplay(seed, 1).WithMaxTest(Sequences).WithStartSize(10).WithEndSize(60)),
            TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    // Every sequence has people and jobs of its own, so that all can share one database, its clock and what other sequences left there.
    private async Task<bool> RunAsync(Books books, Step[] steps)
    {
        var name = FormattableString.Invariant($"s{++_sequence}");
        string[] people = [await books.NewUserAsync(), await books.NewUserAsync()];
        var model = new Model();
        foreach (var step in steps)
        {
            var (user, person) = (people[step.Person], step.Person);
            var job = $"{name}-{step.Job}";
            var now = books.Time.GetUtcNow();
            switch (step.What)
            {
                case Verb.Look:
                    model.Month(person, now);
                    Assert.Equal((model.Available[person], model.Held(person)), await books.BalanceAsync(user));
                    break;
                case Verb.Hold when model.Jobs.TryGetValue(step.Job, out var known) && (known.Person, known.Amount) != (person, step.Amount):
                    await Assert.ThrowsAsync<InvalidOperationException>(() => books.HoldAsync(user, step.Amount, job));
                    break;
                case Verb.Hold:
                    var expiresIn = TimeSpan.FromDays(step.Amount % 3);
                    var expected = model.Hold(person, step.Amount, step.Job, now, now + expiresIn);
                    Assert.Equal(expected, await books.HoldAsync(user, step.Amount, job, expiresIn) is HoldOutcome.Held);
                    break;
                case Verb.Capture or Verb.Void when !model.Jobs.ContainsKey(step.Job):
                    await Assert.ThrowsAsync<InvalidOperationException>(() => books.VoidAsync(job));
                    break;
                case Verb.Capture:
                    var part = step.Amount % (model.Jobs[step.Job].Amount + 1);
                    Assert.Equal(model.Settle(step.Job, TransactionKind.Capture, part), await books.CaptureAsync(job, part));
                    break;
                case Verb.Void:
                    Assert.Equal(model.Settle(step.Job, TransactionKind.Void, 0), await books.VoidAsync(job));
                    break;
                case Verb.Expire:
                    model.Expire(now);
                    await books.Ledger.ExpireAsync(TestContext.Current.CancellationToken);
                    break;
                case Verb.Grant:
                    model.Once($"grant{step.Job}", person, step.Amount + 1, out var before);
                    var granted = await books.Ledger.GrantAsync("admin", user, new(step.Amount + 1), "why", job, TestContext.Current.CancellationToken);
                    Assert.Equal(before is null ? GrantOutcome.Granted : before == (person, step.Amount + 1) ? GrantOutcome.GrantedBefore : GrantOutcome.KeyUsedForAnother, granted);
                    break;
                case Verb.Purchase:
                    model.Once($"purchase{step.Job}", person, step.Amount + 1, out var paid);
                    Assert.Equal(paid is null, await books.PurchaseAsync(user, step.Amount + 1, job));
                    break;
                case Verb.Refund:
                    var taken = Math.Min(step.Amount, model.Available[person]);
                    model.Once($"refund{step.Job}", person, -taken, out var refunded);
                    Assert.Equal(refunded is { } first ? -first.Amount : taken, await books.RefundAsync(user, step.Amount, job));
                    break;
                case Verb.Wait:
                    books.Time.Advance(TimeSpan.FromDays(step.Amount / 4.0));
                    break;
                default:
                    throw new InvalidOperationException();
            }
        }

        var audit = await books.AuditAsync();
        Assert.Empty(audit.Problems);
        for (var person = 0; person < people.Length; person++)
        {
            Assert.Equal(model.Available[person], audit.Balances.GetValueOrDefault(LedgerAccount.Available(people[person])));
            Assert.Equal(model.Held(person), audit.Balances.GetValueOrDefault(LedgerAccount.Held(people[person])));
            model.Month(person, books.Time.GetUtcNow());
            Assert.Equal((model.Available[person], model.Held(person)), await books.BalanceAsync(people[person]));
        }

        return true;
    }

    private static IEnumerable<Step[]> OneLess(Step[] steps) => steps.Select((_, without) => steps.Where((_, place) => place != without).ToArray());

    internal enum Verb
    {
        Hold,
        Capture,
        Void,
        Expire,
        Look,
        Grant,
        Purchase,
        Refund,
        Wait,
    }

    internal sealed record Step(Verb What, int Person, int Job, int Amount);

    private sealed class Model
    {
        private readonly Dictionary<string, (int Person, long Amount)> _once = [];
        private readonly HashSet<(int Person, int Month)> _months = [];

        public long[] Available { get; } = [0, 0];

        public Dictionary<int, ModelJob> Jobs { get; } = [];

        public long Held(int person) => Jobs.Values.Where(job => job.Person == person && job.End is null).Sum(static job => job.Amount);

        public void Month(int person, DateTimeOffset now)
        {
            var first = _months.All(month => month.Person != person);
            if (_months.Add((person, (now.Year * 12) + now.Month)))
                Available[person] += first ? 50 : 15;
        }

        public bool Hold(int person, long amount, int job, DateTimeOffset now, DateTimeOffset expires)
        {
            if (Jobs.ContainsKey(job))
                return true;
            Month(person, now);
            if (Available[person] < amount)
                return false;
            Available[person] -= amount;
            Jobs[job] = new(person, amount, expires);
            return true;
        }

        public Settlement Settle(int job, TransactionKind kind, long captured)
        {
            var hold = Jobs[job];
            if (hold.End is { } end)
                return end with { IsNew = false };
            hold.End = new(kind, new(captured), IsNew: true);
            Available[hold.Person] += hold.Amount - captured;
            return hold.End.Value;
        }

        public void Expire(DateTimeOffset now)
        {
            foreach (var (job, _) in Jobs.Where(job => job.Value.End is null && job.Value.Expires <= now))
                Settle(job, TransactionKind.Expire, 0);
        }

        public void Once(string key, int person, long amount, out (int Person, long Amount)? before)
        {
            before = _once.TryGetValue(key, out var known) ? known : null;
            if (_once.TryAdd(key, (person, amount)))
                Available[person] += amount;
        }
    }

    private sealed class ModelJob(int person, long amount, DateTimeOffset expires)
    {
        public int Person => person;

        public long Amount => amount;

        public DateTimeOffset Expires => expires;

        public Settlement? End { get; set; }
    }
}
