namespace CanvasWeb.Web.Admin.Users;

/// <summary>What came of an admin's change of somebody's account.</summary>
internal enum UserChange
{
    Done,

    /// <summary>Nobody has this id, or the account was deleted.</summary>
    NoSuchUser,

    /// <summary>Nobody locks themselves out; one's own account is deleted on the account page.</summary>
    Oneself,

    /// <summary>Then nobody could run the site.</summary>
    LastAdmin,

    /// <summary>The site's settings make this account an admin; only they can take it back.</summary>
    NamedInSettings,

    /// <summary>The right has to be taken away first.</summary>
    IsAdmin,

    /// <summary>Whoever asks is no admin any more: another one was faster.</summary>
    NotAllowed,
}
