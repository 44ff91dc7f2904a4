namespace CanvasWeb.Web.Generation;

/// <summary>
/// Everything that a page, the board's hub or the API asks about generations. A person's id comes from their sign-in, never from a message.
/// </summary>
internal sealed class GenerationService
{
    /// <summary>Plans, checks, prices; then, in one transaction, holds the credits and queues the job.</summary>
    public Task<GenerationOutcome> RequestAsync(GenerationOrder order, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>What a frame would do and cost. For any role on the board.</summary>
    public Task<PlanView> PlanAsync(string userId, string boardId, PlanQuestion question, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Cancels one's own job; a running one stops within a step. False: no such job of theirs, or it has ended already.</summary>
    public Task<bool> CancelAsync(string userId, string jobId, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>One's own jobs over all boards: all that are open, then the latest that ended, the newest first.</summary>
    public Task<IReadOnlyList<JobView>> JobsOfAsync(string userId, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>What somebody who opens a board needs to see: open jobs of everybody and finished ones whose candidates were neither accepted nor put away.</summary>
    public Task<IReadOnlyList<JobView>> BoardJobsAsync(string userId, string boardId, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>What was made on a board, the newest first. Empty for who may not see the board.</summary>
    /// <param name="before">Pages on from the last one's <see cref="JobView.CreatedAt"/>.</param>
    public Task<IReadOnlyList<JobView>> BoardHistoryAsync(string userId, string boardId, DateTimeOffset? before, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>1 to 5 stars, or null to take them back. False: no such result on a board that they may edit.</summary>
    public Task<bool> RateAsync(string userId, ResultRef result, int? stars, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Tells the site's owners about a result that should not be. Hides nothing by itself.</summary>
    public Task<bool> ReportAsync(string userId, ResultRef result, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Notes that candidates became tiles; the tiles themselves are written through the op log.</summary>
    public Task<bool> AcceptAsync(string userId, string jobId, IReadOnlyList<int> images, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Puts a job's candidates away for everybody on the board; history still has them.</summary>
    public Task<bool> DiscardAsync(string userId, string jobId, CancellationToken cancellationToken) => throw new NotSupportedException();
}
