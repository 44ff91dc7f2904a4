namespace CanvasWeb.Web.Admin.Jobs;

/// <summary>The queue at one moment.</summary>
/// <param name="Oldest">How long the oldest has waited; null when nothing waits.</param>
/// <param name="People">Those who are served next first, at most twenty.</param>
internal sealed record QueuePicture(int Running, int Waiting, TimeSpan? Oldest, IReadOnlyList<QueuePerson> People, IReadOnlyList<QueueModel> Models);

/// <param name="Next">The place of their next job, from 1; null when none waits.</param>
internal sealed record QueuePerson(string UserId, int Running, int Waiting, int? Next);

/// <param name="Work">What one worker would take for all that waits for it; null while nobody knows.</param>
internal sealed record QueueModel(string Name, int Waiting, bool Online, TimeSpan? Work);
