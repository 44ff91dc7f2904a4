using System.Diagnostics.CodeAnalysis;

namespace CanvasWeb.Diffusion.Models;

/// <summary>A manifest or a refusal, never both.</summary>
public sealed record ModelFolderResult
{
    private ModelFolderResult(ModelManifest? manifest, ModelRefusal? refusal)
    {
        Manifest = manifest;
        Refusal = refusal;
    }

    public ModelManifest? Manifest { get; }

    public ModelRefusal? Refusal { get; }

    [MemberNotNullWhen(true, nameof(Manifest))]
    [MemberNotNullWhen(false, nameof(Refusal))]
    public bool IsModel => Manifest is not null;

    public static ModelFolderResult Of(ModelManifest manifest) => new(manifest, null);

    public static ModelFolderResult Refused(ModelRefusal refusal) => new(null, refusal);
}
