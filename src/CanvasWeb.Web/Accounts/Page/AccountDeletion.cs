using CanvasWeb.Web.Accounts.Sessions;
using CanvasWeb.Web.Accounts.SignIn;
using CanvasWeb.Web.Data;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace CanvasWeb.Web.Accounts.Page;

/// <summary>
/// Deletes an account: every feature erases what is the person's, and the row itself stays without anything personal, because the ledger is
/// append-only and its rows name it. What is erased is erased in one transaction, all or nothing.
/// </summary>
internal sealed class AccountDeletion(IEnumerable<AccountErasure> erasures, WriteTransactions writes, SessionStore sessions, TimeProvider time, ILogger<AccountDeletion> logger)
{
    public Task DeleteAsync(string userId, CancellationToken cancellationToken) => DeleteAsync(userId, static _ => { }, cancellationToken);

    /// <param name="note">What else is written in the transaction that erases.</param>
    public async Task DeleteAsync(string userId, Action<AppDbContext> note, CancellationToken cancellationToken)
    {
        // Nobody comes in as this person any more, so nothing new begins while the rest goes.
        await sessions.EndOthersAsync(userId, keptSessionId: null, cancellationToken);
        foreach (var erasure in erasures)
            await erasure.StopAsync(userId, cancellationToken);
        await writes.RunAsync(
            async (db, token) =>
            {
                await LocalAccounts.LockUserAsync(db, userId, token);
                foreach (var erasure in erasures)
                    await erasure.EraseAsync(db, userId, token);
                await db.Set<UserSession>().Where(session => session.UserId == userId).ExecuteDeleteAsync(token);
                await db.Set<IdentityUserLogin<string>>().Where(login => login.UserId == userId).ExecuteDeleteAsync(token);
                await db.Set<IdentityUserToken<string>>().Where(row => row.UserId == userId).ExecuteDeleteAsync(token);
                await db.Set<IdentityUserClaim<string>>().Where(claim => claim.UserId == userId).ExecuteDeleteAsync(token);
                (await db.Users.FirstAsync(user => user.Id == userId, token)).Anonymise(time.GetUtcNow());
                note(db);
            },
            cancellationToken);
        logger.LogInformation("Account {UserId} was deleted", userId);
    }
}
