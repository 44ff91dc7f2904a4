namespace CanvasWeb.Web.Accounts.Providers;

/// <summary>The providers that this site offers, in the order in which their buttons stand.</summary>
internal sealed class ConfiguredProviders(IReadOnlyDictionary<string, ProviderOptions> providers, bool isDevelopment)
{
    public const string Google = "Google";
    public const string Microsoft = "Microsoft";

    // The addresses come from each provider's OpenID Connect discovery document.
    private static readonly ProviderOptions GoogleDefaults = new()
    {
        AuthorizationEndpoint = "https://accounts.google.com/o/oauth2/v2/auth",
        TokenEndpoint = "https://oauth2.googleapis.com/token",
        UserInformationEndpoint = "https://openidconnect.googleapis.com/v1/userinfo",
        ConfirmPrompt = "select_account",
        ProvesEmail = true,
    };

    private static readonly ProviderOptions MicrosoftDefaults = new()
    {
        AuthorizationEndpoint = "https://login.microsoftonline.com/common/oauth2/v2.0/authorize",
        TokenEndpoint = "https://login.microsoftonline.com/common/oauth2/v2.0/token",
        UserInformationEndpoint = "https://graph.microsoft.com/oidc/userinfo",
        ConfirmPrompt = "login",
        ProvesEmail = false,
        AlsoAt = ["https://login.live.com"],
    };

    public IEnumerable<string> Names => providers.Keys;

    /// <summary>"Try it" makes an account without asking for anything: for a first look on one's own machine.</summary>
    public bool TryItIsOffered => isDevelopment && providers.Count == 0;

    public bool Contains(string name) => providers.ContainsKey(name);

    public ProviderOptions this[string name] => providers[name];

    /// <exception cref="InvalidOperationException">A provider is half configured.</exception>
    public static ConfiguredProviders Read(IConfiguration configuration, bool isDevelopment)
    {
        var providers = new Dictionary<string, ProviderOptions>(StringComparer.Ordinal);
        foreach (var (name, defaults) in new[] { (Google, GoogleDefaults), (Microsoft, MicrosoftDefaults) })
        {
            var section = configuration.GetSection(AccountsOptions.Section).GetSection(name);
            if (string.IsNullOrEmpty(section[nameof(ProviderOptions.ClientId)]))
                continue;
            var options = defaults with
            {
                ClientId = Setting(nameof(ProviderOptions.ClientId)),
                ClientSecret = Setting(nameof(ProviderOptions.ClientSecret)),
                AuthorizationEndpoint = section[nameof(ProviderOptions.AuthorizationEndpoint)] ?? defaults.AuthorizationEndpoint,
                TokenEndpoint = section[nameof(ProviderOptions.TokenEndpoint)] ?? defaults.TokenEndpoint,
                UserInformationEndpoint = section[nameof(ProviderOptions.UserInformationEndpoint)] ?? defaults.UserInformationEndpoint,
            };
            providers.Add(name, options);

            string Setting(string key) => section[key] is { Length: > 0 } value
                ? value
                : throw new InvalidOperationException($"{section.Path}:{key} is missing: signing in with {name} needs the id and the secret that {name} gave for this site.");
        }

        return new(providers, isDevelopment);
    }

    /// <summary>For the content security policy: where a form on this site may lead.</summary>
    public IEnumerable<string> FormTargets() =>
        providers.Values.SelectMany(static provider => provider.AlsoAt.Prepend(new Uri(provider.AuthorizationEndpoint).GetLeftPart(UriPartial.Authority)));
}
