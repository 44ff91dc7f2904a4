using CanvasWeb.Web.Accounts.Providers;
using CanvasWeb.Web.Admin.Limits;

namespace CanvasWeb.Web.Accounts.SignIn;

/// <summary>By which ways new people get in just now: what is configured, as far as the site's limits leave it open.</summary>
internal sealed class Doors(ConfiguredProviders providers, SiteLimits limits)
{
    /// <summary>The site is worked on: only administrators get in, by whichever way.</summary>
    public bool IsMaintenance => limits.Now.Maintenance;

    public bool TryIt => providers.TryItIsOffered && limits.Now is { Maintenance: false, TryIt: true };

    /// <summary>New accounts with a password.</summary>
    public bool Registration => limits.Now is { Maintenance: false, Registration: true };

    /// <summary>New accounts for people whom a provider sends.</summary>
    public bool ProviderRegistration => limits.Now is { Maintenance: false, ProviderRegistration: true };
}
