using CanvasWeb.Web.Accounts.Providers;
using Microsoft.Extensions.Localization;

namespace CanvasWeb.Web.Accounts.SignIn;

/// <summary>Sentences for the <c>problem=</c> codes with which a provider round comes back.</summary>
internal static class AccountProblems
{
    /// <param name="provider">From the address, so only a provider's name that we know is shown.</param>
    public static string Sentence(IStringLocalizer<AccountsText> text, string problem, string? provider)
    {
        var name = provider is ConfiguredProviders.Google or ConfiguredProviders.Microsoft ? provider : text["TheProvider"].Value;
        return problem switch
        {
            "denied" => text["ProblemDenied", name],
            "unreachable" => text["ProblemUnreachable", name],
            "misconfigured" => text["ProblemMisconfigured", name],
            "other-person" => text["ProblemOtherPerson", name],
            "belongs-to-another" => text["ProblemBelongsToAnother", name],
            "suspended" => text["ProblemSuspended"],
            "maintenance" => text["ProblemMaintenance"],
            "no-new-accounts" => text["ProblemNoNewAccounts", name],
            "already-linked" => text["ProblemAlreadyLinked", name],
            _ => text["ProblemExpired", name],
        };
    }
}
