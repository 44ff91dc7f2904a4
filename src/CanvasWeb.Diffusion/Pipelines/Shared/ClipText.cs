using CanvasWeb.Diffusion.Models;
using CanvasWeb.Diffusion.Onnx;
using CanvasWeb.Diffusion.Tensors;
using CanvasWeb.Diffusion.Tokenizers;

namespace CanvasWeb.Diffusion.Pipelines.Shared;

/// <summary>What CLIP's text side says of a negative prompt (row 0) and a prompt (row 1): for the unCLIP families.</summary>
/// <param name="Hidden">Tokens, <c>[2, length, width]</c>.</param>
/// <param name="Pooled">Projected, <c>[2, embedding]</c>.</param>
/// <param name="Mask">1 where there is text, 0 where there is padding, <c>[2, length]</c>.</param>
internal sealed record ClipText(Tensor Hidden, Tensor Pooled, Tensor Mask)
{
    public static ClipText Encode(OnnxModel encoder, ClipTokenizer tokenizer, ModelManifest manifest, TensorScope scope, string negative, string prompt, CancellationToken cancellationToken)
    {
        var length = manifest.MaxPromptTokens;
        var ids = scope.New(2, length);
        var mask = scope.New(2, length);
        for (var row = 0; row < 2; row++)
        {
            var tokens = PromptTokens.Encode(tokenizer, row == 0 ? negative : prompt, length, row == 0 ? PromptTokens.NegativePrompt : PromptTokens.Prompt);
            PromptTokens.Write(tokens, ids.Row(row));
            mask.Row(row)[..tokens.TokenCount].Fill(1f);
        }

        var width = encoder.Outputs["last_hidden_state"].Dimensions[2];
        var hidden = scope.New(2, length, width > 0 ? width : manifest.TextHiddenSizes.Values.FirstOrDefault(manifest.CrossAttentionDim));
        var pooled = scope.New(2, manifest.EmbeddingSize);
        encoder.RunOnce(Ports.Single(encoder.Inputs, ids), new Dictionary<string, Tensor>(StringComparer.Ordinal) { ["last_hidden_state"] = hidden, ["text_embeds"] = pooled }, cancellationToken);
        FiniteCheck.Check(hidden.Span, "text_encoder");
        FiniteCheck.Check(pooled.Span, "text_encoder");
        return new ClipText(hidden, pooled, mask);
    }
}
