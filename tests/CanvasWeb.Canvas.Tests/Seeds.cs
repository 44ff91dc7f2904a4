using System.Globalization;

namespace CanvasWeb.Canvas.Tests;

/// <summary>
/// Seeds for the random tests. <c>CANVAS_SEED=123</c> runs one seed, <c>CANVAS_SEEDS=500</c> that many; each test prints its seed, so
/// that a failure can be run again.
/// </summary>
internal static class Seeds
{
    public static IEnumerable<int> Few => Take(12);

    public static IEnumerable<int> Take(int count)
    {
        if (int.TryParse(Environment.GetEnvironmentVariable("CANVAS_SEED"), NumberStyles.Integer, CultureInfo.InvariantCulture, out var one))
            return [one];
        if (int.TryParse(Environment.GetEnvironmentVariable("CANVAS_SEEDS"), NumberStyles.Integer, CultureInfo.InvariantCulture, out var many))
            count = many;
        return Enumerable.Range(1, count);
    }

    public static Random Start(int seed)
    {
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"seed {seed}"));
        return new(seed);
    }

    public static double Between(this Random random, double from, double to) => from + (random.NextDouble() * (to - from));

    public static T Pick<T>(this Random random, IReadOnlyList<T> items) => items[random.Next(items.Count)];
}
