using CanvasWeb.Web.Data;

namespace CanvasWeb.Web.ApiKeys;

/// <summary>A key with which a person's programs call the Images API. The key itself is not stored, only its hash.</summary>
internal sealed class ApiKey
{
    public const int NameLength = 60;
    public const int HintLength = 4;

    private ApiKey()
    {
    }

    public string Id { get; private init; } = RandomId.New();

    public string UserId { get; private init; } = "";

    public string Name { get; private init; } = "";

    /// <summary>Of the whole key with its prefix; see <see cref="SecretToken"/>.</summary>
    public string SecretHash { get; private init; } = "";

    /// <summary>Its last letters, by which a person knows it again.</summary>
    public string Hint { get; private init; } = "";

    /// <summary>Separated by spaces.</summary>
    public string Scopes { get; private init; } = "";

    /// <summary>Unique for each person: the same form sent twice makes one key.</summary>
    public string RequestId { get; private init; } = "";

    public DateTimeOffset CreatedAt { get; private init; }

    public DateTimeOffset? ExpiresAt { get; private init; }

    /// <summary>To a minute.</summary>
    public DateTimeOffset? LastUsedAt { get; private set; }

    public DateTimeOffset? RevokedAt { get; private set; }

    public static ApiKey Create(string userId, string name, string secret, string hash, IEnumerable<string> scopes, string requestId, DateTimeOffset now, DateTimeOffset? expiresAt) => new()
    {
        UserId = userId,
        Name = name,
        SecretHash = hash,
        Hint = secret[^HintLength..],
        Scopes = string.Join(' ', scopes),
        RequestId = requestId,
        CreatedAt = now,
        ExpiresAt = expiresAt,
    };

    public bool IsLive(DateTimeOffset now) => RevokedAt is null && (ExpiresAt is null || ExpiresAt > now);

    public IReadOnlyList<string> ScopeList() => Scopes.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    public void Revoke(DateTimeOffset now) => RevokedAt ??= now;
}
