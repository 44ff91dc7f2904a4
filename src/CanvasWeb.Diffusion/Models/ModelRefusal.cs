namespace CanvasWeb.Diffusion.Models;

/// <summary>Why a folder is not a model that we can run, for people and programs.</summary>
/// <param name="Code">Stable.</param>
/// <param name="File">The file or folder at fault, as a path.</param>
/// <param name="Reason">What is wrong, a sentence without its subject.</param>
/// <param name="Advice">What to do about it; may be empty.</param>
public sealed record ModelRefusal(ModelRefusalCode Code, string File, string Reason, string Advice)
{
    public override string ToString() => Advice.Length == 0 ? $"{File}: {Reason}" : $"{File}: {Reason} {Advice}";
}

/// <summary>The kinds of refusal.</summary>
public enum ModelRefusalCode
{
    /// <summary>There is no such folder.</summary>
    FolderMissing,

    /// <summary>No <c>model_index.json</c>: not a model folder, or only a part of one.</summary>
    IndexMissing,

    /// <summary>A file that cannot be opened or read: permissions, links in a circle, a folder in a file's place.</summary>
    Unreadable,

    /// <summary>Not JSON, or not an object.</summary>
    InvalidJson,

    /// <summary>A value of the wrong type or out of range.</summary>
    InvalidValue,

    /// <summary>A pipeline class that we do not run.</summary>
    UnknownClass,

    /// <summary>A part that the pipeline needs is not there.</summary>
    ComponentMissing,

    /// <summary>The part is there as PyTorch weights, not as ONNX.</summary>
    NotOnnx,

    /// <summary>A name in a file points out of the folder.</summary>
    PathOutside,

    /// <summary>A file past its limit.</summary>
    TooLarge,

    /// <summary>Another folder of the catalog has this name already.</summary>
    NameTaken,
}
