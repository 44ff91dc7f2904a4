namespace CanvasWeb.Web.Generation.Jobs;

/// <summary>How long a job may be kept waiting by those of others. Higher goes first; waiting raises it, but never above <see cref="Interactive"/>.</summary>
internal static class JobPriority
{
    /// <summary>A person looks at a frame.</summary>
    public const int Interactive = 0;

    /// <summary>Nobody looks: after everything interactive, until it has waited long enough.</summary>
    public const int Background = -2;
}
