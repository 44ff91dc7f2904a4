using System.Text;
using CanvasWeb.Web.Payments;

namespace CanvasWeb.Web.Tests.Payments;

public sealed class StripeSignatureTests(StripeSigner stripe) : IClassFixture<StripeSigner>
{
    private const string Secret = "whsec_test_of_the_signature";
    private const string Body = """{"id":"evt_1","what":"snow ❄ and “quotes”"}""";

    private static readonly DateTimeOffset s_now = new(2026, 3, 14, 9, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task What_Stripes_library_signs_is_good()
    {
        Assert.True(IsGood(await stripe.SignAsync(Body, Secret, s_now), Body));
    }

    [Fact]
    public async Task One_changed_byte_another_secret_or_another_time_is_not_good()
    {
        var header = await stripe.SignAsync(Body, Secret, s_now);
        Assert.False(IsGood(header, Body.Replace("snow", "Snow", StringComparison.Ordinal)));
        Assert.False(IsGood(header, Body + " "));
        Assert.False(IsGood(await stripe.SignAsync(Body, "whsec_another", s_now), Body));
        Assert.False(IsGood(header.Replace($"t={s_now.ToUnixTimeSeconds()}", $"t={s_now.ToUnixTimeSeconds() + 1}", StringComparison.Ordinal), Body));
    }

    [Theory]
    [InlineData(-301, false)]
    [InlineData(-300, true)]
    [InlineData(300, true)]
    [InlineData(301, false)]
    public async Task A_signature_counts_for_five_minutes(int seconds, bool good)
    {
        Assert.Equal(good, IsGood(await stripe.SignAsync(Body, Secret, s_now.AddSeconds(seconds)), Body));
    }

    [Fact]
    public async Task While_a_secret_is_replaced_one_of_several_signatures_is_enough()
    {
        var good = await stripe.SignAsync(Body, Secret, s_now);
        var other = (await stripe.SignAsync(Body, "whsec_the_old_one", s_now)).Split(',')[1];
        Assert.True(IsGood($"{good.Split(',')[0]},{other},{good.Split(',')[1]}", Body));
        Assert.True(IsGood(good + "," + other + ",v0=" + new string('0', 64), Body));
        Assert.False(IsGood($"{good.Split(',')[0]},{other}", Body));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("v1=,t=")]
    [InlineData("t=1773478800")]
    [InlineData("t=1773478800,v1=")]
    [InlineData("t=1773478800,v1=zz")]
    [InlineData("t=1773478800,v1=0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("t=99999999999999999999,v1=00")]
    [InlineData("t=9223372036854775807,v1=00")]
    [InlineData("t=-1,v1=00")]
    [InlineData("t=1773478800,v1=zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz")]
    public void Nonsense_is_not_good(string? header) => Assert.False(IsGood(header, Body));

    [Fact]
    public async Task Only_version_1_counts()
    {
        var header = await stripe.SignAsync(Body, Secret, s_now);
        Assert.False(IsGood(header.Replace("v1=", "v0=", StringComparison.Ordinal), Body));
        Assert.False(IsGood(header + new string(',', 3000), Body));
    }

    private static bool IsGood(string? header, string body) =>
        StripeSignature.IsGood(header, Encoding.UTF8.GetBytes(body), Secret, s_now, TimeSpan.FromMinutes(5));
}
