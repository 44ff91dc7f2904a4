namespace CanvasWeb.Web.OpenAi.Requests;

/// <summary>Which of the three addresses was called.</summary>
internal enum ImageTask
{
    Generation,
    Edit,
    Variation,
}
