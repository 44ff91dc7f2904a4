using CanvasWeb.Web.Provenance;

namespace CanvasWeb.Web.Tests.Provenance;

public sealed class GraphLayoutTests
{
    [Fact]
    public void What_was_made_from_another_stands_to_its_right_and_no_two_share_a_place()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        for (var round = 0; round < 200; round++)
        {
            string[] names = [.. Enumerable.Range(0, random.Next(1, 40)).Select(static i => $"n{i}")];
            var edges = names.SelectMany((name, i) => Enumerable.Range(0, random.Next(3)).Where(_ => i > 0).Select(_ => (From: names[random.Next(i)], To: name))).Distinct().ToList();
            var placed = GraphLayout.Place(names, edges.ToLookup(static edge => edge.To, static edge => edge.From));

            Assert.True(placed.Count == names.Length && placed.Values.Distinct().Count() == names.Length, $"seed {seed}, round {round}");
            Assert.All(edges, edge => Assert.True(placed[edge.From].Column < placed[edge.To].Column, $"seed {seed}, round {round}: {edge}"));
        }
    }

    [Fact]
    public void A_picture_that_is_carried_on_stays_at_one_height_and_its_variations_hang_below()
    {
        var placed = GraphLayout.Place(["a", "b", "c", "d"], new[] { (From: "a", To: "b"), (From: "b", To: "c"), (From: "a", To: "d") }.ToLookup(static edge => edge.To, static edge => edge.From));

        Assert.Equal([(0, 0), (1, 0), (2, 0), (1, 1)], [placed["a"], placed["b"], placed["c"], placed["d"]]);
    }
}
