namespace CanvasWeb.Inference.Worker;

/// <summary>Notices that the parent process has died, by kill -9 too: the system then closes its end of this process's standard input.</summary>
internal static class ParentWatch
{
    /// <summary>Cancels <paramref name="stop"/> when standard input ends.</summary>
    public static void Start(CancellationTokenSource stop)
    {
        // A thread and not a task: reading a pipe may block for as long as the process lives.
        var thread = new Thread(() =>
        {
            using var input = Console.OpenStandardInput();
            var buffer = new byte[256];
            try
            {
                while (input.Read(buffer) > 0)
                {
                    // What comes in means nothing.
                }
            }
            catch (IOException)
            {
                // As good as its end.
            }

            try
            {
                stop.Cancel();
            }
            catch (ObjectDisposedException)
            {
                // It is ending already.
            }
        })
        { IsBackground = true, Name = "parent watch" };
        thread.Start();
    }
}
