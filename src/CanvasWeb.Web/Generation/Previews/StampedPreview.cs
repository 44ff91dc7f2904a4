namespace CanvasWeb.Web.Generation.Previews;

/// <param name="StepEndedAtMs">When the step ended, Unix milliseconds by the worker's clock.</param>
internal sealed record StampedPreview(PreviewMessage Message, long StepEndedAtMs);
