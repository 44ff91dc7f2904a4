using CanvasWeb.Web.Generation.Jobs;

namespace CanvasWeb.Web.Generation.Orders;

/// <summary>What clients call their orders, so that one that is repeated is known again.</summary>
internal static class RequestIds
{
    public static GenerationRefusal Malformed => new(GenerationRefusalCodes.BadSetting, "A request needs an id of 1 to 64 letters, digits, \"_\" or \"-\".");

    public static bool IsValid(string id) =>
        id.Length is > 0 and <= Job.RequestIdLength && id.All(static letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-');

    /// <summary>The request id of a job's second life (<see cref="JobOrders.AgainAsync"/>). With a sign that no client's id has.</summary>
    public static string Again(string jobId) => "again:" + jobId;
}
