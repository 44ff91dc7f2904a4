using Microsoft.ML.OnnxRuntime;

namespace CanvasWeb.Inference.Output;

/// <summary>What runs here.</summary>
internal static class ThisVersion
{
    /// <summary>Without the commit: a file's bytes must not change with a commit that changes nothing about pictures.</summary>
    public static string Number { get; } = typeof(ThisVersion).Assembly.GetName().Version!.ToString(3); // Directory.Build.props sets a version.

    public static SoftwareVersions All() => new(Number, Environment.Version.ToString(), OrtEnv.Instance().GetVersionString());
}
