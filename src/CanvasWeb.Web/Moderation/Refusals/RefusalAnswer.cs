namespace CanvasWeb.Web.Moderation.Refusals;

/// <summary>What came of an admin's word about a refusal.</summary>
internal enum RefusalAnswer
{
    Done,

    /// <summary>There is none of this id: its person or job is gone, or it was too old to keep.</summary>
    Missing,
}
