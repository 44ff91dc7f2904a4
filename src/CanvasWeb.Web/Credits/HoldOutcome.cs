namespace CanvasWeb.Web.Credits;

/// <summary>What came of asking to set credits aside for a job.</summary>
internal abstract record HoldOutcome
{
    private HoldOutcome()
    {
    }

    /// <summary>The credits are set aside (now, or by an earlier try for the same job).</summary>
    internal sealed record Held : HoldOutcome;

    /// <summary>Nothing was set aside.</summary>
    internal sealed record NotEnough(CreditAmount Available) : HoldOutcome;
}
