namespace CanvasWeb.Inference.Worker;

/// <summary>Work that blocks for as long as it takes: not on a thread of the pool, which carries the line to the site.</summary>
internal static class OwnThread
{
    public static Task<T> RunAsync<T>(Func<T> work) => Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
