namespace CanvasWeb.Web.Moderation.Refusals;

/// <summary>What was refused; stored as a number.</summary>
internal enum RefusalKind
{
    /// <summary>An order, for its words: there is no job.</summary>
    Prompt = 0,

    /// <summary>A picture that a job has made: it is kept back and not paid for.</summary>
    Result = 1,

    /// <summary>A job, for a picture that it starts from: it ended before anything was made.</summary>
    Input = 2,
}
