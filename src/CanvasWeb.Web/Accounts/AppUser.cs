using CanvasWeb.Web.Data;
using Microsoft.AspNetCore.Identity;

namespace CanvasWeb.Web.Accounts;

/// <summary>A person. Known by sign-ins (issuer, subject) or a password, never by e-mail alone.</summary>
internal sealed class AppUser : IdentityUser
{
    public const int DisplayNameLength = 80;
    public const int Colours = 12;
    public const int SuspendedReasonLength = 300;

    public AppUser()
    {
        Id = RandomId.New();
        SecurityStamp = RandomId.New();
    }

    /// <summary>What others on a board see.</summary>
    [PersonalData]
    public string DisplayName { get; set; } = "";

    /// <summary>Which of the twelve colours for people, 0 to 11.</summary>
    public int Colour { get; set; }

    /// <summary>A culture name like "pt"; empty follows the browser.</summary>
    public string Language { get; set; } = "";

    /// <summary>"light", "dark", or empty to follow the system.</summary>
    public string Theme { get; set; } = "";

    public bool IsAdmin { get; set; }

    /// <summary>Made by "Try it" in development.</summary>
    public bool IsDemo { get; set; }

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the person deleted the account. The row stays, without anything personal, because the ledger's rows point to it.</summary>
    public DateTimeOffset? DeletedAt { get; private set; }

    /// <summary>Since when an admin keeps the person out: no sign-in, no key, no job; null for everybody else.</summary>
    public DateTimeOffset? SuspendedAt { get; private set; }

    /// <summary>The admin's words for it, which the person reads when they try to sign in.</summary>
    public string? SuspendedReason { get; private set; }

    /// <summary>Does the account have a password? Then its user name is the e-mail address for it.</summary>
    public bool HasPassword => PasswordHash is not null;

    /// <summary>
    /// Makes e-mail and password a way in. The address becomes the user name, which is unique among accounts with a password and which
    /// nobody else has: user names of other accounts hold no @.
    /// </summary>
    public void SetPassword(string email, string normalizedEmail, string hash)
    {
        if (NormalizedUserName != normalizedEmail)
        {
            (UserName, NormalizedUserName) = (email, normalizedEmail);
            // A typed address proves nothing, so it never replaces one that a provider vouches for.
            if (!EmailConfirmed)
                (Email, NormalizedEmail) = (email, normalizedEmail);
        }

        PasswordHash = hash;
        SecurityStamp = RandomId.New();
        IsDemo = false;
    }

    public void RemovePassword()
    {
        PasswordHash = null;
        UseIdAsUserName();
        SecurityStamp = RandomId.New();
    }

    /// <summary>A user name for an account without a password: nothing that anybody could type to sign in.</summary>
    public void UseIdAsUserName() => (UserName, NormalizedUserName) = (Id, Id.ToUpperInvariant());

    public void Suspend(string reason, DateTimeOffset now) => (SuspendedAt, SuspendedReason) = (now, reason);

    public void Unsuspend() => (SuspendedAt, SuspendedReason) = (null, null);

    /// <summary>Takes everything personal out of the row.</summary>
    public void Anonymise(DateTimeOffset now)
    {
        DisplayName = "";
        (Email, NormalizedEmail, EmailConfirmed) = (null, null, false);
        PasswordHash = null;
        (UserName, NormalizedUserName) = ("deleted-" + Id, "DELETED-" + Id.ToUpperInvariant());
        (Language, Theme) = ("", "");
        Unsuspend();
        IsAdmin = false;
        SecurityStamp = RandomId.New();
        DeletedAt = now;
    }
}
