namespace CanvasWeb.Web.Accounts.SignIn;

/// <summary>What came of setting a password for a new or an existing account.</summary>
internal abstract record RegisterOutcome
{
    public sealed record Registered(AppUser User) : RegisterOutcome;

    public sealed record BadEmail : RegisterOutcome;

    public sealed record EmailTaken : RegisterOutcome;

    public sealed record NoName : RegisterOutcome;

    /// <param name="Problems">Sentences for the person, in their language.</param>
    public sealed record WeakPassword(IReadOnlyList<string> Problems) : RegisterOutcome;
}
