using System.ComponentModel.DataAnnotations;

namespace CanvasWeb.Web.Accounts.Providers;

/// <summary>
/// A provider that people sign in with, in section <c>Accounts:NAME</c>. It is offered when it has a client id. The addresses are the
/// provider's own unless set, so that tests put a provider of theirs in its place.
/// </summary>
internal sealed record ProviderOptions
{
    public string ClientId { get; init; } = "";

    public string ClientSecret { get; init; } = "";

    [Required, Url]
    public required string AuthorizationEndpoint { get; init; }

    [Required, Url]
    public required string TokenEndpoint { get; init; }

    [Required, Url]
    public required string UserInformationEndpoint { get; init; }

    /// <summary>The <c>prompt</c> that asks the person to show who they are again; each provider knows other words.</summary>
    public required string ConfirmPrompt { get; init; }

    /// <summary>
    /// Does the provider's <c>email_verified</c> mean that the address is the person's? Google's does. Microsoft lets whoever runs a
    /// directory write any address into it, so an address from there proves nothing.
    /// </summary>
    public required bool ProvesEmail { get; init; }

    /// <summary>Other sites that a form sent to the provider may pass through; browsers hold form-action against each redirect.</summary>
    public IReadOnlyList<string> AlsoAt { get; init; } = [];
}
