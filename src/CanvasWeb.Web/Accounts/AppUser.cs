using CanvasWeb.Web.Data;
using Microsoft.AspNetCore.Identity;

namespace CanvasWeb.Web.Accounts;

/// <summary>A person. Known by sign-ins (issuer, subject) or a password, never by e-mail alone.</summary>
internal sealed class AppUser : IdentityUser
{
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
}
