namespace CanvasWeb.Inference.Benchmarks.Quality;

/// <summary>Something that can be asked of a picture whose truth is known. Null answers mean that it makes no sense for that truth.</summary>
internal sealed class Question
{
    /// <summary>Without a horizon, a time of day or weather there is no ground to name.</summary>
    private static readonly string[] NoPlace = ["plain", "space"];

    private readonly Func<IReadOnlyDictionary<string, string>, bool> _isAsked;
    private readonly Func<Reading, IReadOnlyDictionary<string, string>, bool> _isRight;

    private Question(string name, Func<IReadOnlyDictionary<string, string>, bool> isAsked, Func<Reading, IReadOnlyDictionary<string, string>, bool> isRight) =>
        (Name, _isAsked, _isRight) = (name, isAsked, isRight);

    public static Question Ground { get; } = new("ground", static truth => truth.TryGetValue("scene", out var scene) && !NoPlace.Contains(scene), static (reading, truth) => reading.Best("scene") == truth["scene"]);

    public static Question Light { get; } = OfHead("light");

    public static Question Colour { get; } = OfHead("colour");

    public static Question Shape { get; } = OfHead("shape");

    public static Question Thing { get; } = OfHead("thing");

    public static Question BothSideBySide { get; } = Both("left_colour", "right_colour");

    public static Question BothInStack { get; } = Both("top_colour", "bottom_colour");

    public static Question OrderSideBySide { get; } = Order("left_colour", "right_colour", "side by side");

    public static Question OrderInStack { get; } = Order("top_colour", "bottom_colour", "stack");

    /// <summary>What every language is asked.</summary>
    public static IReadOnlyList<Question> OfLanguages { get; } = [Ground, Light, Colour, Thing, BothSideBySide, BothInStack];

    public string Name { get; }

    /// <summary>One label by one head.</summary>
    public static Question OfHead(string head) => new(head, truth => truth.ContainsKey(head), (reading, truth) => reading.Best(head) == truth[head]);

    public bool IsAsked(IReadOnlyDictionary<string, string> truth) => _isAsked(truth);

    /// <param name="truth">One that <see cref="IsAsked"/>.</param>
    public bool IsRight(Reading reading, IReadOnlyDictionary<string, string> truth) => _isRight(reading, truth);

    private static Question Both(string one, string two) =>
        new($"{one} and {two}", truth => truth.ContainsKey(one) && truth.ContainsKey(two), (reading, truth) => reading.Best(one) == truth[one] && reading.Best(two) == truth[two]);

    /// <summary>The pair stands as it was asked to, and its colours are nearer to the asked order than to the swapped one: weaker than <see cref="Both"/>, so that a relation can be right with a wrong colour.</summary>
    private static Question Order(string one, string two, string layout) => new(
        $"{one} then {two}",
        truth => truth.TryGetValue(one, out var a) && truth.TryGetValue(two, out var b) && a != b,
        (reading, truth) => reading.Best("layout") == layout
            && reading.Score(one, truth[one]) + reading.Score(two, truth[two]) > reading.Score(one, truth[two]) + reading.Score(two, truth[one]));
}
