using CanvasWeb.Diffusion.Models;
using CanvasWeb.Diffusion.Onnx;
using CanvasWeb.Diffusion.Tensors;
using CanvasWeb.Diffusion.Tokenizers;
using CanvasWeb.Imaging;

namespace CanvasWeb.Inference.Benchmarks.Quality;

/// <summary>
/// The model's own CLIP: both towers of its folder. It feeds the prior, so it is a friendly judge of what the model makes; the classifier is the independent one.
/// </summary>
internal sealed class OwnClip : IDisposable
{
    private readonly ModelManifest _manifest;
    private readonly ClipTokenizer _tokenizer;
    private readonly OnnxModel _text;
    private readonly OnnxModel _image;

    private OwnClip(ModelManifest manifest, OnnxModel text, OnnxModel image) =>
        (_manifest, _tokenizer, _text, _image) = (manifest, ClipTokenizer.Load(manifest.Tokenizers["tokenizer"]), text, image);

    /// <summary>Null where the model has no such towers: then nothing that needs them is measured.</summary>
    public static OwnClip? Load(ModelManifest manifest, CancellationToken cancellationToken)
    {
        if (manifest.Family != ModelFamily.CanvasMini || !manifest.Has("image_encoder"))
            return null;
        var options = new OnnxModelOptions { Provider = ExecutionProvider.Cpu, AllowSpinning = false };
        var text = manifest.Load("text_encoder", options, cancellationToken);
        if (text.FindOutput("text_embeds") is null)
        {
            text.Dispose();
            return null;
        }

        return new OwnClip(manifest, text, manifest.Load("image_encoder", options, cancellationToken));
    }

    /// <summary>Of a caption; length 1.</summary>
    public float[] Embed(string caption, CancellationToken cancellationToken)
    {
        using var ids = new Tensor(1, _manifest.MaxPromptTokens);
        using var embedding = new Tensor(1, _manifest.EmbeddingSize);
        var tokens = _tokenizer.Encode(caption, _manifest.MaxPromptTokens);
        for (var i = 0; i < ids.Length; i++)
            ids.Span[i] = tokens.Ids[i];
        _text.RunOnce(Single(_text.Inputs.Keys.First(), ids), Single("text_embeds", embedding), cancellationToken);
        return embedding.Span.ToArray();
    }

    /// <summary>Of a picture of any size, averaged down to the tower's side; length 1.</summary>
    public float[] Embed(PixelImage picture, CancellationToken cancellationToken)
    {
        var side = _manifest.ImageEncoderSize;
        using var pixels = new Tensor(1, 3, side, side);
        using var embedding = new Tensor(1, _manifest.EmbeddingSize);
        Pictures.WriteSquare(picture, side, pixels.Span);
        _image.RunOnce(Single(_image.Inputs.Keys.First(), pixels), Single(_image.Outputs.Keys.First(), embedding), cancellationToken);
        return embedding.Span.ToArray();
    }

    public void Dispose()
    {
        _text.Dispose();
        _image.Dispose();
    }

    private static Dictionary<string, Tensor> Single(string port, Tensor tensor) => new(StringComparer.Ordinal) { [port] = tensor };
}
