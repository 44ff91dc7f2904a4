namespace CanvasWeb.Web.Boards;

/// <summary>What the hub's exceptions say: codes for the browser, part of the wire form.</summary>
internal static class HubErrors
{
    /// <summary>No such board, or not for the caller.</summary>
    public const string BoardNotFound = "board_not_found";

    /// <summary>Call Join first.</summary>
    public const string NotJoined = "not_joined";

    /// <summary>As many connections as a board may have.</summary>
    public const string TooManyPeople = "too_many_people";

    /// <summary>The database did not answer: nothing was done, the same call may be made again.</summary>
    public const string TryAgain = "try_again";
}
