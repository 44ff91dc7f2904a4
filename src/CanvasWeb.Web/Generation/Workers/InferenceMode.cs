namespace CanvasWeb.Web.Generation.Workers;

/// <summary>Who starts the workers.</summary>
internal enum InferenceMode
{
    /// <summary>The site starts one on its own machine and keeps it running.</summary>
    Child,

    /// <summary>Somebody else, anywhere: they know the site's address and key.</summary>
    External,
}
