using System.Net;
using System.Text.Json;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Tests.Infrastructure;
using Microsoft.AspNetCore.Mvc;

namespace CanvasWeb.Web.Tests.Payments;

public sealed class PaymentTests(PostgreSqlServer server, StripeSigner signer) : IClassFixture<StripeSigner>
{
    private const string Ann = PaymentSite.Ann;

    public static TheoryData<DatabaseKind> Databases => [DatabaseKind.Sqlite, DatabaseKind.PostgreSql];

    [Fact]
    public async Task Buying_opens_a_session_at_Stripe_and_sends_the_buyer_there()
    {
        await using var site = await StartAsync();
        var purchase = RandomId.New();

        var answer = await site.BuyAsync(Ann, purchase);

        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.Equal("https://checkout.stripe.com/c/pay/cs_test_checkout-" + purchase, answer.Headers.Location?.AbsoluteUri);
        var (form, authorization, key) = Assert.Single(site.Stripe.Requests);
        Assert.Equal("Bearer " + PaymentSite.SecretKey, authorization);
        Assert.Equal("checkout-" + purchase, key);
        Assert.Equal(
            new SortedDictionary<string, string>(StringComparer.Ordinal)
            {
                ["mode"] = "payment",
                ["client_reference_id"] = purchase,
                ["payment_intent_data[metadata][canvasweb_purchase]"] = purchase,
                ["line_items[0][quantity]"] = "1",
                ["line_items[0][price_data][currency]"] = "usd",
                ["line_items[0][price_data][unit_amount]"] = "1500",
                ["line_items[0][price_data][product_data][name]"] = "115 CanvasWeb credits",
                ["success_url"] = site.Address + "credits?checkout=done",
                ["cancel_url"] = site.Address + "credits?checkout=canceled",
            },
            new SortedDictionary<string, string>(form, StringComparer.Ordinal));
        Assert.Equal(50, await site.AvailableAsync(Ann));
    }

    [Fact]
    public async Task Only_a_signed_in_person_on_our_own_page_buys_and_only_their_own_purchase()
    {
        await using var site = await StartAsync();
        var purchase = RandomId.New();

        Assert.Equal(HttpStatusCode.Unauthorized, (await site.BuyAsync(null, purchase)).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await site.BuyAsync(Ann, purchase, withToken: false)).StatusCode);
        Assert.Empty(site.Stripe.Requests);
        await site.BuyAsync(Ann, purchase);
        Assert.Equal("/credits?checkout=again", (await site.BuyAsync(PaymentSite.Bob, purchase)).Headers.Location?.OriginalString);
        Assert.Equal("/credits?checkout=again", (await site.BuyAsync(Ann, "no id")).Headers.Location?.OriginalString);
        Assert.Single(site.Stripe.Requests);
    }

    [Theory]
    [InlineData(401)]
    [InlineData(500)]
    public async Task When_Stripe_says_no_the_buyer_is_told_and_nothing_is_booked(int status)
    {
        await using var site = await StartAsync();
        site.Stripe.Fail = status;
        Assert.Equal("/credits?checkout=failed", (await site.BuyAsync(Ann, RandomId.New())).Headers.Location?.OriginalString);
        Assert.Equal(50, await site.AvailableAsync(Ann));
    }

    [Fact]
    public async Task Without_keys_nothing_is_sold_and_no_webhook_is_heard()
    {
        await using var site = await PaymentSite.StartAsync(DatabaseKind.Sqlite, server, signer, configured: false);
        await RefusedAsync(await site.BuyAsync(Ann, RandomId.New()), HttpStatusCode.NotFound, "urn:canvasweb:payments-not-configured");
        await RefusedAsync(await site.SendAsync(Session("x")), HttpStatusCode.NotFound, "urn:canvasweb:payments-not-configured");
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task A_payment_is_booked_once_however_often_Stripe_says_so(DatabaseKind kind)
    {
        await using var site = await StartAsync(kind);
        var purchase = await BuyAsync(site);

        await Parallel.ForAsync(0, 8, TestContext.Current.CancellationToken, async (_, _) => await SentAsync(site, Session(purchase)));
        await SentAsync(site, Session(purchase, kind: "checkout.session.async_payment_succeeded"));

        Assert.Equal(165, await site.AvailableAsync(Ann));
        Assert.Equal("/credits?checkout=again", (await site.BuyAsync(Ann, purchase)).Headers.Location?.OriginalString);
    }

    [Fact]
    public async Task A_bank_transfer_is_booked_when_it_arrives()
    {
        await using var site = await StartAsync();
        var purchase = await BuyAsync(site);

        await SentAsync(site, Session(purchase, status: "unpaid"));
        Assert.Equal(50, await site.AvailableAsync(Ann));
        await SentAsync(site, Session(purchase, kind: "checkout.session.async_payment_succeeded"));
        Assert.Equal(165, await site.AvailableAsync(Ann));
    }

    [Fact]
    public async Task Other_prices_currencies_purchases_and_messages_book_nothing()
    {
        await using var site = await StartAsync();
        var purchase = await BuyAsync(site);

        await SentAsync(site, Session(purchase, amount: 1));
        await SentAsync(site, Session(purchase, currency: "jpy"));
        await SentAsync(site, Session(RandomId.New()));
        await SentAsync(site, Session(null));
        await SentAsync(site, Session(purchase, kind: "checkout.session.expired"));
        await SentAsync(site, """{"type":"invoice.paid","data":{"object":{}}}""");

        Assert.Equal(50, await site.AvailableAsync(Ann));
    }

    [Fact]
    public async Task Messages_that_Stripe_did_not_sign_are_refused()
    {
        await using var site = await StartAsync();
        var purchase = await BuyAsync(site);

        await RefusedAsync(await site.SendAsync(Session(purchase), secret: "whsec_forged"), HttpStatusCode.BadRequest, "urn:canvasweb:webhook-signature");
        await RefusedAsync(await site.SendAsync(Session(purchase), at: site.Time.GetUtcNow().AddMinutes(-6)), HttpStatusCode.BadRequest, "urn:canvasweb:webhook-signature");
        await RefusedAsync(await site.SendAsync("no json"), HttpStatusCode.BadRequest, "urn:canvasweb:webhook-message");
        await RefusedAsync(await site.SendAsync("[]"), HttpStatusCode.BadRequest, "urn:canvasweb:webhook-message");
        await RefusedAsync(await site.SendAsync(new string(' ', 300_000)), HttpStatusCode.RequestEntityTooLarge, "urn:canvasweb:webhook-too-large");

        Assert.Equal(50, await site.AvailableAsync(Ann));
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Refunds_take_credits_back_in_proportion_and_once(DatabaseKind kind)
    {
        await using var site = await StartAsync(kind);
        var purchase = await BuyAsync(site);
        await SentAsync(site, Session(purchase));

        await SentAsync(site, Refund(purchase, 500));
        await SentAsync(site, Refund(purchase, 500));
        Assert.Equal(165 - 38, await site.AvailableAsync(Ann)); // a third of 115, rounded down
        await SentAsync(site, Refund(purchase, 1500));
        await SentAsync(site, Refund(purchase, 500));
        Assert.Equal(50, await site.AvailableAsync(Ann));
    }

    [Fact]
    public async Task A_refund_takes_no_more_than_is_left()
    {
        await using var site = await StartAsync();
        var purchase = await BuyAsync(site);
        await SentAsync(site, Session(purchase));
        await site.SpendAsync(Ann, 150);

        await SentAsync(site, Refund(purchase, 1500));
        Assert.Equal(0, await site.AvailableAsync(Ann));
    }

    [Fact]
    public async Task A_refund_that_comes_before_its_payment_is_not_forgotten()
    {
        await using var site = await StartAsync();
        var purchase = await BuyAsync(site);

        await SentAsync(site, Refund(purchase, 1500));
        Assert.Equal(50, await site.AvailableAsync(Ann));
        await SentAsync(site, Session(purchase));
        Assert.Equal(50, await site.AvailableAsync(Ann));
    }

    private static async Task<string> BuyAsync(PaymentSite site)
    {
        var purchase = RandomId.New();
        Assert.Equal("checkout.stripe.com", (await site.BuyAsync(Ann, purchase)).Headers.Location?.Host);
        return purchase;
    }

    private static async Task SentAsync(PaymentSite site, string message) => Assert.Equal(HttpStatusCode.OK, (await site.SendAsync(message)).StatusCode);

    private static async Task RefusedAsync(HttpResponseMessage answer, HttpStatusCode status, string type)
    {
        Assert.Equal(status, answer.StatusCode);
        Assert.Equal(type, (await answer.Content.ReadFromJsonAsync<ProblemDetails>(TestContext.Current.CancellationToken))?.Type);
    }

    private static string Session(string? purchase, string kind = "checkout.session.completed", string status = "paid", long amount = 1500, string currency = "usd") =>
        JsonSerializer.Serialize(new
        {
            id = "evt_" + RandomId.New(),
            type = kind,
            data = new
            {
                @object = new
                {
                    id = "cs_test_of_" + purchase, @object = "checkout.session", client_reference_id = purchase, payment_status = status, amount_total = amount, currency,
                },
            },
        });

    private static string Refund(string purchase, long sum) => JsonSerializer.Serialize(new
    {
        id = "evt_" + RandomId.New(),
        type = "charge.refunded",
        data = new { @object = new { id = "ch_1", @object = "charge", amount = 1500, amount_refunded = sum, metadata = new { canvasweb_purchase = purchase } } },
    });

    private Task<PaymentSite> StartAsync(DatabaseKind kind = DatabaseKind.Sqlite) => PaymentSite.StartAsync(kind, server, signer);
}
