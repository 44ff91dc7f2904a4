using CanvasWeb.Canvas.Document;

namespace CanvasWeb.Canvas.Tests;

public sealed class OrderKeyTests
{
    private static readonly ClientId s_client = new("c1");

    [Fact]
    public void Random_insertions_stay_in_order_and_valid()
    {
        var random = Seeds.Start(21);
        var keys = new List<OrderKey>();
        for (var i = 0; i < 3_000; i++)
        {
            var at = random.Next(keys.Count + 1);
            var key = OrderKey.Between(at == 0 ? null : keys[at - 1], at == keys.Count ? null : keys[at], new($"c{random.Next(5)}"));
            Assert.True(OrderKey.IsValid(key.Value), key.Value);
            keys.Insert(at, key);
        }

        Assert.Equal(keys.OrderBy(static key => key.Value, StringComparer.Ordinal), keys);
        Assert.Equal(keys.Count, keys.Distinct().Count());
        Assert.True(keys.Max(static key => key.Value.Length) < 24);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void There_is_always_room_between_two_neighbours(bool towardsLow)
    {
        var (low, high) = (OrderKey.First, OrderKey.Between(OrderKey.First, null, s_client));
        for (var i = 0; i < 1_000; i++)
        {
            var middle = OrderKey.Between(low, high, s_client);
            Assert.True(low < middle && middle < high, $"{low} < {middle} < {high}");
            if (towardsLow)
                high = middle;
            else
                low = middle;
        }

        Assert.True(Math.Max(low.Value.Length, high.Value.Length) < 512, "A thousand insertions at one place stay within the limit of the op.");
    }

    [Fact]
    public void Ten_thousand_layers_on_top_or_below_keep_short_keys()
    {
        OrderKey top = OrderKey.First, bottom = OrderKey.First;
        for (var i = 0; i < 10_000; i++)
        {
            var (above, below) = (OrderKey.Between(top, null, s_client), OrderKey.Between(null, bottom, s_client));
            Assert.True(above > top && below < bottom);
            (top, bottom) = (above, below);
        }

        Assert.True(top.Value.Length <= 8 && bottom.Value.Length <= 8, $"{top} {bottom}");
    }

    [Fact]
    public void Two_clients_at_the_same_place_get_different_keys()
    {
        var (low, high) = (OrderKey.First, OrderKey.Between(OrderKey.First, null, s_client));
        Assert.NotEqual(OrderKey.Between(low, high, new("c1")), OrderKey.Between(low, high, new("c2")));
    }

    [Fact]
    public void Spread_gives_rising_keys_between_the_bounds()
    {
        var high = OrderKey.Between(OrderKey.First, null, s_client);
        var keys = OrderKey.Spread(OrderKey.First, high, 200, s_client);
        Assert.Equal(200, keys.Count);
        Assert.Equal(keys.Order().Distinct(), keys);
        Assert.True(keys[0] > OrderKey.First && keys[^1] < high);
        Assert.True(keys.Max(static key => key.Value.Length) < 60);
        var open = OrderKey.Spread(null, null, 50, s_client);
        Assert.Equal(open.Order().Distinct(), open);
        Assert.Equal(50, open.Count);
    }

    [Fact]
    public void A_key_has_no_room_to_itself() => Assert.Throws<ArgumentException>(() => OrderKey.Between(OrderKey.First, OrderKey.First, s_client));

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("a")]
    [InlineData("a0V0")]
    [InlineData("b0")]
    [InlineData("a0-")]
    [InlineData("a0é1")]
    public void What_is_no_key_is_refused(string text) => Assert.Throws<ArgumentException>(() => new OrderKey(text));
}
