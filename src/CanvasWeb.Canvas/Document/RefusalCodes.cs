namespace CanvasWeb.Canvas.Document;

/// <summary>The codes of <see cref="Refusal"/>: part of the wire form, never renamed.</summary>
public static class RefusalCodes
{
    public const string Malformed = "malformed";
    public const string UnknownType = "unknown_type";
    public const string UnsupportedVersion = "unsupported_version";
    public const string TooLarge = "too_large";
    public const string NotAllowed = "not_allowed";
    public const string ClientTaken = "client_taken";
    public const string NodeExists = "node_exists";
    public const string NodeUnknown = "node_unknown";

    /// <summary>Somebody deleted the node (or the group around it) first. Usual among several people: clients drop the op without a message.</summary>
    public const string NodeGone = "node_gone";
    public const string NodeAlive = "node_alive";
    public const string WrongKind = "wrong_kind";
    public const string ParentGone = "parent_gone";
    public const string ParentCycle = "parent_cycle";
    public const string TooDeep = "too_deep";
    public const string EntryUnknown = "entry_unknown";
    public const string BoardFull = "board_full";
    public const string MaskFull = "mask_full";
    public const string BadNumber = "bad_number";
    public const string TextTooLong = "text_too_long";
    public const string NothingToSet = "nothing_to_set";
    public const string FrameTooLarge = "frame_too_large";
    public const string FrameTooSmall = "frame_too_small";
    public const string FrameTooNarrow = "frame_too_narrow";
    public const string FrameTurned = "frame_turned";
    public const string NothingToMake = "nothing_to_make";
    public const string CannotInpaint = "cannot_inpaint";
}
