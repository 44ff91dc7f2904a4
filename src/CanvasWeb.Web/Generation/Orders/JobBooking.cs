using CanvasWeb.Web.Admin.Limits;
using CanvasWeb.Web.Credits;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Generation.Jobs;
using CanvasWeb.Web.Moderation;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace CanvasWeb.Web.Generation.Orders;

/// <summary>The one way into the queue: who may have a job now, then, in one transaction, its price held and its row.</summary>
internal sealed class JobBooking(
    IDbContextFactory<AppDbContext> contexts,
    WriteTransactions writes,
    PromptGate gate,
    Ledger ledger,
    SiteLimits limits,
    IOptions<GenerationOptions> options,
    TimeProvider time)
{
    private readonly GenerationOptions _options = options.Value;

    /// <summary>One order of a person after the other, until the transaction ends.</summary>
    public static Task LockUserAsync(AppDbContext db, string userId, CancellationToken cancellationToken) => WriteTransactions.LockAsync(db, "generation:user:" + userId, cancellationToken);

    /// <summary>A job that may still have pictures, or has: any other is no answer to who asks again.</summary>
    public static bool IsAnswer(JobState state) => state is JobState.Queued or JobState.Running or JobState.Succeeded;

    public static GenerationRefusal Reused { get; } =
        new(GenerationRefusalCodes.RequestReused, "This key was used before for another request. Use a new key for each request, and the same one only to repeat it.");

    /// <summary>
    /// Everything that would refuse an order, asked before its pictures are stored, or who is refused could fill the disk: the words, then whether
    /// the site takes jobs, then the balance. The words are asked here alone; the rest counts when it is asked again under the lock.
    /// </summary>
    public async Task<GenerationRefusal?> RefusalOfAsync(JobTicket ticket, CancellationToken cancellationToken)
    {
        if (await gate.CheckAsync(ticket.UserId, ticket.BoardId, ticket.Settings.Prompt, ticket.Settings.NegativePrompt, ticket.Operation?.FromPrompt, cancellationToken) is { } unwanted)
            return unwanted;
        await using (var db = await contexts.CreateDbContextAsync(cancellationToken))
        {
            if (await ClosedAsync(db, ticket.UserId, ticket.Source, cancellationToken) is { } closed)
                return closed;
        }

        var available = (await ledger.BalanceAsync(ticket.UserId, cancellationToken)).Available.Amount;
        return available < ticket.Price ? NotEnough(ticket.Price, available) : null;
    }

    /// <summary>The job and its price, or neither. A doubled order finds its twin.</summary>
    /// <param name="note">What else is written in the transaction that queues it.</param>
    public Task<(Job? Job, GenerationRefusal? Refusal)> BookAsync(JobTicket ticket, Action<AppDbContext, Job>? note, CancellationToken cancellationToken) => writes.RunAsync<(Job?, GenerationRefusal?)>(
        async (db, token) =>
        {
            // 1. One order of a person after the other: caps are exact, and a doubled order finds its twin.
            await LockUserAsync(db, ticket.UserId, token);
            var jobs = db.Set<Job>();
            if (await jobs.FirstOrDefaultAsync(job => job.UserId == ticket.UserId && job.RequestId == ticket.RequestId, token) is { } twin)
            {
                if (twin.RequestHash != ticket.RequestHash)
                    return (null, Reused);
                if (!ticket.MayReplace || IsAnswer(twin.State))
                    return (twin, null);

                // Saved by itself: the id has to be free before another row takes it. What is refused below takes it back no more, and need not.
                twin.GiveUpRequestId();
                await db.SaveChangesAsync(token);
            }

            // Asked under the lock under which an admin suspends: what is queued before that is canceled with the rest, and nothing comes after it.
            if (await ClosedAsync(db, ticket.UserId, ticket.Source, token) is { } closed)
                return (null, closed);

            // 2. The price, and with it the job.
            var at = time.GetUtcNow();
            var job = Job.Queue(ticket, at);
            var hold = await ledger.HoldAsync(db, ticket.UserId, new(ticket.Price), job.Id, at + TimeSpan.FromHours(_options.MaxOpenHours + 1), token);
            if (hold is HoldOutcome.NotEnough short_)
                return (null, NotEnough(ticket.Price, short_.Available.Amount));
            db.Add(job);
            db.AddRange(ticket.Ingredients.Take(JobIngredient.MaxOfJob).Select((ingredient, position) => new JobIngredient
            {
                JobId = job.Id,
                Position = position,
                Sha256 = ingredient.Sha256,
                Role = ingredient.Role,
                SourceJob = ingredient.Job,
                SourceImage = ingredient.Image,
            }));
            note?.Invoke(db, job);
            return (job, null);
        },
        cancellationToken);

    private async Task<GenerationRefusal?> ClosedAsync(AppDbContext db, string userId, JobSource source, CancellationToken cancellationToken)
    {
        var now = limits.Now;
        if (now.Maintenance)
            return new(GenerationRefusalCodes.Maintenance, "This site is being worked on and takes no new jobs just now. " + (now.MaintenanceMessage.Length > 0 ? now.MaintenanceMessage : "Try again later; what you made is safe."));
        if (await db.Users.AnyAsync(user => user.Id == userId && user.SuspendedAt != null, cancellationToken))
            return new(GenerationRefusalCodes.Suspended, "This account is suspended and cannot make pictures.");
        var jobs = db.Set<Job>();
        if (await jobs.CountAsync(job => job.UserId == userId && job.Source == source && job.State == JobState.Queued, cancellationToken) >= now.QueuedPerPerson)
            return new(GenerationRefusalCodes.QueueFull, FormattableString.Invariant($"You have {now.QueuedPerPerson} jobs waiting, which is the most. Wait for one to start, or cancel one."));
        return await jobs.CountAsync(static job => job.State == JobState.Queued, cancellationToken) >= _options.MaxQueued
            ? new(GenerationRefusalCodes.QueueFull, "Too many pictures are waiting just now. Try again in a few minutes.")
            : null;
    }

    private static GenerationRefusal NotEnough(long price, long available) => new(
        GenerationRefusalCodes.NotEnoughCredits, FormattableString.Invariant($"You have {available} credits left. This needs {price}."), price, available);
}
