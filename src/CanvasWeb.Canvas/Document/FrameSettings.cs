namespace CanvasWeb.Canvas.Document;

/// <summary>What a frame asks of the model; one property, shared with everybody on the board. Null means: the model's own default.</summary>
/// <param name="Count">Candidates, 1 to 8.</param>
/// <param name="Seed">Null draws a new seed for each generation.</param>
/// <param name="Strength">0 to 1: how far a picture under the frame may change.</param>
/// <param name="Softness">0 to 1: how softly new parts blend into kept ones.</param>
/// <param name="Remake">Everything under the frame is to be made anew, also where pictures cover it.</param>
/// <param name="PriorSamples">1 to 8, for models with a prior: how many image embeddings are drawn for each picture, of which the one nearest to the prompt is taken.</param>
public sealed record FrameSettings(
    string Prompt = "",
    string NegativePrompt = "",
    string? Model = null,
    int Count = 4,
    long? Seed = null,
    int? Steps = null,
    double? Guidance = null,
    string? Scheduler = null,
    double? Strength = null,
    double? Softness = null,
    bool Remake = false,
    int? PriorSamples = null)
{
    public static FrameSettings Default { get; } = new();
}
