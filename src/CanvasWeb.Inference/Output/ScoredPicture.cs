using CanvasWeb.Contracts;

namespace CanvasWeb.Inference.Output;

/// <summary>A line of <c>score --json</c>.</summary>
internal sealed record ScoredPicture(string File, PictureScores Scores);
