using CanvasWeb.Web.Generation.Jobs;

namespace CanvasWeb.Web.Generation.Queue;

/// <summary>
/// Who is next. Fair between people: whoever has the fewest jobs running; then the higher priority, which waiting raises; then who was
/// served longest ago, so that one worker serves people in turn; then the older job. Of one person's own, what waits on a board goes before
/// what their programs asked for; between people that makes no difference. Pure, so that the order that the database hands out
/// and the places that people see are one computation.
/// </summary>
internal static class QueueOrder
{
    /// <summary>The order in which the waiting jobs would start if no other came.</summary>
    /// <param name="running">Running jobs for each user.</param>
    /// <param name="lastStart">When a job of the user last started; only recent ones matter.</param>
    /// <param name="ageing">Waiting so long raises the priority by one.</param>
    public static IReadOnlyList<WaitingJob> Sort(
        IEnumerable<WaitingJob> waiting,
        IReadOnlyDictionary<string, int> running,
        IReadOnlyDictionary<string, DateTimeOffset> lastStart,
        DateTimeOffset now,
        TimeSpan ageing)
    {
        var order = new List<WaitingJob>();
        var people = new PriorityQueue<Person, Rank>(RankOrder.Instance);
        foreach (var jobs in waiting.GroupBy(static job => job.UserId, StringComparer.Ordinal))
        {
            var sorted = jobs
                .OrderByDescending(job => Effective(job, now, ageing)).ThenBy(static job => job.IsProgram).ThenBy(static job => job.CreatedAt).ThenBy(static job => job.Id, StringComparer.Ordinal);
            var person = new Person(new(sorted), running.GetValueOrDefault(jobs.Key), lastStart.GetValueOrDefault(jobs.Key));
            people.Enqueue(person, RankOf(person));
        }

        while (people.TryDequeue(out var person, out _))
        {
            order.Add(person.Jobs.Dequeue());
            if (person.Jobs.Count == 0)
                continue;

            // As if it ran: the person's next job stands behind the first ones of all who have as few.
            person = person with { Running = person.Running + 1, LastStart = now };
            people.Enqueue(person, RankOf(person));
        }

        return order;

        Rank RankOf(Person person) => new(person.Running, Effective(person.Jobs.Peek(), now, ageing), person.LastStart, person.Jobs.Peek());
    }

    // Waiting lifts a job to where people's own are, never past them.
    private static int Effective(WaitingJob job, DateTimeOffset now, TimeSpan ageing) =>
        job.Priority >= JobPriority.Interactive
            ? job.Priority
            : (int)Math.Min(JobPriority.Interactive, job.Priority + Math.Max(0, Math.Floor((now - job.CreatedAt) / ageing)));

    private sealed record Person(Queue<WaitingJob> Jobs, int Running, DateTimeOffset LastStart);

    private readonly record struct Rank(int Running, int Priority, DateTimeOffset LastStart, WaitingJob Job);

    private sealed class RankOrder : IComparer<Rank>
    {
        public static readonly RankOrder Instance = new();

        public int Compare(Rank x, Rank y)
        {
            var order = x.Running.CompareTo(y.Running);
            order = order != 0 ? order : y.Priority.CompareTo(x.Priority);
            order = order != 0 ? order : x.LastStart.CompareTo(y.LastStart);
            order = order != 0 ? order : x.Job.CreatedAt.CompareTo(y.Job.CreatedAt);
            return order != 0 ? order : string.CompareOrdinal(x.Job.Id, y.Job.Id);
        }
    }
}
