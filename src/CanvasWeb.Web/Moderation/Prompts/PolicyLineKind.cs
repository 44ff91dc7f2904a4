namespace CanvasWeb.Web.Moderation.Prompts;

internal enum PolicyLineKind
{
    /// <summary>Words that are refused, or that belong to a group.</summary>
    Term,

    /// <summary>"!words": what they cover is no hit.</summary>
    Except,

    /// <summary>"@group + @group", "@group + category": refused where both occur in one prompt.</summary>
    Rule,

    /// <summary>"-line": the line of this text of an earlier file does not count.</summary>
    Remove,
}
