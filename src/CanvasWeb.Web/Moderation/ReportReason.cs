namespace CanvasWeb.Web.Moderation;

/// <summary>Why somebody reports something; stored as a number.</summary>
internal enum ReportReason
{
    Other = 0,

    Sexual = 1,

    Minors = 2,

    Violence = 3,

    Hate = 4,

    /// <summary>A person's likeness or something private.</summary>
    Person = 5,

    Copyright = 6,

    /// <summary>The site itself: the classifier's score is above the threshold, and the site is set to flag such pictures.</summary>
    Classifier = 7,
}
