using Microsoft.AspNetCore.Http.HttpResults;

namespace CanvasWeb.Web.Tiles;

/// <summary>Why something with pictures is not done. Nothing was stored and nothing has to be undone.</summary>
/// <param name="Code">Stable, for programs and translations: the end of the problem's type.</param>
/// <param name="Message">What is wrong and what to do, in a sentence for the person.</param>
internal sealed record TileRefusal(int Status, string Code, string Message)
{
    public static TileRefusal NoBoard { get; } = new(StatusCodes.Status404NotFound, "board-unknown", "There is no such board, or it is not shared with you.");

    public ProblemHttpResult ToProblem() => TypedResults.Problem(
        detail: Message, statusCode: Status, type: "urn:canvasweb:" + Code, extensions: new Dictionary<string, object?> { ["code"] = Code });
}
