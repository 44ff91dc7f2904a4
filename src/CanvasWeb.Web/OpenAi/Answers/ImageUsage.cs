namespace CanvasWeb.Web.OpenAi.Answers;

/// <summary>What it cost. Clients read numbers of tokens here; on this site the unit of all of them is the credit.</summary>
internal sealed record ImageUsage(long TotalTokens, long InputTokens, long OutputTokens, ImageUsage.Details InputTokensDetails, long Credits)
{
    public static ImageUsage Of(long credits) => new(credits, 0, credits, new(0, 0), credits);

    internal sealed record Details(long TextTokens, long ImageTokens);
}
