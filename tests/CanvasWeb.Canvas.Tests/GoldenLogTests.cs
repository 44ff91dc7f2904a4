using CanvasWeb.Canvas.Document;
using CanvasWeb.Canvas.Document.Ops;
using CanvasWeb.Canvas.Geometry;
using CanvasWeb.Testing;

namespace CanvasWeb.Canvas.Tests;

/// <summary>
/// A long random log of several people, with its snapshot, as the browser's copy of the document has to replay it: to the bit, also where a
/// node is lifted out of a turned group. <c>tests/canvas-js/golden.test.js</c> reads the same two files.
/// </summary>
public sealed class GoldenLogTests
{
    private static readonly string s_log = Path.Combine(RepositoryFiles.PathTo("tests", "golden", "boards"), "random.log.jsonl");
    private static readonly string s_snapshot = Path.Combine(RepositoryFiles.PathTo("tests", "golden", "boards"), "random.snapshot.json");

    [Fact]
    public void The_stored_random_log_replays_to_its_snapshot_byte_for_byte()
    {
        var state = BoardReducer.Replay(BoardState.Empty, File.ReadLines(s_log).Select(CanvasJson.ReadSequencedOp));
        Assert.Equal(File.ReadAllText(s_snapshot).TrimEnd(), BoardSnapshot.From(state).Write());
    }

    [Fact]
    public void Sine_and_cosine_are_right_and_exact_at_quarter_turns()
    {
        for (var degrees = -720; degrees <= 720; degrees += 90)
        {
            var (sin, cos) = Angle.SinCos(degrees);
            Assert.Equal(Math.Round(Math.Sin(degrees * Math.PI / 180)), sin);
            Assert.Equal(Math.Round(Math.Cos(degrees * Math.PI / 180)), cos);
            Assert.False((sin == 0 && double.IsNegative(sin)) || (cos == 0 && double.IsNegative(cos)), $"a zero with a sign at {degrees}");
        }

        for (var degrees = -180.0; degrees < 180; degrees += 0.37)
        {
            // Bringing an angle into its range rounds it by up to 3e-14 degrees, its radians are rounded twice more.
            var (sin, cos) = Angle.SinCos(degrees);
            Assert.Equal(Math.Sin(degrees * Math.PI / 180), sin, 2e-15);
            Assert.Equal(Math.Cos(degrees * Math.PI / 180), cos, 2e-15);
        }
    }

    /// <summary>Wrote the two files, once. Only for a change of the op's form that is meant: a mismatch is investigated, not recorded.</summary>
    [Fact(Explicit = true)]
    public void Record()
    {
        // 1. What people do.
        var random = new Random(2026);
        var board = new TestBoard();
        var (a, b) = (new RandomOps(random, new("a")), new RandomOps(random, new("b")));
        for (var i = 0; i < 500; i++)
            _ = random.Next(2) == 0 ? board.Try("a", a.Next(board.State)) : board.Try("b", b.Next(board.State), TestBoard.Bob);

        // 2. What needs a calculation: nodes that come back out of turned groups, one or two deep, that are gone.
        double Any(double size) => (random.NextDouble() - 0.5) * size;
        for (var i = 0; i < 60; i++)
        {
            board.Do("a", TestBoard.Group($"outer{i}", TestBoard.At(Any(2_000), Any(2_000), 300, 200, Any(360))));
            board.Do("a", TestBoard.Group($"inner{i}", TestBoard.At(Any(500), Any(500), 210.5, 90, Any(360), $"outer{i}")));
            board.Do("b", TestBoard.Note($"lifted{i}", TestBoard.At(Any(300), Any(300), 80, 40, Any(360), i % 2 == 0 ? $"inner{i}" : $"outer{i}")), TestBoard.Bob);
            board.Do("b", new NodeDelete(new($"lifted{i}")), TestBoard.Bob);
            board.Do("a", new NodeDelete(new($"outer{i}")));
            board.Do("b", new NodeRestore(new($"lifted{i}")), TestBoard.Bob);
        }

        File.WriteAllLines(s_log, board.Log.Select(CanvasJson.Write));
        File.WriteAllText(s_snapshot, BoardSnapshot.From(board.State).Write() + "\n");
    }
}
