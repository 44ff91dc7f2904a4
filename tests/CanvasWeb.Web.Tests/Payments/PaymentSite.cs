using System.Security.Claims;
using System.Text;
using System.Text.Encodings.Web;
using CanvasWeb.Web.Credits;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Payments;
using CanvasWeb.Web.Tests.Infrastructure;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;

namespace CanvasWeb.Web.Tests.Payments;

/// <summary>The payments' part of the site on a real port and a real database, with a Stripe on the loopback; only the sign-in is played.</summary>
internal sealed class PaymentSite : IAsyncDisposable
{
    public const string Ann = "ann-buys-some-credits2";
    public const string Bob = "bob-buys-nothing-here2";
    public const string WebhookSecret = "whsec_of_the_payment_site";
    public const string SecretKey = "sk_test_of_the_payment_site";

    private readonly WebApplication _app;
    private readonly DirectoryInfo _folder;
    private readonly StripeSigner _signer;

    private PaymentSite(WebApplication app, DirectoryInfo folder, StripeSigner signer, ManualTime time, FakeStripe stripe)
    {
        _app = app;
        _folder = folder;
        _signer = signer;
        Time = time;
        Stripe = stripe;
    }

    public ManualTime Time { get; }

    public FakeStripe Stripe { get; }

    public Uri Address => new(_app.Urls.First());

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<PaymentSite> StartAsync(DatabaseKind kind, PostgreSqlServer server, StripeSigner signer, bool configured = true)
    {
        var stripe = await FakeStripe.StartAsync();
        var folder = Directory.CreateTempSubdirectory("canvasweb-payments-");
        var settings = new Dictionary<string, string?> { ["Data:Folder"] = folder.FullName, ["Stripe:ApiBase"] = stripe.Address.AbsoluteUri };
        if (configured)
            (settings["Stripe:SecretKey"], settings["Stripe:WebhookSecret"]) = (SecretKey, WebhookSecret);
        if (kind == DatabaseKind.PostgreSql)
            settings["Data:PostgreSql"] = await server.CreateDatabaseAsync(Token);

        var time = new ManualTime();
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = Environments.Development });
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(settings);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddData(builder.Configuration);
        builder.Services.AddSingleton<TimeProvider>(time);
        builder.Services.AddCredits(builder.Configuration);
        builder.Services.AddPayments(builder.Configuration);
        builder.Services.AddLocalization();
        builder.Services.AddProblemDetails();
        builder.Services.AddAntiforgery();
        builder.Services.AddAuthentication("Header").AddScheme<AuthenticationSchemeOptions, HeaderSignIn>("Header", null);
        builder.Services.AddAuthorization();
        var app = builder.Build();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseAntiforgery();
        app.MapPayments();
        app.MapGet("/token", static (IAntiforgery antiforgery, HttpContext http) => antiforgery.GetAndStoreTokens(http).RequestToken);
        await app.MigrateDataAsync();
        await app.StartAsync(Token);
        return new(app, folder, signer, time, stripe);
    }

    /// <summary>What the form on the credits page sends.</summary>
    public async Task<HttpResponseMessage> BuyAsync(string? user, string purchase, bool withToken = true)
    {
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = new() }) { BaseAddress = Address };
        if (user is not null)
            http.DefaultRequestHeaders.Add("X-Test-User", user);
        var token = await http.GetStringAsync("/token", Token);
        var form = new Dictionary<string, string> { ["purchase"] = purchase };
        if (withToken)
            form["__RequestVerificationToken"] = token;
        using var content = new FormUrlEncodedContent(form);
        return await http.PostAsync(PaymentEndpoints.Checkout, content, Token);
    }

    /// <summary>What Stripe sends.</summary>
    public async Task<HttpResponseMessage> SendAsync(string payload, string? secret = null, DateTimeOffset? at = null)
    {
        using var http = new HttpClient { BaseAddress = Address };
        using var request = new HttpRequestMessage(HttpMethod.Post, PaymentEndpoints.Webhook);
        request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(payload));
        request.Content.Headers.ContentType = new("application/json") { CharSet = "utf-8" };
        request.Headers.Add("Stripe-Signature", await _signer.SignAsync(payload, secret ?? WebhookSecret, at ?? Time.GetUtcNow()));
        return await http.SendAsync(request, Token);
    }

    public async Task<long> AvailableAsync(string user) => (await _app.Services.GetRequiredService<Ledger>().BalanceAsync(user, Token)).Available.Amount;

    public Task SpendAsync(string user, long amount) => _app.Services.GetRequiredService<WriteTransactions>().RunAsync(
        (db, token) => _app.Services.GetRequiredService<Ledger>().HoldAsync(db, user, new(amount), RandomId.New(), Time.GetUtcNow().AddHours(1), token), Token);

    public async ValueTask DisposeAsync()
    {
        var audit = await _app.Services.GetRequiredService<LedgerAuditor>().AuditAsync(CancellationToken.None);
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
        await Stripe.DisposeAsync();
        SqliteConnection.ClearAllPools();
        _folder.Delete(recursive: true);
        Assert.Empty(audit.Problems);
    }

    private sealed class HeaderSignIn(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
        : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
    {
        protected override Task<AuthenticateResult> HandleAuthenticateAsync()
        {
            var who = Request.Headers["X-Test-User"].ToString();
            return Task.FromResult(who.Length == 0
                ? AuthenticateResult.NoResult()
                : AuthenticateResult.Success(new(new(new ClaimsIdentity([new(ClaimTypes.NameIdentifier, who)], Scheme.Name)), Scheme.Name)));
        }
    }
}
