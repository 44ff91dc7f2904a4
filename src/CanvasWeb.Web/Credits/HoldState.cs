namespace CanvasWeb.Web.Credits;

/// <summary>What became of a hold.</summary>
internal enum HoldState
{
    /// <summary>The job has not ended.</summary>
    Pending,

    /// <summary>All of it was paid.</summary>
    Paid,

    /// <summary>Some of it was paid; the rest came back on a line of its own.</summary>
    PartlyPaid,

    /// <summary>All of it came back on a line of its own.</summary>
    Returned,
}
