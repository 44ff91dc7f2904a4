using CanvasWeb.Web.Accounts;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace CanvasWeb.Web.Tests.Accounts;

/// <summary>What a person does on the sign-in pages, through their forms.</summary>
internal static class SignInSteps
{
    public const string Password = "quiet studio wall";

    /// <summary>A site that offers both local providers.</summary>
    public static async Task<RunningSite> StartWithProvidersAsync(
        this LocalProviders providers, PostgreSqlServer server, DatabaseKind kind = DatabaseKind.Sqlite, params (string Name, string Value)[] settings)
    {
        var issuers = await providers.StartAsync(TestContext.Current.CancellationToken);
        List<(string, string)> all = [];
        foreach (var (name, issuer) in issuers)
        {
            all.AddRange(
            [
                ($"Accounts:{name}:ClientId", LocalProviders.ClientId),
                ($"Accounts:{name}:ClientSecret", LocalProviders.ClientSecret),
                ($"Accounts:{name}:AuthorizationEndpoint", issuer + "/auth"),
                ($"Accounts:{name}:TokenEndpoint", issuer + "/token"),
                ($"Accounts:{name}:UserInformationEndpoint", issuer + "/me"),
            ]);
        }

        return await RunningSite.StartAsync(kind, server, [.. all, .. settings]);
    }

    /// <param name="login">"subject" or "subject:e-mail".</param>
    public static async Task SignInWithAsync(this TestBrowser browser, string provider, string login)
    {
        await browser.GoAsync("/account/sign-in");
        await browser.SubmitAsync("Continue with " + provider);
        await browser.AnswerProviderAsync(login);
    }

    /// <summary>Tells the provider who one is; one that knows the browser from before does not ask.</summary>
    public static async Task AnswerProviderAsync(this TestBrowser browser, string login)
    {
        if (browser.Html.Contains("Who are you?", StringComparison.Ordinal))
            await browser.SubmitAsync("Who are you?", ("login", login), ("answer", "yes"));
        // A provider that knew the browser as somebody else signs them out first, with a form that sends itself.
        if (browser.Html.Contains("Submitting Callback", StringComparison.Ordinal))
            await browser.SubmitAsync("xsrf");
    }

    /// <summary>Opens a page that asks first who one is, and answers at a provider.</summary>
    public static async Task ConfirmWithAsync(this TestBrowser browser, string provider, string login, string page)
    {
        await browser.GoAsync(page);
        await browser.SubmitAsync("Confirm with " + provider);
        await browser.AnswerProviderAsync(login);
        Assert.Equal(page, browser.Url.AbsolutePath);
    }

    public static async Task RegisterAsync(this TestBrowser browser, string email, string password = Password, string name = "Ada")
    {
        await browser.GoAsync("/account/register");
        await browser.SubmitAsync("Create account", ("Form.Name", name), ("Form.Email", email), ("Form.Password", password));
    }

    public static async Task SignInAsync(this TestBrowser browser, string email, string password = Password)
    {
        await browser.GoAsync("/account/sign-in");
        await browser.SubmitAsync("Password", ("Form.Email", email), ("Form.Password", password));
    }

    /// <summary>The id of the account that the browser is signed in to, from its account page; null when it is sent to sign in.</summary>
    public static async Task<string?> AccountAsync(this TestBrowser browser)
    {
        await browser.GoAsync("/account");
        if (browser.Url.AbsolutePath == "/account/sign-in")
            return null;
        var start = browser.Html.IndexOf("<code>", StringComparison.Ordinal) + "<code>".Length;
        return browser.Html.Substring(start, RandomId.Length);
    }

    public static async Task<List<AppUser>> UsersAsync(this RunningSite site)
    {
        await using var db = await site.Services.GetRequiredService<IDbContextFactory<AppDbContext>>().CreateDbContextAsync(TestContext.Current.CancellationToken);
        return await db.Users.AsNoTracking().OrderBy(static user => user.CreatedAt).ToListAsync(TestContext.Current.CancellationToken);
    }
}
