namespace CanvasWeb.Web.ApiKeys;

/// <summary>What came of asking for a key.</summary>
internal abstract record ApiKeyCreation
{
    private ApiKeyCreation()
    {
    }

    /// <param name="Secret">Known here and now only.</param>
    public sealed record Created(ApiKey Key, string Secret) : ApiKeyCreation;

    /// <summary>The form came a second time; the key was shown the first time.</summary>
    public sealed record CreatedBefore(ApiKey Key) : ApiKeyCreation;

    public sealed record TooMany(int Limit) : ApiKeyCreation;

    /// <summary>No name, no scope, or an expiry that is not offered.</summary>
    public sealed record Invalid : ApiKeyCreation;
}
