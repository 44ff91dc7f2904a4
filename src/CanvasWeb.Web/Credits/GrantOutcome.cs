namespace CanvasWeb.Web.Credits;

/// <summary>What came of an admin's grant.</summary>
internal enum GrantOutcome
{
    Granted,

    /// <summary>The same grant was made before under this key: nothing moved now.</summary>
    GrantedBefore,

    /// <summary>The key belongs to a grant of another amount or for somebody else.</summary>
    KeyUsedForAnother,
    NoSuchUser,
}
