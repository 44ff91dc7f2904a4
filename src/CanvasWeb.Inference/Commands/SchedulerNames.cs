using CanvasWeb.Diffusion.Schedulers;

namespace CanvasWeb.Inference.Commands;

/// <summary>How samplers are written on the command line and in reports: the names that the field uses.</summary>
internal static class SchedulerNames
{
    public static IReadOnlyList<string> All { get; } = [.. Enum.GetValues<SchedulerKind>().Select(Name)];

    public static string Name(SchedulerKind kind) => kind switch
    {
        SchedulerKind.Ddim => "ddim",
        SchedulerKind.Ddpm => "ddpm",
        SchedulerKind.Euler => "euler",
        SchedulerKind.EulerAncestral => "euler-a",
        SchedulerKind.Heun => "heun",
        SchedulerKind.Lms => "lms",
        SchedulerKind.Pndm => "pndm",
        SchedulerKind.DpmSolverPlusPlus2M => "dpm++2m",
        SchedulerKind.UniPc => "unipc",
        SchedulerKind.Lcm => "lcm",
        SchedulerKind.Tcd => "tcd",
        SchedulerKind.UnClip => "unclip",
        SchedulerKind.FlowMatchEuler => "flow-euler",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "A sampler without a name."),
    };

    public static bool TryParse(string text, out SchedulerKind kind)
    {
        foreach (var candidate in Enum.GetValues<SchedulerKind>())
        {
            kind = candidate;
            if (string.Equals(Name(candidate), text, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        kind = default;
        return false;
    }
}
