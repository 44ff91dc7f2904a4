namespace CanvasWeb.Web.Generation;

/// <summary>What came of a <see cref="GenerationOrder"/>: a job, or a reason why there is none and nothing was spent.</summary>
internal abstract record GenerationOutcome
{
    private GenerationOutcome()
    {
    }

    /// <summary>The job stands in the queue and its price is held. A repeated order gets the same job as it is now.</summary>
    internal sealed record Accepted(JobView Job) : GenerationOutcome;

    /// <summary>Nothing was queued and nothing was held.</summary>
    internal sealed record Refused(GenerationRefusal Refusal) : GenerationOutcome;
}
