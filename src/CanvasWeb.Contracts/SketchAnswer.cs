namespace CanvasWeb.Contracts;

/// <summary>What became of a <see cref="SketchOrder"/>.</summary>
/// <param name="Preview">WebP of at most <see cref="InferenceProtocol.PreviewMaxBytes"/>; null where there is none.</param>
/// <param name="Busy">The worker has a job or another sketch in hand: ask again later, or another worker.</param>
/// <param name="Refusal">Null, or what is wrong with the order, in words for the person who asked.</param>
/// <param name="Inputs">Scores of the pictures, by <see cref="JobInputs.Picture"/> and <see cref="JobInputs.Other"/>; null where nobody asked, or the worker has no classifier.</param>
/// <param name="Scores">Likewise, of the sketch.</param>
public sealed record SketchAnswer(byte[]? Preview, bool Busy, string? Refusal = null, IReadOnlyDictionary<string, PictureScores>? Inputs = null, PictureScores? Scores = null);
