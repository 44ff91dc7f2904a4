using CanvasWeb.Web.Accounts;
using CanvasWeb.Web.Accounts.Page;
using CanvasWeb.Web.Accounts.Sessions;
using CanvasWeb.Web.Audit;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Galleries.Live;
using CanvasWeb.Web.Generation;
using CanvasWeb.Web.Generation.Jobs;
using CanvasWeb.Web.Generation.Orders;
using CanvasWeb.Web.Generation.Queue;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace CanvasWeb.Web.Admin.Users;

/// <summary>
/// What admins do to accounts. Each verb is one transaction with its audit entry, one after the other over the whole site: two admins who
/// act against each other at the same moment do not both succeed, and somebody is always left who can run the site.
/// </summary>
internal sealed class UserAdmin(
    WriteTransactions writes,
    IDbContextFactory<AppDbContext> contexts,
    SessionStore sessions,
    JobQueue queue,
    AccountDeletion deletion,
    AuditLog audit,
    LiveGalleries live,
    IOptions<AccountsOptions> options,
    TimeProvider time)
{
    /// <summary>
    /// Keeps somebody out: no sign-in, no key, no new job. Their sessions end in the same transaction, open pages and boards hear of it at
    /// once, and their open jobs are canceled, each with its credits given back.
    /// </summary>
    public async Task<UserChange> SuspendAsync(string adminId, string userId, string reason, CancellationToken cancellationToken)
    {
        var outcome = UserChange.Done;
        await sessions.EndAllAsync(
            userId,
            async (db, token) =>
            {
                (outcome, var user) = await FindAsync(db, adminId, userId, token);
                if (user is null)
                    return false;
                if (userId == adminId)
                {
                    outcome = UserChange.Oneself;
                    return false;
                }

                // An order that is being taken comes before or finds the account suspended.
                await JobBooking.LockUserAsync(db, userId, token);
                user.Suspend(reason, time.GetUtcNow());
                audit.Add(db, adminId, "user.suspend", Subject(userId), reason);
                return true;
            },
            cancellationToken);
        if (outcome == UserChange.Done)
        {
            // Whoever watches their boards sees nothing more; other processes find out with their next sweep.
            await live.CheckAsync(cancellationToken);
            await CancelJobsAsync(adminId, userId, cancellationToken);
        }

        return outcome;
    }

    public Task<UserChange> UnsuspendAsync(string adminId, string userId, CancellationToken cancellationToken) => writes.RunAsync(
        async (db, token) =>
        {
            var (outcome, user) = await FindAsync(db, adminId, userId, token);
            if (user?.SuspendedAt is null)
                return outcome;
            audit.Add(db, adminId, "user.unsuspend", Subject(userId), "was: " + user.SuspendedReason);
            user.Unsuspend();
            return outcome;
        },
        cancellationToken);

    /// <summary>Gives somebody the right to run the site, or takes it back. It counts with their next request.</summary>
    public async Task<UserChange> SetAdminAsync(string adminId, string userId, bool isAdmin, CancellationToken cancellationToken)
    {
        var outcome = await writes.RunAsync(
            async (db, token) =>
            {
                var (found, user) = await FindAsync(db, adminId, userId, token);
                if (user is null)
                    return found;
                if (!isAdmin && IsNamed(user))
                    return UserChange.NamedInSettings;
                if (!isAdmin && !await ActingAdmins(db).AnyAsync(other => other.Id != userId, token))
                    return UserChange.LastAdmin;
                if (user.IsAdmin == isAdmin)
                    return UserChange.Done;
                user.IsAdmin = isAdmin;
                audit.Add(db, adminId, isAdmin ? "user.make-admin" : "user.unmake-admin", Subject(userId), details: null);
                return UserChange.Done;
            },
            cancellationToken);
        sessions.Forget(userId);
        return outcome;
    }

    /// <summary>Signs somebody out everywhere.</summary>
    public async Task<UserChange> EndSessionsAsync(string adminId, string userId, CancellationToken cancellationToken)
    {
        var outcome = UserChange.Done;
        await sessions.EndAllAsync(
            userId,
            async (db, token) =>
            {
                (outcome, var user) = await FindAsync(db, adminId, userId, token);
                if (user is null)
                    return false;
                audit.Add(db, adminId, "user.end-sessions", Subject(userId), details: null);
                return true;
            },
            cancellationToken);
        return outcome;
    }

    /// <summary>Deletes somebody's account as they could themselves. An admin's is not: that right is taken away first, by another step.</summary>
    public async Task<UserChange> DeleteAsync(string adminId, string userId, string reason, CancellationToken cancellationToken)
    {
        await using (var db = await contexts.CreateDbContextAsync(cancellationToken))
        {
            if (userId == adminId)
                return UserChange.Oneself;
            if (await db.Users.AsNoTracking().FirstOrDefaultAsync(user => user.Id == userId && user.DeletedAt == null, cancellationToken) is not { } user)
                return UserChange.NoSuchUser;
            if (user.IsAdmin || IsNamed(user))
                return UserChange.IsAdmin;
        }

        await deletion.DeleteAsync(userId, db => audit.Add(db, adminId, "user.delete", Subject(userId), reason), cancellationToken);
        return UserChange.Done;
    }

    /// <summary>Is the account an admin by the site's settings, whatever its row says?</summary>
    public bool IsNamed(AppUser user) => options.Value.NamesAsAdmin(user.Id, user.EmailConfirmed ? user.Email : null);

    private static string Subject(string userId) => "user:" + userId;

    private async Task<(UserChange Outcome, AppUser? User)> FindAsync(AppDbContext db, string adminId, string userId, CancellationToken cancellationToken)
    {
        await WriteTransactions.LockAsync(db, "admin:users", cancellationToken);
        if (!await ActingAdmins(db).AnyAsync(admin => admin.Id == adminId, cancellationToken))
            return (UserChange.NotAllowed, null);
        var user = await db.Users.FirstOrDefaultAsync(user => user.Id == userId && user.DeletedAt == null, cancellationToken);
        return (user is null ? UserChange.NoSuchUser : UserChange.Done, user);
    }

    private IQueryable<AppUser> ActingAdmins(AppDbContext db)
    {
        var named = options.Value.Admins.ToList();
        var addresses = named.ConvertAll(static name => name.ToUpperInvariant());
        return db.Users.Where(user => user.DeletedAt == null && user.SuspendedAt == null
            && (user.IsAdmin || named.Contains(user.Id) || (user.EmailConfirmed && user.NormalizedEmail != null && addresses.Contains(user.NormalizedEmail))));
    }

    private async Task CancelJobsAsync(string adminId, string userId, CancellationToken cancellationToken)
    {
        List<string> open;
        await using (var db = await contexts.CreateDbContextAsync(cancellationToken))
        {
            open = await db.Set<Job>().Where(job => job.UserId == userId && (job.State == JobState.Queued || job.State == JobState.Running))
                .OrderBy(static job => job.CreatedAt).Select(static job => job.Id).ToListAsync(cancellationToken);
        }

        foreach (var jobId in open)
            await queue.CancelAsync(jobId, (db, job) => audit.Add(db, adminId, "job.cancel", "job:" + job.Id, "suspended: " + userId), cancellationToken);
    }
}
