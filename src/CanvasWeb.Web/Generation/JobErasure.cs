using CanvasWeb.Web.Accounts;
using CanvasWeb.Web.Boards;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Generation.Jobs;
using CanvasWeb.Web.Generation.Orders;
using Microsoft.EntityFrameworkCore;

namespace CanvasWeb.Web.Generation;

/// <summary>What becomes of jobs when a person deletes the account: open ones are canceled; those on the person's own boards go with their prompts.</summary>
internal static class JobErasure
{
    public static AccountErasure Create(JobQuestions questions, JobOrders orders) => new(
        async (userId, cancellationToken) =>
        {
            foreach (var job in await questions.JobsOfAsync(userId, cancellationToken))
                await orders.CancelAsync(userId, job.Id, cancellationToken);
        },
        (db, userId, cancellationToken) =>
            // The boards may be gone already: features erase in any order.
            db.Set<Job>().Where(job => job.UserId == userId && !db.Set<Board>().Any(board => board.Id == job.BoardId && board.OwnerId != userId)).ExecuteDeleteAsync(cancellationToken));

    /// <summary>
    /// Erases the jobs of boards that are gone, with their prompts, whoever ordered them. Not open ones: their credits are settled first, and
    /// the next call finds them. Pictures that were made again go once what they repeat is gone. Jobs that never had a board stay: they are their person's alone, and go with the account.
    /// </summary>
    public static Task<int> EraseWithoutBoardAsync(AppDbContext db, CancellationToken cancellationToken) => db.Set<Job>()
        .Where(job => (job.BoardId != "" || job.ReplayOfJob != null) && job.State != JobState.Queued && job.State != JobState.Running && !db.Set<Board>().Any(board => board.Id == job.BoardId)
            && !db.Set<Job>().Any(source => source.Id == job.ReplayOfJob))
        .ExecuteDeleteAsync(cancellationToken);

    /// <summary>Erases what programs ordered through the API and what ended before a time: prompts, inputs and results.</summary>
    public static Task<int> EraseOfProgramsAsync(AppDbContext db, DateTimeOffset endedBefore, CancellationToken cancellationToken) => db.Set<Job>()
        .Where(job => job.Source == JobSource.Api && job.BoardId == "" && job.FinishedAt < endedBefore && job.State != JobState.Queued && job.State != JobState.Running)
        .ExecuteDeleteAsync(cancellationToken);
}
