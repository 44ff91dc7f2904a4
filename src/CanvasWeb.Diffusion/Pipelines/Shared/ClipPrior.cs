using CanvasWeb.Diffusion.Models;
using CanvasWeb.Diffusion.Noise;
using CanvasWeb.Diffusion.Onnx;
using CanvasWeb.Diffusion.Schedulers;
using CanvasWeb.Diffusion.Tensors;

namespace CanvasWeb.Diffusion.Pipelines.Shared;

/// <summary>
/// The diffusion prior of unCLIP (Ramesh et al. 2022, arXiv 2204.06125, §2.2) as Karlo and Kandinsky 2.2 export it: from text to a CLIP
/// image embedding, with guidance.
/// </summary>
internal static class ClipPrior
{
    /// <summary>Refuses a folder whose prior lacks the statistics of its embeddings: without them it gives a wrong picture, not an error.</summary>
    public static void CheckStatistics(ModelManifest manifest, string component)
    {
        if (manifest.PriorMean is null || manifest.PriorStd is null)
            throw new ModelFormatException(Path.Combine(manifest.Folder, component, "config.json"), "has no \"clip_mean\" and \"clip_std\": the exporter must write these two parameters of the prior down, for they are not part of its graph.");
    }

    /// <param name="text">Row 0 guides away, row 1 towards.</param>
    /// <param name="noise">The start is its stream "prior", the steps draw in its scope "prior".</param>
    /// <param name="samples">How many to draw; the one nearest to the text is taken.</param>
    /// <param name="embedding">Receives the embedding as the image encoder would give it, <c>[embedding]</c>.</param>
    public static void Sample(OnnxModel prior, ModelManifest manifest, SchedulerConfig config, TensorScope scope, ClipText text, SeededNoise noise, int samples, Span<float> embedding, CancellationToken cancellationToken)
    {
        var scheduler = SchedulerFactory.Create(config);
        var guides = manifest.PriorGuidanceScale > 1f;
        var batch = guides ? 2 : 1;
        var size = embedding.Length;
        var sample = scope.New(1, size);
        var input = scope.New(batch, size);
        var predicted = scope.New(batch, size);
        var timestep = scope.Own(TimestepInput.Create(prior, batch));
        var inputs = new Dictionary<string, Tensor>(StringComparer.Ordinal)
        {
            [(prior.FindInput("hidden_states", "sample") ?? prior.Inputs.Values.First()).Name] = input,
            [timestep.Name] = timestep.Tensor,
            [(prior.FindInput("proj_embedding", "text_embeds") ?? prior.Inputs.Values.Last()).Name] = Rows(scope, text.Pooled, guides),
            ["encoder_hidden_states"] = Rows(scope, text.Hidden, guides),
        };
        if (prior.FindInput("attention_mask") is not null)
            inputs["attention_mask"] = Rows(scope, text.Mask, guides);
        using var run = prior.Bind(inputs, new Dictionary<string, Tensor>(StringComparer.Ordinal) { ["predicted_image_embedding"] = predicted });

        // The prior works on embeddings of mean 0 and deviation 1.
        var (mean, deviation) = (manifest.PriorMean ?? [0f], manifest.PriorStd ?? [1f]);
        var nearest = new NearestSample(text.Pooled.Row(1), embedding);
        for (var index = 0; index < samples; index++)
        {
            var own = NearestSample.Noise(noise, index);
            scheduler.SetTimesteps(manifest.PriorSteps);
            own.Fill(sample.Span, "prior");
            VectorMath.Scale(sample.Span, scheduler.InitialNoiseSigma, sample.Span);
            for (var call = 0; call < scheduler.Timesteps.Count; call++)
            {
                scheduler.ScaleModelInput(call, sample.Span, input.Row(0));
                if (guides)
                    input.Row(0).CopyTo(input.Row(1));
                timestep.Set(scheduler.Timesteps[call]);
                run.Run(cancellationToken);
                var prediction = predicted.Row(batch - 1);
                if (guides)
                    Guidance.Combine(predicted.Row(0), prediction, manifest.PriorGuidanceScale, prediction);
                FiniteCheck.Check(prediction, "prior", call + 1);
                scheduler.Step(call, prediction, sample.Span, [], own.Scope("prior"));
            }

            for (var i = 0; i < size; i++)
                sample.Span[i] = (sample.Span[i] * deviation[deviation.Count == 1 ? 0 : i]) + mean[mean.Count == 1 ? 0 : i];
            nearest.Take(sample.Span);
        }
    }

    private static Tensor Rows(TensorScope scope, Tensor pair, bool both)
    {
        if (both)
            return pair;
        var one = scope.New([1, .. pair.Shape.AsSpan(1)]);
        pair.Row(1).CopyTo(one.Span);
        return one;
    }
}
