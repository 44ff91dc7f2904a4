namespace CanvasWeb.Web.Accounts.SignIn;

/// <summary>What came of a password that somebody typed.</summary>
internal abstract record PasswordOutcome
{
    public sealed record Right(AppUser User) : PasswordOutcome;

    /// <summary>Wrong password, or no such account: the person is not told which.</summary>
    public sealed record Wrong : PasswordOutcome;

    /// <summary>Too many wrong ones: none is looked at for this long.</summary>
    public sealed record LockedOut(TimeSpan For) : PasswordOutcome;
}
