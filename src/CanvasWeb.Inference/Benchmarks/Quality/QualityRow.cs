namespace CanvasWeb.Inference.Benchmarks.Quality;

/// <summary>One line of the table.</summary>
/// <param name="Name">A stable name for programs and people, with the unit where there is one.</param>
/// <param name="Bar">Null where nothing is asked: such rows explain others.</param>
/// <param name="Made">What the model does.</param>
/// <param name="Real">What the same measure says of drawn truth: how good the judge is, so the most that can be expected.</param>
/// <param name="Shuffled">What it says of the model's pictures against other prompts' truth: chance.</param>
internal sealed record QualityRow(string Name, QualityPart Part, QualityBar? Bar, Estimate Made, double? Real = null, double? Shuffled = null);
