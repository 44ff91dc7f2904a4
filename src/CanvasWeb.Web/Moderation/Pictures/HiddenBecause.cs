namespace CanvasWeb.Web.Moderation.Pictures;

/// <summary>Who hid a picture; stored as a number.</summary>
internal enum HiddenBecause
{
    Classifier = 0,
    Admin = 1,
}
