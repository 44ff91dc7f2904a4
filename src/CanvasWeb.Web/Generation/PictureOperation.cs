using CanvasWeb.Canvas.Document;

namespace CanvasWeb.Web.Generation;

/// <summary>What is asked to be made of tiles of a board, uploads as well as results. The words that it leads to, and how many, stand in the settings.</summary>
/// <param name="Tiles">One, or two for an interpolation: from the first to the second.</param>
/// <param name="FromPrompt">Of a text diff: what the tile shows now.</param>
/// <param name="Thetas">One for each picture, 0 to 1 of the way: an interpolation takes equal steps without them, a text diff goes half of the way at most.</param>
/// <param name="Eta">Of a variation, 0 to 1: 0 keeps the picture's own noise, 1 takes all of it new. Null is the model's own.</param>
internal sealed record PictureOperation(OperationKind Kind, IReadOnlyList<NodeId> Tiles, string? FromPrompt = null, IReadOnlyList<double>? Thetas = null, double? Eta = null);
