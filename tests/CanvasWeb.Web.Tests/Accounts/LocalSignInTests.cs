using System.Net;
using CanvasWeb.Web.Accounts.SignIn;
using CanvasWeb.Web.Tests.Infrastructure;

namespace CanvasWeb.Web.Tests.Accounts;

/// <summary>E-mail and password, "Try it", and who is an admin.</summary>
public sealed class LocalSignInTests(ProviderSite shared, LocalProviders providers, PostgreSqlServer server) : IClassFixture<ProviderSite>
{
    private readonly RunningSite _site = shared.Site;

    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.PostgreSql)]
    public async Task Somebody_registers_signs_out_and_finds_the_account_again_and_goes_where_they_wanted(DatabaseKind kind)
    {
        await using var site = await RunningSite.StartAsync(kind, server);
        using var browser = site.OpenBrowser();
        await browser.RegisterAsync("Ada@Example.com");
        var account = await browser.AccountAsync();
        Assert.NotNull(account);
        await browser.SubmitAsync("Sign out");
        await browser.GoAsync("/account/password?x=1");
        Assert.Equal("/account/sign-in", browser.Url.AbsolutePath);
        await browser.SubmitAsync("Password", ("Form.Email", " ada@example.COM "), ("Form.Password", SignInSteps.Password));
        Assert.Equal("/account/password?x=1", browser.Url.PathAndQuery);
        Assert.Equal(account, await browser.AccountAsync());
    }

    [Theory]
    [InlineData("not an address", SignInSteps.Password, "Ada", "does not look like an e-mail address")]
    [InlineData("a@b@c", SignInSteps.Password, "Ada", "does not look like an e-mail address")]
    [InlineData("Ada <ada@example.com>", SignInSteps.Password, "Ada", "does not look like an e-mail address")]
    [InlineData("short@example.com", "ninechars", "Ada", "at least 10 characters")]
    [InlineData("same@example.com", "aaaaaaaaaaaa", "Ada", "at least 4 different characters")]
    [InlineData("the-address@example.com", "The-Address@example.com", "Ada", "first thing that others try")]
    [InlineData("nameless@example.com", SignInSteps.Password, " \u200B", "Please give a name")]
    public async Task What_is_wrong_with_a_registration_is_said_and_what_was_typed_stays(string email, string password, string name, string words)
    {
        using var browser = _site.OpenBrowser();
        await browser.RegisterAsync(email, password, name);
        Assert.Contains(words, browser.Text, StringComparison.Ordinal);
        Assert.Contains($"value=\"{WebUtility.HtmlEncode(email)}\"", browser.Html, StringComparison.Ordinal);
        Assert.DoesNotContain(password, browser.Html.Replace(email, "", StringComparison.OrdinalIgnoreCase), StringComparison.Ordinal);
        Assert.Null(await browser.AccountAsync());
    }

    [Fact]
    public async Task An_address_is_registered_once_whatever_its_case()
    {
        using var first = _site.OpenBrowser();
        await first.RegisterAsync("once@example.com");
        using var second = _site.OpenBrowser();
        await second.RegisterAsync("ONCE@example.com", "my own long password");
        Assert.Contains("There is an account with a password for this e-mail", second.Text, StringComparison.Ordinal);
        Assert.Null(await second.AccountAsync());
    }

    [Fact]
    public async Task A_wrong_password_and_an_unknown_address_sound_the_same()
    {
        using var browser = _site.OpenBrowser();
        await browser.RegisterAsync("known@example.com");
        await browser.GoAsync("/account");
        await browser.SubmitAsync("Sign out");
        await browser.SignInAsync("known@example.com", "not the password");
        var wrong = browser.Text;
        Assert.Contains("do not go together", wrong, StringComparison.Ordinal);
        await browser.SignInAsync("unknown@example.com", "not the password");
        Assert.Equal(wrong, browser.Text);
    }

    [Fact]
    public async Task Five_wrong_passwords_lock_the_account_for_five_minutes_even_against_the_right_one()
    {
        using var owner = _site.OpenBrowser();
        await owner.RegisterAsync("locked@example.com");
        using var guesser = _site.OpenBrowser();
        for (var i = 0; i < 5; i++)
            await guesser.SignInAsync("locked@example.com", "guess number " + i);
        await guesser.SignInAsync("locked@example.com");
        Assert.Contains("Too many wrong passwords. Wait 5 min", guesser.Text, StringComparison.Ordinal);
        Assert.Null(await guesser.AccountAsync());
        Assert.NotNull(await owner.AccountAsync());

        _site.Time.Jump(TimeSpan.FromMinutes(5) + TimeSpan.FromSeconds(1));
        await guesser.SignInAsync("locked@example.com");
        Assert.NotNull(await guesser.AccountAsync());
    }

    [Fact]
    public async Task The_right_password_clears_the_count_of_wrong_ones()
    {
        using var browser = _site.OpenBrowser();
        await browser.RegisterAsync("clumsy@example.com");
        for (var round = 0; round < 3; round++)
        {
            for (var i = 0; i < 4; i++)
                await browser.SignInAsync("clumsy@example.com", "guess number " + i);
            await browser.SignInAsync("clumsy@example.com");
            Assert.Contains(browser.Visited, static url => url.AbsolutePath == ReturnUrls.Default);
        }
    }

    [Fact]
    public async Task Too_many_attempts_from_one_network_are_refused_with_words()
    {
        await using var site = await RunningSite.StartAsync(DatabaseKind.Sqlite, server, ("Accounts:SignInsPerFiveMinutes", "3"), ("Accounts:RegistrationsPerHour", "2"));
        using var browser = site.OpenBrowser();
        for (var i = 0; i < 4; i++)
            await browser.SignInAsync($"guess{i}@example.com");
        Assert.Equal(HttpStatusCode.TooManyRequests, browser.Status);
        Assert.Contains("Too many attempts from your network", browser.Text, StringComparison.Ordinal);
        for (var i = 0; i < 3; i++)
        {
            await browser.RegisterAsync($"new{i}@example.com");
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, browser.Status);
        Assert.Contains("Too many new accounts from your network", browser.Text, StringComparison.Ordinal);
        Assert.Equal(2, (await site.UsersAsync()).Count);
    }

    [Fact]
    public async Task A_site_that_takes_no_new_accounts_says_so_and_makes_none()
    {
        await using var site = await RunningSite.StartAsync(DatabaseKind.Sqlite, server, ("Accounts:AllowRegistration", "false"));
        using var browser = site.OpenBrowser();
        await browser.GoAsync("/account/sign-in");
        Assert.DoesNotContain("/account/register", browser.Html, StringComparison.Ordinal);
        await browser.PostAsync("/account/register", ("_handler", "register"), ("Form.Name", "Ada"), ("Form.Email", "ada@example.com"), ("Form.Password", SignInSteps.Password));
        Assert.Empty(await site.UsersAsync());
    }

    [Fact]
    public async Task Try_it_makes_an_account_that_a_password_keeps()
    {
        await using var site = await RunningSite.StartAsync(DatabaseKind.Sqlite, server);
        using var browser = site.OpenBrowser();
        await browser.GoAsync("/account/sign-in");
        await browser.SubmitAsync("Try it");
        var account = await browser.AccountAsync();
        Assert.NotNull(account);
        Assert.Equal("Guest " + account[..4], Assert.Single(await site.UsersAsync()).DisplayName);
        Assert.Contains("Set a password to keep it", browser.Text, StringComparison.Ordinal);

        // It has nothing to confirm with, and is asked for nothing but a click.
        site.Time.Jump(TimeSpan.FromMinutes(11));
        await browser.GoAsync("/account/password");
        await browser.SubmitAsync("no password to ask for");
        await browser.SubmitAsync("New password", ("Form.Email", "kept@example.com"), ("Form.Password", SignInSteps.Password));
        using var other = site.OpenBrowser();
        await other.SignInAsync("kept@example.com");
        Assert.Equal(account, await other.AccountAsync());
        Assert.DoesNotContain("Set a password to keep it", other.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Try_it_is_not_offered_where_a_provider_is_configured()
    {
        using var browser = _site.OpenBrowser();
        await browser.GoAsync("/account/sign-in");
        Assert.DoesNotContain("Try it", browser.Html, StringComparison.Ordinal);
        using var client = new HttpClient { BaseAddress = _site.Address };
        using var response = await client.PostAsync("/account/try", content: null, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Fact]
    public async Task In_development_the_first_account_made_at_the_machine_itself_is_the_admin_and_in_production_none_is()
    {
        await using var development = await RunningSite.StartAsync(DatabaseKind.Sqlite, server);
        using var first = development.OpenBrowser();
        using var second = development.OpenBrowser();
        await first.RegisterAsync("first@example.com");
        await second.RegisterAsync("second@example.com");
        Assert.Equal([true, false], (await development.UsersAsync()).Select(static user => user.IsAdmin));

        await using var production = await RunningSite.StartAsync(DatabaseKind.Sqlite, server, ("environment", "Production"));
        using var stranger = production.OpenBrowser();
        await stranger.RegisterAsync("first@example.com");
        Assert.Equal([false], (await production.UsersAsync()).Select(static user => user.IsAdmin));
    }

    [Fact]
    public async Task A_named_e_mail_makes_an_admin_only_where_a_provider_that_proves_addresses_vouches_for_it()
    {
        await using var site = await providers.StartWithProvidersAsync(server, DatabaseKind.Sqlite, ("environment", "Production"), ("Accounts:Admins:0", "boss@example.com"));
        using var typed = site.OpenBrowser();
        using var microsoft = site.OpenBrowser();
        using var unproven = site.OpenBrowser();
        using var google = site.OpenBrowser();
        await typed.RegisterAsync("boss@example.com");
        await microsoft.SignInWithAsync("Microsoft", "boss:boss@example.com");
        await unproven.SignInWithAsync("Google", "unproven-boss:boss@example.com");
        await google.SignInWithAsync("Google", "boss:boss@example.com");
        Assert.False(await IsAdminAsync(site, typed));
        Assert.False(await IsAdminAsync(site, microsoft));
        Assert.False(await IsAdminAsync(site, unproven));
        Assert.True(await IsAdminAsync(site, google));

        // The menu shows the admin pages to whom they open, and to nobody else.
        await google.GoAsync("/account");
        Assert.Contains("href=\"/admin\"", google.Html, StringComparison.Ordinal);
        await microsoft.GoAsync("/account");
        Assert.Contains("id=\"cw-account-menu\"", microsoft.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("href=\"/admin\"", microsoft.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_typed_address_does_not_become_proven_by_linking_a_provider_with_another_one()
    {
        await using var site = await providers.StartWithProvidersAsync(server, DatabaseKind.Sqlite, ("environment", "Production"), ("Accounts:Admins:0", "chief@example.com"));
        using var browser = site.OpenBrowser();
        await browser.RegisterAsync("chief@example.com");
        await browser.GoAsync("/account");
        await browser.SubmitAsync("Link Google");
        await browser.AnswerProviderAsync("nobody-special:nobody@example.com");
        Assert.Contains("Linked. You can sign in this way", browser.Text, StringComparison.Ordinal);
        Assert.False(await IsAdminAsync(site, browser));
    }

    private static async Task<bool> IsAdminAsync(RunningSite site, TestBrowser browser)
    {
        var account = await browser.AccountAsync();
        var sessions = site.Services.GetRequiredService<CanvasWeb.Web.Accounts.Sessions.SessionStore>();
        var session = Assert.Single(await sessions.OfAsync(account ?? "", TestContext.Current.CancellationToken));
        return (await sessions.FindAsync(session.Id, TestContext.Current.CancellationToken))?.IsAdmin ?? throw new InvalidOperationException("The session is gone.");
    }
}
