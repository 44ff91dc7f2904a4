namespace CanvasWeb.Web.Credits;

/// <summary>Why a hold was returned, as codes: what is stored is read in any language. The words are <c>Reason_CODE</c> in CreditsText.</summary>
internal static class VoidReasons
{
    public const string Canceled = "canceled";
    public const string Failed = "failed";
    public const string FailedTooOften = "failed_too_often";
    public const string NoWorker = "no_worker";
    public const string JobGone = "job_gone";

    public static IReadOnlyList<string> All { get; } = [Canceled, Failed, FailedTooOften, NoWorker, JobGone];
}
