namespace CanvasWeb.Contracts;

/// <summary>What the classifier says of a job's inputs, before anything is made of them.</summary>
/// <param name="Scores">By the names of <see cref="JobInputs"/>; masks are not scored.</param>
public sealed record InputScores(string JobId, int Attempt, IReadOnlyDictionary<string, PictureScores> Scores);
