using System.ComponentModel.DataAnnotations;

namespace CanvasWeb.Web.Accounts;

/// <summary>Who may sign in, for how long, and how often they may try.</summary>
internal sealed record AccountsOptions
{
    public const string Section = "Accounts";

    /// <summary>
    /// Who runs the site: ids of accounts (the account page shows one's own), or e-mail addresses. An e-mail counts only where a provider
    /// that proves addresses vouches for it; one typed at registration does not.
    /// </summary>
    public IReadOnlyList<string> Admins { get; init; } = [];

    /// <summary>May people register with e-mail and password? Providers work either way.</summary>
    public bool AllowRegistration { get; init; } = true;

    /// <summary>A browser that stays away for longer has to sign in again.</summary>
    [Range(1, 365)]
    public int SessionDays { get; init; } = 30;

    /// <summary>Browsers in which one person is signed in at the same time; one more signs the oldest out.</summary>
    [Range(1, 500)]
    public int SessionsPerPerson { get; init; } = 50;

    /// <summary>How long a password or provider answer is good for steps that cannot be taken back.</summary>
    [Range(1, 60)]
    public int ConfirmationMinutes { get; init; } = 10;

    /// <summary>Attempts to sign in with a password from one network address in five minutes.</summary>
    [Range(1, 100_000)]
    public int SignInsPerFiveMinutes { get; init; } = 30;

    /// <summary>New accounts with a password from one network address in an hour.</summary>
    [Range(1, 100_000)]
    public int RegistrationsPerHour { get; init; } = 20;

    /// <summary>Wrong passwords in a row before an account takes none for <see cref="LockoutMinutes"/>.</summary>
    [Range(3, 100)]
    public int PasswordAttempts { get; init; } = 5;

    [Range(1, 1440)]
    public int LockoutMinutes { get; init; } = 5;

    /// <summary>Is this account one of <see cref="Admins"/>?</summary>
    /// <param name="provenEmail">The address, where a provider vouches for it.</param>
    public bool NamesAsAdmin(string userId, string? provenEmail) => Admins.Any(admin =>
        admin.Equals(userId, StringComparison.Ordinal) || admin.Equals(provenEmail, StringComparison.OrdinalIgnoreCase));
}
