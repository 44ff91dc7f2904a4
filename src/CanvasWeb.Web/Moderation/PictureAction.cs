namespace CanvasWeb.Web.Moderation;

/// <summary>What follows when the classifier is sure enough.</summary>
internal enum PictureAction
{
    /// <summary>Nothing; when both actions are off, pictures are not even scored.</summary>
    Off,

    /// <summary>The picture is shown, and stands in the admins' queue.</summary>
    Flag,

    /// <summary>The picture is kept back and costs nothing; the person may appeal.</summary>
    Withhold,
}
