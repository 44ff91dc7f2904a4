using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CanvasWeb.Canvas.Document;
using CanvasWeb.Canvas.Document.Ops;
using CanvasWeb.Canvas.Masks;
using CanvasWeb.Canvas.Tiles;
using CanvasWeb.Testing;
using static CanvasWeb.Canvas.Tests.TestBoard;

namespace CanvasWeb.Canvas.Tests;

public sealed class CanvasJsonTests
{
    /// <summary>One of each type, every member set: what the hand-written files in tests/golden/ops say.</summary>
    private static readonly Dictionary<string, BoardOp> s_golden = new(StringComparer.Ordinal)
    {
        ["frame.add"] = new FrameAdd(
            new("f-1"), At(-40.5, 12, 512, 768), new("a0V"),
            new(0.5, Hidden: true, Locked: true, Colour: "amber", Name: "Fair"),
            new("a fox in snow", "blurry", "canvas-mini", 2, 42, 20, 7.5, "ddim", 0.8, 0.25, Remake: true)),
        ["frame.add-prior"] = new FrameAdd(
            new("f-1"), At(-40.5, 12, 512, 768), new("a0V"),
            new(0.5, Hidden: true, Locked: true, Colour: "amber", Name: "Fair"),
            new("a fox in snow", "blurry", "canvas-mini", 2, 42, 20, 7.5, "ddim", 0.8, 0.25, Remake: true, PriorSamples: 4)),
        ["tile.add"] = new TileAdd(
            new("t-1"), At(0, 0, 512, 512, 90, "g-1"), new("a1"),
            new("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", 1024, 768, SolidGrid.Parse(string.Concat(Enumerable.Repeat("ff00", 16))), "job-9", 3, new("f-1"))),
        ["note.add"] = new NoteAdd(new("n-1"), At(1, 2, 200, 80), new("Zz"), "Snow here?\n\u201cyes\u201d \U0001f98a"),
        ["group.add"] = new GroupAdd(new("g-1"), At(0, 0, 1000, 1000), new("a2")),
        ["node.set"] = new NodeSet(new("f-1"), At(10, 20, 512, 512), new("a3"), new(Name: "Sky"), Settings: new("a boat")),
        ["node.set-text"] = new NodeSet(new("n-1"), Text: ""),
        ["node.delete"] = new NodeDelete(new("t-1")),
        ["node.restore"] = new NodeRestore(new("t-1")),
        ["mask.stroke"] = new MaskPaint(new("t-1"), new(StrokeShape.Brush, 24, 0.5, Erase: false, [new(10, 20.5, 1), new(11.25, 22, 0.75)])),
        ["mask.stroke-lasso"] = new MaskPaint(new("f-1"), new(StrokeShape.Lasso, 8, 0, Erase: true, [new(0, 0, 1), new(100, 0, 1), new(50, 80, 1)])),
        ["mask.clear"] = new MaskClear(new("t-1")),
        ["mask.fill"] = new MaskFill(new("t-1")),
        ["mask.invert"] = new MaskInvert(new("t-1")),
        ["mask.withdraw"] = new MaskWithdraw(new("t-1"), new(new("c1"), 17), Withdrawn: true),
    };

    public static TheoryData<string> GoldenNames => [.. s_golden.Keys];

    [Theory]
    [MemberData(nameof(GoldenNames))]
    public void An_op_is_written_as_its_golden_file_says(string name)
    {
        var expected = JsonNode.Parse(Golden(name));
        var actual = JsonNode.Parse(CanvasJson.Write(s_golden[name]));
        Assert.True(JsonNode.DeepEquals(expected, actual), $"{name}: {actual}");
    }

    [Theory]
    [MemberData(nameof(GoldenNames))]
    public void A_golden_file_is_read_as_the_op_that_it_says(string name)
    {
        var (op, refusal) = CanvasJson.ReadOp(Encoding.UTF8.GetBytes(Golden(name)), BoardLimits.Default);
        Assert.Null(refusal);
        Assert.Equal(s_golden[name].GetType(), op?.GetType());
        Assert.Equal(CanvasJson.Write(s_golden[name]), CanvasJson.Write(op! /* no refusal */));
    }

    [Fact]
    public void Every_type_of_op_has_a_golden_file()
    {
        var types = typeof(BoardOp).Assembly.GetTypes().Where(static type => type.IsSubclassOf(typeof(BoardOp)));
        Assert.Empty(types.Except(s_golden.Values.Select(static op => op.GetType())));
        var files = Directory.GetFiles(GoldenFolder(), "*.json").Select(static file => Path.GetFileNameWithoutExtension(file) ?? "");
        Assert.Equal(s_golden.Keys.Order(StringComparer.Ordinal), files.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Random_ops_survive_the_round_trip()
    {
        foreach (var seed in Seeds.Few)
        {
            var ops = new RandomOps(Seeds.Start(seed), new("a"));
            var state = BoardState.Empty;
            for (var i = 0; i < 150; i++)
            {
                var sent = new ClientOp(new("a"), i + 1, ops.Next(state));
                using var document = JsonDocument.Parse(CanvasJson.Write(sent));
                var (read, refusal) = CanvasJson.ReadClientOp(document.RootElement);
                Assert.Null(refusal);
                Assert.Equal(CanvasJson.Write(sent), CanvasJson.Write(read! /* no refusal */));
                state = BoardReducer.ApplyLocal(state, Ann, sent);
            }
        }
    }

    [Fact]
    public void A_log_row_survives_the_round_trip()
    {
        var row = new SequencedOp(12, Bob, new("c1"), 3, s_golden["frame.add"]);
        Assert.Equal(row, CanvasJson.ReadSequencedOp(CanvasJson.Write(row)));
    }

    [Theory]
    [InlineData("""{"type":"frame.explode","v":1,"node":"n"}""", RefusalCodes.UnknownType)]
    [InlineData("""{"type":"node.delete","v":2,"node":"n"}""", RefusalCodes.UnsupportedVersion)]
    [InlineData("""{"type":"node.delete","node":"n"}""", RefusalCodes.Malformed)]
    [InlineData("""{"v":1,"node":"n"}""", RefusalCodes.Malformed)]
    [InlineData("""{"type":7,"v":1,"node":"n"}""", RefusalCodes.Malformed)]
    [InlineData("""{"type":"node.delete","v":1}""", RefusalCodes.Malformed)]
    [InlineData("""{"type":"node.delete","v":1,"node":null}""", RefusalCodes.Malformed)]
    [InlineData("""{"type":"node.delete","v":1,"node":"has space"}""", RefusalCodes.Malformed)]
    [InlineData("""{"type":"node.delete","v":1,"node":"n","extra":1}""", RefusalCodes.Malformed)]
    [InlineData("""{"type":"node.delete","v":1,"node":"n"} x""", RefusalCodes.Malformed)]
    [InlineData("""{"type":"node.set","v":1,"node":"n","order":"b0"}""", RefusalCodes.Malformed)]
    [InlineData("""{"type":"note.add","v":1,"node":"n","transform":{"x":0,"y":0,"width":1,"height":1},"order":"a0","text":null}""", RefusalCodes.Malformed)]
    [InlineData("""{"type":"note.add","v":1,"node":"n","transform":{"x":"0","y":0,"width":1,"height":1},"order":"a0","text":""}""", RefusalCodes.Malformed)]
    [InlineData("""{"type":"mask.stroke","v":1,"node":"n","stroke":{"shape":"brush","radius":1,"softness":0,"erase":false,"points":[1,2]}}""", RefusalCodes.Malformed)]
    [InlineData("""{"type":"mask.stroke","v":1,"node":"n","stroke":{"shape":"brush","radius":1,"softness":0,"erase":false,"points":[[1,2,3]]}}""", RefusalCodes.Malformed)]
    [InlineData("""{"type":"mask.stroke","v":1,"node":"n","stroke":{"shape":0,"radius":1,"softness":0,"erase":false,"points":[1,2,3]}}""", RefusalCodes.Malformed)]
    [InlineData("""[1]""", RefusalCodes.Malformed)]
    [InlineData("""{"type":"node""", RefusalCodes.Malformed)]
    [InlineData("", RefusalCodes.Malformed)]
    public void What_cannot_be_read_is_refused_with_a_reason(string json, string code)
    {
        var (op, refusal) = CanvasJson.ReadOp(Encoding.UTF8.GetBytes(json), BoardLimits.Default);
        Assert.Null(op);
        Assert.Equal(code, refusal?.Code);
    }

    [Fact]
    public void A_number_past_the_end_of_doubles_does_not_reach_the_board()
    {
        const string json = """{"type":"group.add","v":1,"node":"n","transform":{"x":1e999,"y":0,"width":1,"height":1},"order":"a0"}""";
        var (op, refusal) = CanvasJson.ReadOp(Encoding.UTF8.GetBytes(json), BoardLimits.Default);
        if (op is not null)
            refusal = OpValidator.Validate(BoardState.Empty, new(new("a"), 1, op), Ann, BoardRole.Editor, BoardLimits.Default);
        Assert.NotNull(refusal);
    }

    [Fact]
    public void An_op_that_is_too_long_is_not_even_parsed()
    {
        var (op, refusal) = CanvasJson.ReadOp(new byte[BoardLimits.Default.MaxOpBytes + 1], BoardLimits.Default);
        Assert.Null(op);
        Assert.Equal(RefusalCodes.TooLarge, refusal?.Code);
    }

    [Fact]
    public void Deep_nesting_is_refused()
    {
        var json = string.Concat(Enumerable.Repeat("""{"type":""", 100));
        Assert.Equal(RefusalCodes.Malformed, CanvasJson.ReadOp(Encoding.UTF8.GetBytes(json), BoardLimits.Default).Refusal?.Code);
    }

    [Fact]
    public void A_random_byte_never_makes_the_reader_throw()
    {
        var random = Seeds.Start(31);
        foreach (var op in s_golden.Values)
        {
            for (var i = 0; i < 200; i++)
            {
                var bytes = Encoding.UTF8.GetBytes(CanvasJson.Write(op));
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
                var (read, refusal) = CanvasJson.ReadOp(bytes, BoardLimits.Default);
                Assert.NotEqual(read is null, refusal is null);
                if (read is not null)
                    OpValidator.Validate(BoardState.Empty, new(new("a"), 1, read), Ann, BoardRole.Editor, BoardLimits.Default);
            }
        }
    }

    [Fact]
    public void A_snapshot_is_the_replayed_log()
    {
        foreach (var seed in Seeds.Few)
        {
            var random = Seeds.Start(seed);
            var board = new TestBoard();
            var (a, b) = (new RandomOps(random, new("a")), new RandomOps(random, new("b")));
            for (var i = 0; i < 200; i++)
                _ = random.Next(2) == 0 ? board.Try("a", a.Next(board.State)) : board.Try("b", b.Next(board.State));
            var written = BoardSnapshot.From(board.State).Write();
            Assert.Equal(written, BoardSnapshot.From(BoardReducer.Replay(BoardState.Empty, board.Log)).Write());
            var restored = BoardSnapshot.Read(written).ToState();
            Assert.Equal(written, BoardSnapshot.From(restored).Write());

            // A snapshot in the middle and the rest of the log come to the same.
            var half = BoardReducer.Replay(BoardState.Empty, board.Log.Take(board.Log.Count / 2));
            var rest = BoardReducer.Replay(BoardSnapshot.Read(BoardSnapshot.From(half).Write()).ToState(), board.Log.Select(static row => CanvasJson.ReadSequencedOp(CanvasJson.Write(row))));
            Assert.Equal(written, BoardSnapshot.From(rest).Write());
        }
    }

    [Fact]
    public void A_client_is_told_only_its_own_progress()
    {
        var board = new TestBoard();
        board.Do("a", Note("n"));
        board.Do("b", Note("m"));
        Assert.Equal("b", Assert.Single(BoardSnapshot.From(board.State).For(new("b")).Clients).Client.Value);
    }

    [Fact]
    public void A_snapshot_of_another_version_is_not_read() =>
        Assert.Throws<JsonException>(static () => BoardSnapshot.Read("""{"v":99,"seq":0,"nodes":[],"clients":[]}"""));

    [Theory]
    [InlineData("c1:0")]
    [InlineData("c1")]
    [InlineData(":1")]
    [InlineData("c1:-1")]
    [InlineData("c1:99999999999999999999")]
    public void What_is_no_stamp_is_refused(string text) => Assert.Throws<ArgumentException>(() => Stamp.Parse(text));

    /// <summary>A board that was stored once must be the same board for ever; the browser's copy is held against the same two files.</summary>
    [Fact]
    public void A_stored_log_replays_to_its_stored_snapshot()
    {
        var state = BoardReducer.Replay(BoardState.Empty, File.ReadLines(Path.Combine(GoldenFolder("boards"), "first.log.jsonl")).Select(CanvasJson.ReadSequencedOp));
        var expected = File.ReadAllText(Path.Combine(GoldenFolder("boards"), "first.snapshot.json"));
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), JsonNode.Parse(BoardSnapshot.From(state).Write())), BoardSnapshot.From(state).Write());
        Assert.Equal(BoardSnapshot.From(state).Write(), BoardSnapshot.Read(expected).Write());
    }

    /// <summary>Order keys as the browser must make them too: below, above, client, key.</summary>
    [Fact]
    public void Order_keys_are_made_as_the_golden_file_says()
    {
        foreach (var line in File.ReadLines(Path.Combine(GoldenFolder("boards"), "order-keys.txt")).Where(static line => line.Length > 0 && line[0] != '#'))
        {
            var parts = line.Split(' ');
            Assert.Equal(parts[3], OrderKey.Between(Key(parts[0]), Key(parts[1]), new(parts[2])).Value);
        }

        static OrderKey? Key(string text) => text == "-" ? null : new OrderKey(text);
    }

    private static string Golden(string name) => File.ReadAllText(Path.Combine(GoldenFolder(), name + ".json"));

    private static string GoldenFolder(string name = "ops") => RepositoryFiles.PathTo("tests", "golden", name);
}
