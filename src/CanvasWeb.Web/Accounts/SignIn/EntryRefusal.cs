namespace CanvasWeb.Web.Accounts.SignIn;

/// <summary>Why somebody who proved who they are does not get in.</summary>
internal abstract record EntryRefusal(string Problem)
{
    /// <param name="Reason">The admin's words, for this person.</param>
    public sealed record Suspended(string Reason) : EntryRefusal("suspended");

    /// <summary>Only admins get in while the site is worked on.</summary>
    public sealed record Maintenance() : EntryRefusal("maintenance");
}
