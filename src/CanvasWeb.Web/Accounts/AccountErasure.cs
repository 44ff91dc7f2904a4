using CanvasWeb.Web.Data;

namespace CanvasWeb.Web.Accounts;

/// <summary>
/// What a feature does when a person deletes their account: remove what is theirs alone, and leave what others or the books need. Registered
/// as a singleton by the feature; all run in the transaction that anonymises the account, so they write through its context and nothing else.
/// </summary>
internal delegate Task AccountErasure(AppDbContext db, string userId, CancellationToken cancellationToken);
