using CanvasWeb.Canvas.Document;
using CanvasWeb.Web.Generation;

namespace CanvasWeb.Web.Boards.Wire;

/// <summary>"What would it look like about there?", asked while a slider moves. As <see cref="PictureOperation"/>, for one picture; nothing is stored and nothing costs.</summary>
/// <param name="Kind">Not an upscale.</param>
/// <param name="Seed">The same seed keeps what the slider does not change.</param>
/// <param name="Model">As the settings of the order will name it: a sketch is of the model that will make the picture. Null: any that can.</param>
internal sealed record SketchRequest(
    OperationKind Kind, IReadOnlyList<NodeId> Tiles, string Prompt, string? FromPrompt = null, double? Theta = null, double? Eta = null, long Seed = 0, string? Model = null);
