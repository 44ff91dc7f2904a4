using CanvasWeb.Canvas.Document;
using CanvasWeb.Web.Accounts.Sessions;
using CanvasWeb.Web.Boards;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Shell.Languages;
using CanvasWeb.Web.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace CanvasWeb.Web.Tests.Accounts;

/// <summary>What the account page changes: ways in, profile, appearance, and the end of an account.</summary>
public sealed class AccountPageTests(ProviderSite shared) : IClassFixture<ProviderSite>
{
    private readonly RunningSite _site = shared.Site;

    [Fact]
    public async Task A_linked_provider_is_another_way_into_the_same_account()
    {
        using var browser = _site.OpenBrowser();
        await browser.RegisterAsync("link@example.com");
        var account = await browser.AccountAsync();
        await LinkAsync(browser, "Google", "link-google");
        Assert.Contains("Linked. You can sign in this way", browser.Text, StringComparison.Ordinal);

        using var other = _site.OpenBrowser();
        await other.SignInWithAsync("Google", "link-google");
        Assert.Equal(account, await other.AccountAsync());
    }

    [Fact]
    public async Task Linking_asks_who_one_is_when_that_was_more_than_ten_minutes_ago()
    {
        using var browser = _site.OpenBrowser();
        await browser.RegisterAsync("later@example.com");
        _site.Time.Jump(TimeSpan.FromMinutes(11));
        await LinkAsync(browser, "Google", "never-asked");
        Assert.Equal("/account/confirm", browser.Url.AbsolutePath);

        await browser.SubmitAsync("Password", ("Form.Password", "not the password"));
        Assert.Contains("not the password of this account", browser.Text, StringComparison.Ordinal);
        await browser.SubmitAsync("Password", ("Form.Password", SignInSteps.Password));
        Assert.Equal("/account", browser.Url.AbsolutePath);
        await LinkAsync(browser, "Google", "later-google");
        Assert.Contains("Linked. You can sign in this way", browser.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_fresh_round_to_the_linked_provider_confirms_and_one_as_somebody_else_does_not()
    {
        using var browser = _site.OpenBrowser();
        await browser.SignInWithAsync("Microsoft", "conny");
        _site.Time.Jump(TimeSpan.FromMinutes(11));
        await browser.GoAsync("/account/password");
        Assert.Equal("/account/confirm", browser.Url.AbsolutePath);

        // The provider knows the browser and asks all the same: what was begun here says prompt=login.
        await browser.SubmitAsync("Confirm with Microsoft");
        Assert.Contains("Microsoft: login", browser.Html, StringComparison.Ordinal);
        await browser.AnswerProviderAsync("somebody-else");
        Assert.Contains("another Microsoft account than the one linked here", browser.Text, StringComparison.Ordinal);

        await browser.SubmitAsync("Confirm with Microsoft");
        await browser.AnswerProviderAsync("conny");
        Assert.Equal("/account/password", browser.Url.AbsolutePath);
    }

    [Theory]
    [InlineData("Google", "/account/delete", "select_account")]
    [InlineData("Microsoft", "/account/password", "login")]
    public async Task Signing_out_and_in_again_at_a_provider_that_asks_nothing_is_no_way_around_confirming(string provider, string page, string prompt)
    {
        using var browser = _site.OpenBrowser();
        await browser.SignInWithAsync(provider, "walks-in");
        var account = await browser.AccountAsync();
        await browser.SubmitAsync("Sign out");

        // The provider knows the browser, so nobody is asked anything.
        await browser.GoAsync("/account/sign-in");
        await browser.SubmitAsync("Continue with " + provider);
        Assert.Equal(account, await browser.AccountAsync());
        await browser.PostAsync("/account/delete/confirmed", ("understood", "true"));
        Assert.Equal("/account/confirm", browser.Url.AbsolutePath);
        await browser.GoAsync("/account");
        await browser.PostAsync("/account/unlink", ("provider", provider));
        Assert.Equal("/account/confirm", browser.Url.AbsolutePath);
        await browser.GoAsync(page);
        Assert.Equal("/account/confirm", browser.Url.AbsolutePath);
        await browser.SubmitAsync("Confirm with " + provider);
        Assert.Contains($"{provider}: {prompt}", browser.Html, StringComparison.Ordinal);
        await browser.AnswerProviderAsync("walks-in");
        Assert.Equal(page, browser.Url.AbsolutePath);
    }

    [Theory]
    [InlineData("Unlink Google", "Unlinked.")]
    [InlineData("Remove the password", "The password is removed.")]
    public async Task Removing_a_way_in_signs_the_other_browsers_out(string button, string notice)
    {
        using var here = _site.OpenBrowser();
        using var there = _site.OpenBrowser();
        var name = "removes-" + button[..3].ToLowerInvariant();
        await here.RegisterAsync(name + "@example.com");
        await LinkAsync(here, "Google", name);
        await there.SignInWithAsync("Google", name);
        Assert.Equal(await here.AccountAsync(), await there.AccountAsync());
        await here.SubmitAsync(button);
        Assert.Contains(notice, here.Text, StringComparison.Ordinal);
        Assert.NotNull(await here.AccountAsync());
        Assert.Null(await there.AccountAsync());
    }

    [Fact]
    public async Task A_provider_account_that_somebody_else_signs_in_with_is_not_linked()
    {
        using var owner = _site.OpenBrowser();
        await owner.SignInWithAsync("Google", "taken");
        using var browser = _site.OpenBrowser();
        await browser.RegisterAsync("wants-taken@example.com");
        await LinkAsync(browser, "Google", "taken");
        Assert.Contains("Another account here signs in with that Google account", browser.Text, StringComparison.Ordinal);

        using var other = _site.OpenBrowser();
        await other.SignInWithAsync("Google", "taken");
        Assert.Equal(await owner.AccountAsync(), await other.AccountAsync());
    }

    [Fact]
    public async Task A_link_that_another_session_began_is_not_finished()
    {
        using var browser = _site.OpenBrowser();
        await browser.RegisterAsync("begins@example.com");
        await browser.GoAsync("/account");
        browser.StopAt = static url => url.AbsolutePath == "/account/callback/google";
        await LinkAsync(browser, "Google", "half-way");
        var callback = browser.Url.PathAndQuery;
        browser.StopAt = null;
        await browser.RegisterAsync("comes-between@example.com");

        await browser.GoAsync(callback);
        Assert.Contains("Start again here", browser.Text, StringComparison.Ordinal);
        using var other = _site.OpenBrowser();
        await other.SignInWithAsync("Google", "half-way");
        Assert.NotEqual(await browser.AccountAsync(), await other.AccountAsync());
    }

    [Fact]
    public async Task The_last_way_in_stays()
    {
        using var browser = _site.OpenBrowser();
        await browser.SignInWithAsync("Google", "lone");
        var account = await browser.AccountAsync();
        Assert.DoesNotContain("Unlink Google", browser.Html, StringComparison.Ordinal);
        await browser.ConfirmWithAsync("Google", "lone", "/account/password");
        await browser.PostAsync("/account/unlink", ("provider", "Google"));
        Assert.Contains("only way into your account", browser.Text, StringComparison.Ordinal);
        using var other = _site.OpenBrowser();
        await other.SignInWithAsync("Google", "lone");
        Assert.Equal(account, await other.AccountAsync());

        using var local = _site.OpenBrowser();
        await local.RegisterAsync("lone@example.com");
        await local.GoAsync("/account");
        await local.PostAsync("/account/password/remove");
        Assert.Contains("only way into your account", local.Text, StringComparison.Ordinal);
        await other.SignInAsync("lone@example.com");
        Assert.Equal(await local.AccountAsync(), await other.AccountAsync());
    }

    [Fact]
    public async Task An_unlinked_provider_opens_the_account_no_more_and_what_remains_does()
    {
        using var browser = _site.OpenBrowser();
        await browser.SignInWithAsync("Google", "leaver:leaver@example.com");
        var account = await browser.AccountAsync();
        await browser.ConfirmWithAsync("Google", "leaver:leaver@example.com", "/account/password");
        await browser.SubmitAsync("New password", ("Form.Email", "leaver@example.com"), ("Form.Password", SignInSteps.Password));
        Assert.Contains("The new password is set", browser.Text, StringComparison.Ordinal);
        await browser.SubmitAsync("Unlink Google");
        Assert.Contains("Unlinked.", browser.Text, StringComparison.Ordinal);

        using var google = _site.OpenBrowser();
        await google.SignInWithAsync("Google", "leaver");
        Assert.NotEqual(account, await google.AccountAsync());
        using var local = _site.OpenBrowser();
        await local.SignInAsync("leaver@example.com");
        Assert.Equal(account, await local.AccountAsync());
    }

    [Fact]
    public async Task Unlinking_asks_who_one_is_after_ten_minutes()
    {
        using var browser = _site.OpenBrowser();
        await browser.RegisterAsync("slow@example.com");
        await LinkAsync(browser, "Google", "slow-google");
        _site.Time.Jump(TimeSpan.FromMinutes(11));
        await browser.GoAsync("/account");
        await browser.SubmitAsync("Unlink Google");
        Assert.Equal("/account/confirm", browser.Url.AbsolutePath);
        await browser.GoAsync("/account");
        Assert.Contains("Unlink Google", browser.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_new_password_signs_the_other_browsers_out_and_the_old_one_opens_nothing()
    {
        using var here = _site.OpenBrowser();
        using var there = _site.OpenBrowser();
        await here.RegisterAsync("changes@example.com");
        await there.SignInAsync("changes@example.com");
        Assert.NotNull(await there.AccountAsync());
        await here.GoAsync("/account/password");
        await here.SubmitAsync("New password", ("Form.Password", "another quiet wall"));
        Assert.NotNull(await here.AccountAsync());
        Assert.Null(await there.AccountAsync());

        await there.SignInAsync("changes@example.com");
        Assert.Contains("do not go together", there.Text, StringComparison.Ordinal);
        await there.SignInAsync("changes@example.com", "another quiet wall");
        Assert.NotNull(await there.AccountAsync());
    }

    [Fact]
    public async Task A_password_needs_an_address_that_no_other_password_has()
    {
        using var first = _site.OpenBrowser();
        await first.RegisterAsync("mine@example.com");
        using var second = _site.OpenBrowser();
        await second.SignInWithAsync("Google", "wants-mine");
        await second.ConfirmWithAsync("Google", "wants-mine", "/account/password");
        await second.SubmitAsync("New password", ("Form.Email", "Mine@Example.com"), ("Form.Password", SignInSteps.Password));
        Assert.Contains("Another account signs in with this e-mail", second.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_profile_is_cleaned_and_shown()
    {
        using var browser = _site.OpenBrowser();
        await browser.RegisterAsync("profile@example.com");
        await browser.GoAsync("/account");
        await browser.SubmitAsync("Name", ("displayName", "  Zoë\u202E \t of   Ur "), ("colour", "7"));
        Assert.Contains("Saved.", browser.Text, StringComparison.Ordinal);
        var user = (await _site.UsersAsync()).Single(static user => user.UserName == "profile@example.com");
        Assert.Equal("Zoë of Ur", user.DisplayName);
        Assert.Equal(7, user.Colour);

        await browser.SubmitAsync("Name", ("displayName", " \u200B "));
        Assert.Contains("Please give a name", browser.Text, StringComparison.Ordinal);
        await browser.PostAsync("/account/profile", ("displayName", "Zoë"), ("colour", "12"));
        Assert.Equal(7, (await _site.UsersAsync()).Single(static user => user.UserName == "profile@example.com").Colour);
    }

    [Fact]
    public async Task Theme_shows_at_once_and_follows_into_another_browser()
    {
        using var browser = _site.OpenBrowser();
        await browser.RegisterAsync("dark@example.com");
        await browser.GoAsync("/account");
        Assert.DoesNotContain("data-theme", browser.Html, StringComparison.Ordinal);
        await browser.SubmitAsync("Theme", ("theme", "dark"));
        Assert.Contains("data-theme=\"dark\"", browser.Html, StringComparison.Ordinal);

        using var other = _site.OpenBrowser();
        await other.SignInAsync("dark@example.com");
        await other.GoAsync("/account");
        Assert.Contains("data-theme=\"dark\"", other.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_language_without_words_is_neither_offered_nor_taken()
    {
        using var browser = _site.OpenBrowser();
        await browser.RegisterAsync("speaks@example.com");
        await browser.GoAsync("/account");
        foreach (var (culture, _) in SiteLanguages.All.Skip(1))
            Assert.Contains($"<option value=\"{culture}\"", browser.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("value=\"eo\"", browser.Html, StringComparison.Ordinal);
        await browser.PostAsync("/account/appearance", ("theme", ""), ("language", "eo"), ("returnUrl", "/account"));
        Assert.Contains("<html lang=\"en\"", browser.Html, StringComparison.Ordinal);
        Assert.Equal("", (await _site.UsersAsync()).Single(static user => user.UserName == "speaks@example.com").Language);
    }

    [Fact]
    public async Task A_deleted_account_keeps_nothing_personal_and_opens_no_more()
    {
        using var browser = _site.OpenBrowser();
        using var elsewhere = _site.OpenBrowser();
        await browser.SignInWithAsync("Google", "gone:gone@example.com");
        var account = await browser.AccountAsync();
        await elsewhere.SignInWithAsync("Google", "gone");
        await browser.ConfirmWithAsync("Google", "gone:gone@example.com", "/account/delete");
        await browser.SubmitAsync("Delete my account");
        Assert.Equal("/account/delete", browser.Url.AbsolutePath);
        await browser.SubmitAsync("Delete my account", ("understood", "true"));
        Assert.Contains("Your account is deleted", browser.Text, StringComparison.Ordinal);
        Assert.Null(await browser.AccountAsync());
        Assert.Null(await elsewhere.AccountAsync());

        await using var db = await _site.Services.GetRequiredService<IDbContextFactory<AppDbContext>>().CreateDbContextAsync(TestContext.Current.CancellationToken);
        var row = await db.Users.AsNoTracking().SingleAsync(user => user.Id == account, TestContext.Current.CancellationToken);
        Assert.NotNull(row.DeletedAt);
        Assert.Equal(("", null, null, null), (row.DisplayName, row.Email, row.NormalizedEmail, row.PasswordHash));
        Assert.False(await db.UserLogins.AnyAsync(login => login.UserId == account, TestContext.Current.CancellationToken));
        Assert.False(await db.Set<UserSession>().AnyAsync(session => session.UserId == account, TestContext.Current.CancellationToken));

        await browser.SignInWithAsync("Google", "gone");
        Assert.NotEqual(account, await browser.AccountAsync());
    }

    [Fact]
    public async Task Boards_go_with_their_owner_and_stay_when_somebody_else_s()
    {
        using var browser = _site.OpenBrowser();
        using var friend = _site.OpenBrowser();
        await browser.RegisterAsync("owner-goes@example.com");
        await friend.RegisterAsync("owner-stays@example.com");
        var (owner, other) = (await browser.AccountAsync() ?? "", await friend.AccountAsync() ?? "");
        var shelf = _site.Services.GetRequiredService<BoardShelf>();
        var token = TestContext.Current.CancellationToken;
        var (gone, binned, stays) = (RandomId.New(), RandomId.New(), RandomId.New());
        Assert.Equal(BoardChange.Done, await shelf.CreateAsync(owner, gone, "Gone", token));
        Assert.Equal(BoardChange.Done, await shelf.CreateAsync(owner, binned, "In the bin", token));
        Assert.Equal(BoardChange.Done, await shelf.DeleteAsync(owner, binned, token));
        Assert.Equal(BoardChange.Done, await shelf.CreateAsync(other, stays, "Stays", token));
        await _site.Services.GetRequiredService<WriteTransactions>().RunAsync(
            (db, _) =>
            {
                db.Add(new BoardMember(stays, owner, BoardRole.Editor, _site.Time.GetUtcNow()));
                return Task.CompletedTask;
            },
            token);

        await browser.GoAsync("/account/delete");
        await browser.SubmitAsync("Delete my account", ("understood", "true"));
        await using var db = await _site.Services.GetRequiredService<IDbContextFactory<AppDbContext>>().CreateDbContextAsync(token);
        Assert.Equal([stays], await db.Set<Board>().Where(board => board.Id == gone || board.Id == binned || board.Id == stays).Select(static board => board.Id).ToListAsync(token));
        Assert.False(await db.Set<BoardMember>().AnyAsync(member => member.UserId == owner, token));
    }

    [Fact]
    public async Task Deleting_asks_who_one_is_after_ten_minutes()
    {
        using var browser = _site.OpenBrowser();
        await browser.RegisterAsync("stays@example.com");
        await browser.GoAsync("/account");
        _site.Time.Jump(TimeSpan.FromMinutes(11));
        await browser.PostAsync("/account/delete/confirmed", ("understood", "true"));
        Assert.Equal("/account/confirm", browser.Url.AbsolutePath);
        Assert.NotNull(await browser.AccountAsync());
    }

    private static async Task LinkAsync(TestBrowser browser, string provider, string login)
    {
        await browser.GoAsync("/account");
        await browser.SubmitAsync("Link " + provider);
        await browser.AnswerProviderAsync(login);
    }
}
