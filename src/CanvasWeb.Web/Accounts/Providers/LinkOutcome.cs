namespace CanvasWeb.Web.Accounts.Providers;

/// <summary>What came of linking a provider to an account.</summary>
internal enum LinkOutcome
{
    Linked,

    /// <summary>Somebody else's account has this way in. It stays theirs: they would have to remove it first.</summary>
    BelongsToAnother,

    /// <summary>The account has this provider under another name already; one of each is enough to explain.</summary>
    AlreadyHasOne,
}
