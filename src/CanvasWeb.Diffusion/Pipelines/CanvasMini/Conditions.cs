using CanvasWeb.Diffusion.Noise;
using CanvasWeb.Diffusion.Onnx;
using CanvasWeb.Diffusion.Pipelines.Shared;
using CanvasWeb.Diffusion.Schedulers;
using CanvasWeb.Diffusion.Tensors;

namespace CanvasWeb.Diffusion.Pipelines.CanvasMini;

/// <summary>What the decoder is conditioned on: text tokens and an image embedding. Row 0 is the empty or negative side, the last row the prompt's.</summary>
internal static class Conditions
{
    /// <summary>Tokens of the negative and of the prompt, or of the prompt alone for one pass, <c>[rows, length, width]</c>, and the pooled text, <c>[rows, embedding]</c>, where the encoder gives it.</summary>
    public static (Tensor Hidden, Tensor? Pooled) EncodeText(CanvasMiniModel model, TensorScope scope, CheckedRequest asked, CancellationToken cancellationToken)
    {
        var texts = asked.Texts(model.IsPair(asked));
        var ids = PromptTokens.Ids(scope, model.Tokenizer, model.Manifest.MaxPromptTokens, texts);
        return Encode(model, scope, ids, model.Prior is not null, cancellationToken);
    }

    /// <summary>The same for a text diff: the negative prompt, the caption to go from and the one to go to; pooled always.</summary>
    public static (Tensor Hidden, Tensor Pooled) EncodeCaptions(CanvasMiniModel model, TensorScope scope, GenerationRequest request, CancellationToken cancellationToken)
    {
        var length = model.Manifest.MaxPromptTokens;
        var ids = scope.New(3, length);
        PromptTokens.Write(PromptTokens.Encode(model.Tokenizer, request.NegativePrompt, length, PromptTokens.NegativePrompt), ids.Row(0));
        PromptTokens.Write(PromptTokens.Encode(model.Tokenizer, request.FromPrompt ?? "", length, PromptTokens.FromPrompt), ids.Row(1));
        PromptTokens.Write(PromptTokens.Encode(model.Tokenizer, request.Prompt, length, PromptTokens.Prompt), ids.Row(2));
        var (hidden, pooled) = Encode(model, scope, ids, wantsPooled: true, cancellationToken);
        return (hidden, pooled ?? throw new GenerationException("task_not_supported", $"The model '{model.Info.Name}' cannot compare words with pictures: its text encoder gives no embedding."));
    }

    private static (Tensor Hidden, Tensor? Pooled) Encode(CanvasMiniModel model, TensorScope scope, Tensor ids, bool wantsPooled, CancellationToken cancellationToken)
    {
        var (encoder, rows) = (model.TextEncoder, ids.Shape[0]);
        var width = encoder.Outputs["last_hidden_state"].Dimensions[2];
        var hidden = scope.New(rows, ids.Shape[1], width > 0 ? width : model.Manifest.CrossAttentionDim);
        var outputs = new Dictionary<string, Tensor>(StringComparer.Ordinal) { ["last_hidden_state"] = hidden };
        Tensor? pooled = null;
        if (wantsPooled && encoder.FindOutput("text_embeds") is { } port)
            outputs[port.Name] = pooled = scope.New(rows, model.Manifest.EmbeddingSize);
        encoder.RunOnce(Ports.Single(encoder.Inputs, ids), outputs, cancellationToken);
        FiniteCheck.Check(hidden.Span, "text_encoder");
        return (hidden, pooled);
    }

    /// <summary>
    /// The prior of unCLIP (Ramesh et al. 2022, arXiv 2204.06125, §2.2): a diffusion over embeddings that predicts the clean one. Works on
    /// embeddings of root mean square 1 (length 1 times the square root of their size); the result has length 1.
    /// </summary>
    /// <param name="samples">How many to draw; the one nearest to the text is taken.</param>
    /// <param name="embedding">Receives <c>[embedding]</c>.</param>
    public static void SamplePrior(CanvasMiniModel model, TensorScope scope, Tensor hidden, Tensor pooled, SeededNoise noise, int samples, Span<float> embedding, CancellationToken cancellationToken)
    {
        var prior = model.Prior ?? throw new InvalidOperationException("There is no prior.");
        var config = model.PriorScheduler ?? throw new InvalidOperationException("There is no prior scheduler.");
        var scheduler = SchedulerFactory.Create(config);
        var size = model.Manifest.EmbeddingSize;
        var sample = scope.New(1, size);
        var input = scope.New(1, size);
        var predicted = scope.New(1, size);
        var tokens = scope.New(1, hidden.Shape[1], hidden.Shape[2]);
        var text = scope.New(1, size);
        hidden.Row(hidden.Shape[0] - 1).CopyTo(tokens.Span);
        pooled.Row(pooled.Shape[0] - 1).CopyTo(text.Span);
        var timestep = scope.Own(TimestepInput.Create(prior, 1));
        using var run = prior.Bind(
            new Dictionary<string, Tensor>(StringComparer.Ordinal)
            {
                [(prior.FindInput("sample", "hidden_states") ?? prior.Inputs.Values.First()).Name] = input,
                [timestep.Name] = timestep.Tensor,
                ["encoder_hidden_states"] = tokens,
                [(prior.FindInput("text_embeds", "proj_embedding") ?? prior.Inputs.Values.Last()).Name] = text,
            },
            new Dictionary<string, Tensor>(StringComparer.Ordinal) { ["predicted_image_embedding"] = predicted });

        var nearest = new NearestSample(text.Span, embedding);
        for (var index = 0; index < samples; index++)
        {
            var own = NearestSample.Noise(noise, index);
            scheduler.SetTimesteps(model.Manifest.PriorSteps);
            own.Fill(sample.Span, "prior");
            VectorMath.Scale(sample.Span, scheduler.InitialNoiseSigma, sample.Span);
            for (var call = 0; call < scheduler.Timesteps.Count; call++)
            {
                scheduler.ScaleModelInput(call, sample.Span, input.Span);
                timestep.Set(scheduler.Timesteps[call]);
                run.Run(cancellationToken);
                FiniteCheck.Check(predicted.Span, "prior", call + 1);
                scheduler.Step(call, predicted.Span, sample.Span, [], own.Scope("prior"));
            }

            var square = 0.0;
            foreach (var value in sample.Span)
                square += value * (double)value;
            VectorMath.Scale(sample.Span, (float)(1 / Math.Sqrt(Math.Max(square, 1e-24))), sample.Span);
            nearest.Take(sample.Span);
        }
    }
}
