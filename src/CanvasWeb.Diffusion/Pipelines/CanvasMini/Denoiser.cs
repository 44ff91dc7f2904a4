using CanvasWeb.Diffusion.Onnx;
using CanvasWeb.Diffusion.Pipelines.Shared;
using CanvasWeb.Diffusion.Schedulers;
using CanvasWeb.Diffusion.Tensors;

namespace CanvasWeb.Diffusion.Pipelines.CanvasMini;

/// <summary>
/// The U-Net bound for one picture: sample = [latent, mask, masked picture's latent], text tokens, and where the graph has them the
/// image embedding and the guidance port. Everything is allocated here; a call allocates nothing. The scope owns the buffers.
/// </summary>
internal sealed class Denoiser
{
    private readonly BoundRun _run;
    private readonly TimestepInput _timestep;
    private readonly Tensor _sample;
    private readonly Tensor _output;
    private readonly float _scale;
    private readonly int _batch;
    private readonly bool _isPair;
    private readonly float? _blend;
    private readonly int _latent;

    /// <param name="hidden">Text tokens, <c>[rows, length, width]</c>: the last is the prompt's, the first the negative side's for two passes.</param>
    /// <param name="embedding">Image embedding of length 1, zeros for none; only looked at where the graph takes one.</param>
    /// <param name="blend">Null; or how much of the last of <paramref name="hidden"/> and how little of the last but one is followed, 0 to 1: the network is asked with each, and the answers are mixed.</param>
    public Denoiser(CanvasMiniModel model, TensorScope scope, Tensor hidden, ReadOnlySpan<float> embedding, CheckedRequest asked, int height, int width, float? blend = null)
    {
        var (unet, channels) = (model.UNet, model.Manifest.LatentChannels);
        var prompts = blend is null ? 1 : 2;
        _blend = blend;
        _isPair = model.IsPair(asked);
        _batch = _isPair ? 1 + prompts : prompts;
        _scale = asked.GuidanceScale;
        _latent = channels * height * width;
        _sample = scope.New(_batch, (2 * channels) + 1, height, width);
        _output = scope.New(_batch, channels, height, width);
        _timestep = scope.Own(TimestepInput.Create(unet, _batch));

        var tokens = scope.New(_batch, hidden.Shape[1], hidden.Shape[2]);
        for (var back = 1; back <= prompts; back++)
            hidden.Row(hidden.Shape[0] - back).CopyTo(tokens.Row(_batch - back));
        if (_isPair)
            hidden.Row(0).CopyTo(tokens.Row(0));
        var inputs = new Dictionary<string, Tensor>(StringComparer.Ordinal) { ["sample"] = _sample, [_timestep.Name] = _timestep.Tensor, ["encoder_hidden_states"] = tokens };
        if (model.TakesImageEmbedding)
        {
            // The unguided side sees no picture either: its embedding stays zeros.
            var embeddings = inputs["image_embeds"] = scope.New(_batch, model.Manifest.EmbeddingSize);
            for (var back = 1; back <= prompts; back++)
                embedding.CopyTo(embeddings.Row(_batch - back));
        }

        if (unet.FindInput("guidance") is not null)
        {
            var port = inputs["guidance"] = scope.New(_batch);
            port.Span.Fill(model.IsOnePass(asked) ? asked.GuidanceScale : 0f);
        }

        _run = scope.Own(unet.Bind(inputs, new Dictionary<string, Tensor>(StringComparer.Ordinal) { ["out_sample"] = _output }));
    }

    /// <summary>What is to be made and what is known: constant over the run.</summary>
    /// <param name="mask"><c>[height * width]</c>, 1 = make.</param>
    /// <param name="masked">Latents of the picture with the hole at mid grey, <c>[channels * height * width]</c>.</param>
    public void SetKnown(CanvasMiniModel model, ReadOnlySpan<float> mask, ReadOnlySpan<float> masked)
    {
        for (var row = 0; row < _batch; row++)
        {
            var rest = _sample.Row(row)[_latent..];
            mask.CopyTo(rest);
            if (!model.Manifest.MaskOneMeansPaint)
            {
                foreach (ref var value in rest[..mask.Length])
                    value = 1f - value;
            }

            masked.CopyTo(rest[mask.Length..]);
        }
    }

    /// <summary>Everything is to be made: mask 1 everywhere, and the latent of a grey picture where the known picture would be.</summary>
    public void SetNothingKnown(CanvasMiniModel model)
    {
        var area = _latent / model.Manifest.LatentChannels;
        var mask = new float[area];
        var grey = new float[_latent];
        Array.Fill(mask, 1f);
        for (var channel = 0; model.Manifest.GreyLatent is { } values && channel < values.Count; channel++)
            Array.Fill(grey, values[channel], channel * area, area);
        SetKnown(model, mask, grey);
    }

    /// <summary>One model call with guidance.</summary>
    /// <param name="call">Index into the scheduler's timesteps.</param>
    /// <returns>The prediction, valid until the next call.</returns>
    public ReadOnlySpan<float> Predict(IScheduler scheduler, int call, ReadOnlySpan<float> latents, CancellationToken cancellationToken)
    {
        var first = _sample.Row(0)[.._latent];
        scheduler.ScaleModelInput(call, latents, first);
        for (var row = 1; row < _batch; row++)
            first.CopyTo(_sample.Row(row));
        _timestep.Set(scheduler.Timesteps[call]);
        _run.Run(cancellationToken);
        var prompt = _output.Row(_batch - 1);
        if (_blend is { } blend)
            Guidance.Combine(_output.Row(_batch - 2), prompt, blend, prompt);
        var prediction = _output.Row(0);
        if (_isPair)
            Guidance.Combine(prediction, prompt, _scale, prediction);
        else if (_batch > 1)
            prediction = prompt;
        FiniteCheck.Check(prediction, "unet", call + 1);
        return prediction;
    }
}
