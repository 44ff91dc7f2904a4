namespace CanvasWeb.Web.Credits;

/// <summary>
/// Names of accounts. A person has two, which never go below zero; the site's own three may, and together all accounts sum to zero:
/// what was given away or sold stands as a negative number in grants and purchases.
/// </summary>
internal static class LedgerAccount
{
    /// <summary>"user:" + an id of 22 characters + ":available".</summary>
    public const int MaxLength = 40;

    public const string Grants = "grants";
    public const string Revenue = "revenue";
    public const string Purchases = "purchases";

    public static string Available(string userId) => $"user:{userId}:available";

    public static string Held(string userId) => $"user:{userId}:held";

    public static bool IsUsers(string account) => account.StartsWith("user:", StringComparison.Ordinal);
}
