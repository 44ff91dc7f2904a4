using System.Text.Json;
using CanvasWeb.Canvas.Document;
using CanvasWeb.Canvas.Frames;
using CanvasWeb.Web.Boards.Page;
using CanvasWeb.Web.Generation;

namespace CanvasWeb.Web.Tests.Boards.Page;

public sealed class CanvasMessagesTests
{
    [Fact]
    public void The_state_of_the_canvas_is_read_with_members_that_are_not_known_passed_over()
    {
        using var json = JsonDocument.Parse("""
            {"tool":"mask","zoom":0.64,"role":"owner","saved":"saving","empty":false,"selection":[{"id":"f","kind":"frame"}],"later":{"x":1},
             "frame":{"id":"f","settings":{"prompt":"a fox"},"width":512,"height":256,"plan":{"task":"inpaint","price":4,"refusal":{"code":"nothing_to_make","message":"no"}}},
             "mask":{"active":true,"painted":false},"brush":{"size":32,"softness":0.25},"people":[{"name":"Ann","colour":3}],"jobs":[]}
            """);

        var state = CanvasMessages.ReadState(json.RootElement);

        Assert.Equal(BoardRole.Owner, state.Role);
        Assert.Equal(new("a fox"), state.Frame?.Settings);
        Assert.Equal(new(FrameTask.Inpaint, 4, new("nothing_to_make", "no")), state.Frame?.Plan);
        Assert.Equal(new(32, 0.25), state.CurrentBrush);
        Assert.Equal([new("Ann", 3)], state.People ?? []);
    }

    [Fact]
    public void An_answer_to_generate_is_a_refusal_only_when_it_says_so()
    {
        using var refused = JsonDocument.Parse("""{"refusal":{"code":"not_enough_credits","message":"no","price":4,"available":3}}""");
        using var accepted = JsonDocument.Parse("""{"job":{"id":"j"}}""");

        Assert.Equal(new GenerationRefusal("not_enough_credits", "no", 4, 3), CanvasMessages.ReadRefusal(refused.RootElement));
        Assert.Null(CanvasMessages.ReadRefusal(accepted.RootElement));
    }

    [Fact]
    public void Settings_survive_the_way_to_the_canvas_and_back()
    {
        var settings = new FrameSettings("a fox", "blue", "canvas-mini", 8, 9_007_199_254_740_991, 20, 3.5, "flow-euler", 0.6, 0.25, true);

        Assert.Equal(settings, JsonSerializer.Deserialize<FrameSettings>(CanvasMessages.Write(settings), CanvasJson.Options));
    }
}
