namespace CanvasWeb.Diffusion.Models;

/// <summary>A part of a family: where it may lie, and whether the pipeline can do without.</summary>
/// <param name="Name">The name that pipelines use.</param>
/// <param name="Folders">Candidates below the model's folder; those that begin with <see cref="FamilyParts.InPrior"/> lie in the prior's. Empty: the name.</param>
internal sealed record Part(string Name, PartKind Kind, bool Required, params string[] Folders)
{
    /// <summary>The file that makes a folder a part of its kind.</summary>
    public string MainFile => Kind switch
    {
        PartKind.Graph => "model.onnx",
        PartKind.Tokenizer => "vocab.json",
        PartKind.Scheduler => "scheduler_config.json",
        PartKind.Preprocessor => "preprocessor_config.json",
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
