namespace CanvasWeb.Diffusion.Models;

/// <summary>What a folder inside a model folder holds.</summary>
internal enum PartKind
{
    Graph,
    Tokenizer,
    Scheduler,
    Preprocessor,
}
