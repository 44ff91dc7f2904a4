using CanvasWeb.Web.Data;

namespace CanvasWeb.Web.Accounts;

/// <summary>
/// What a feature does when a person deletes their account; it registers one as a singleton. What is theirs alone goes, and what others or
/// the books need stays.
/// </summary>
/// <param name="StopAsync">Ends what is under way, before anything is erased: running jobs, open boards. It may be called again after a failure.</param>
/// <param name="EraseAsync">Erases, in the transaction that anonymises the account: through its context, and nothing else.</param>
internal sealed record AccountErasure(Func<string, CancellationToken, Task> StopAsync, Func<AppDbContext, string, CancellationToken, Task> EraseAsync);
