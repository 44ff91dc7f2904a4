namespace CanvasWeb.Web.Galleries.Desk;

/// <summary>What is asked about before it is done: what people out there would notice.</summary>
internal enum Ask
{
    Nothing,

    /// <summary>Take the link back.</summary>
    Revoke,

    /// <summary>Another link in its place.</summary>
    NewLink,

    /// <summary>Delete the gallery.</summary>
    Delete,
}
