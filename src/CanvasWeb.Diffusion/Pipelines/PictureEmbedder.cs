using System.Security.Cryptography;
using System.Text;
using CanvasWeb.Diffusion.Models;
using CanvasWeb.Diffusion.Onnx;
using CanvasWeb.Diffusion.Pipelines.Shared;
using CanvasWeb.Diffusion.Tensors;
using CanvasWeb.Diffusion.Tokenizers;
using CanvasWeb.Imaging;

namespace CanvasWeb.Diffusion.Pipelines;

/// <summary>
/// Words and pictures as directions in one space (CLIP, Radford et al. 2021, arXiv 2103.00020): what means the same lies near. Its numbers are for comparing; what
/// pipelines paint from is scaled as the model wants it.
/// </summary>
public sealed class PictureEmbedder : IDisposable
{
    private readonly ModelManifest _manifest;
    private readonly ClipTokenizer _tokenizer;
    private readonly OnnxModel _textEncoder;
    private readonly OnnxModel? _imageEncoder;
    private readonly bool _ownsEncoders;

    /// <summary>Over the encoders of a loaded pipeline, which goes on owning them.</summary>
    internal PictureEmbedder(ModelManifest manifest, ClipTokenizer tokenizer, OnnxModel textEncoder, OnnxModel? imageEncoder)
        : this(manifest, tokenizer, textEncoder, imageEncoder, ownsEncoders: false)
    {
    }

    private PictureEmbedder(ModelManifest manifest, ClipTokenizer tokenizer, OnnxModel textEncoder, OnnxModel? imageEncoder, bool ownsEncoders)
    {
        (_manifest, _tokenizer, _textEncoder, _imageEncoder, _ownsEncoders) = (manifest, tokenizer, textEncoder, imageEncoder, ownsEncoders);
        Space = SpaceOf(manifest) ?? throw new InvalidOperationException("The model has no encoders to compare with.");
    }

    /// <summary>As <see cref="SpaceOf"/>.</summary>
    public string Space { get; }

    /// <summary>Values of an embedding.</summary>
    public int Size => _manifest.EmbeddingSize;

    /// <summary>
    /// Names the space of a model's embeddings: those of different spaces must not be compared. A hash over name, length and both ends of each file that the
    /// encoders are made of: enough to tell trainings apart, and large models are not read for it. Null where the model cannot compare.
    /// </summary>
    /// <exception cref="ModelFormatException">A file has gone or cannot be read.</exception>
    public static string? SpaceOf(ModelManifest manifest)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        if (Parts(manifest) is not { } parts || manifest.EmbeddingSize == 0)
            return null;
        using var sum = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var part in (ReadOnlySpan<string>)[parts.Text, parts.Image])
        {
            var folder = Path.GetDirectoryName(manifest.Components[part].GraphFile) + Path.DirectorySeparatorChar;
            foreach (var file in manifest.Files.Where(file => file.StartsWith(folder, StringComparison.Ordinal)))
            {
                sum.AppendData(Encoding.UTF8.GetBytes($"{part}/{Path.GetFileName(file)}\n"));
                AppendEnds(sum, file);
            }
        }

        return Convert.ToHexStringLower(sum.GetHashAndReset());
    }

    /// <summary>Loads tokenizer and text encoder alone, for a search by words; <see cref="EmbedPicture"/> throws. The caller disposes it.</summary>
    /// <exception cref="ModelFormatException">The model has no encoders of one space, or a file is broken.</exception>
    /// <exception cref="OnnxModelException">The graph cannot be run.</exception>
    public static PictureEmbedder LoadText(ModelManifest manifest, OnnxModelOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        if (Parts(manifest) is not { } parts)
            throw new ModelFormatException(manifest.Folder, "has no encoders that compare words with pictures.");
        var tokenizer = ClipTokenizer.Load(manifest.Tokenizers[parts.Tokenizer]);
        return new(manifest, tokenizer, manifest.Load(parts.Text, options, cancellationToken), null, ownsEncoders: true);
    }

    /// <summary>The direction of a text, <c>[Size]</c>, of length 1.</summary>
    /// <exception cref="GenerationException">"prompt_too_long".</exception>
    public float[] EmbedText(string text, CancellationToken cancellationToken)
    {
        using var ids = new Tensor(1, _manifest.MaxPromptTokens);
        using var pooled = new Tensor(1, Size);
        PromptTokens.Write(PromptTokens.Encode(_tokenizer, text, _manifest.MaxPromptTokens, PromptTokens.Prompt), ids.Row(0));
        _textEncoder.RunOnce(Ports.Single(_textEncoder.Inputs, ids), new Dictionary<string, Tensor>(StringComparer.Ordinal) { ["text_embeds"] = pooled }, cancellationToken);
        FiniteCheck.Check(pooled.Span, "text_encoder");
        return Direction(pooled);
    }

    /// <summary>The direction of a picture of any size, <c>[Size]</c>, of length 1; its middle square is looked at.</summary>
    public float[] EmbedPicture(PixelImage picture, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(picture);
        using var embedding = new Tensor(1, Size);
        PictureEncoding.ToEmbedding(_imageEncoder ?? throw new InvalidOperationException("Only the text encoder was loaded."), _manifest, picture, embedding, cancellationToken);
        return Direction(embedding);
    }

    /// <summary>Cosine of two directions, −1 to 1.</summary>
    public static double Similarity(ReadOnlySpan<float> a, ReadOnlySpan<float> b) => VectorMath.Dot(a, b) / Math.Max(VectorMath.Length(a) * VectorMath.Length(b), 1e-12);

    public void Dispose()
    {
        if (!_ownsEncoders)
            return;
        _textEncoder.Dispose();
        _imageEncoder?.Dispose();
    }

    /// <summary>The parts that map into one space; null where a model lacks one.</summary>
    private static (string Text, string Image, string Tokenizer)? Parts(ModelManifest manifest)
    {
        (string Text, string Image, string Tokenizer)? parts = manifest.Family switch
        {
            ModelFamily.CanvasMini or ModelFamily.UnClip => ("text_encoder", "image_encoder", "tokenizer"),
            ModelFamily.Kandinsky22 => ("prior_text_encoder", "prior_image_encoder", "prior_tokenizer"),
            ModelFamily.StableDiffusion or ModelFamily.StableDiffusionXl => null,
            _ => throw new System.Diagnostics.UnreachableException(),
        };
        return parts is { } named && manifest.Has(named.Text) && manifest.Has(named.Image) ? named : null;
    }

    private static float[] Direction(Tensor embedding)
    {
        var values = embedding.Span.ToArray();
        VectorMath.Normalise(values);
        return values;
    }

    private static void AppendEnds(IncrementalHash sum, string file)
    {
        const int End = 1 << 20;
        try
        {
            using var stream = File.OpenRead(file);
            sum.AppendData(BitConverter.GetBytes(stream.Length));
            var buffer = new byte[(int)Math.Min(End, stream.Length)];
            stream.ReadExactly(buffer);
            sum.AppendData(buffer);
            stream.Seek(-buffer.Length, SeekOrigin.End);
            stream.ReadExactly(buffer);
            sum.AppendData(buffer);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ModelFormatException(file, $"cannot be read ({exception.Message}).", exception);
        }
    }
}
