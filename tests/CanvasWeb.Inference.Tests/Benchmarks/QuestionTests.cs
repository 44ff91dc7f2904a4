using CanvasWeb.Inference.Benchmarks.Quality;

namespace CanvasWeb.Inference.Tests.Benchmarks;

public sealed class QuestionTests
{
    private static readonly Dictionary<string, string> RedThenBlue = new(StringComparer.Ordinal) { ["left_colour"] = "red", ["right_colour"] = "blue" };

    [Theory]
    [InlineData("red", "blue", "side by side", true, true)]
    [InlineData("red", "green", "side by side", false, true)]
    [InlineData("green", "green", "side by side", false, true)]
    [InlineData("blue", "red", "side by side", false, false)]
    [InlineData("red", "blue", "stack", true, false)]
    public void Both_wants_two_colours_and_order_wants_their_places(string left, string right, string layout, bool both, bool order)
    {
        var reading = Pair(left, right, layout);

        Assert.Equal(both, Question.BothSideBySide.IsRight(reading, RedThenBlue));
        Assert.Equal(order, Question.OrderSideBySide.IsRight(reading, RedThenBlue));
    }

    [Fact]
    public void Two_things_of_one_colour_have_no_order()
    {
        var same = new Dictionary<string, string>(StringComparer.Ordinal) { ["left_colour"] = "red", ["right_colour"] = "red" };

        Assert.False(Question.OrderSideBySide.IsAsked(same));
        Assert.True(Question.BothSideBySide.IsAsked(same));
        Assert.False(Question.BothInStack.IsAsked(same));
    }

    [Fact]
    public void A_plain_background_has_no_ground()
    {
        Assert.False(Question.Ground.IsAsked(Scene("plain")));
        Assert.False(Question.Ground.IsAsked(Scene("space")));
        Assert.True(Question.Ground.IsAsked(Scene("sea")));
        Assert.True(Question.Ground.IsRight(Seen(("scene", ["field", "sea"], "sea")), Scene("sea")));
        Assert.False(Question.Ground.IsRight(Seen(("scene", ["field", "sea"], "field")), Scene("sea")));
    }

    [Fact]
    public void A_label_that_the_judge_does_not_know_is_never_right() =>
        Assert.False(Question.Thing.IsRight(Seen(("thing", ["fox"], "fox")), new Dictionary<string, string>(StringComparer.Ordinal) { ["thing"] = "gryphon" }));

    private static Dictionary<string, string> Scene(string scene) => new(StringComparer.Ordinal) { ["scene"] = scene };

    private static Reading Pair(string left, string right, string layout)
    {
        // The asked colours are second best wherever another one is seen: on its own side a little likelier.
        var seen = Seen(("left_colour", ["red", "blue", "green"], left), ("right_colour", ["blue", "red", "green"], right), ("layout", ["side by side", "stack"], layout));
        return seen;
    }

    /// <summary>The label seen scores 0, the others less and less in the order given.</summary>
    private static Reading Seen(params (string Head, string[] Labels, string Best)[] heads) => new(heads.ToDictionary(
        head => head.Head,
        head => (IReadOnlyDictionary<string, float>)head.Labels.Index().ToDictionary(label => label.Item, label => label.Item == head.Best ? 0f : -5f - label.Index, StringComparer.Ordinal),
        StringComparer.Ordinal));
}
