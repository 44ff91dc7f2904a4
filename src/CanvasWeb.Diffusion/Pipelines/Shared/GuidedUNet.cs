using CanvasWeb.Diffusion.Onnx;
using CanvasWeb.Diffusion.Schedulers;
using CanvasWeb.Diffusion.Tensors;

namespace CanvasWeb.Diffusion.Pipelines.Shared;

/// <summary>
/// A U-Net bound for one picture with its conditions, called once a step with or without classifier-free guidance. Everything is
/// allocated here, a call allocates nothing; the scope owns the buffers.
/// </summary>
internal sealed class GuidedUNet
{
    private readonly BoundRun _run;
    private readonly TimestepInput _timestep;
    private readonly Tensor _sample;
    private readonly Tensor _output;
    private readonly string _part;
    private readonly float _scale;
    private readonly int _batch;
    private readonly int _latent;
    private readonly bool _keepsVariance;

    /// <param name="unet">Inputs <c>sample</c>, a timestep and those of <paramref name="conditions"/>; output <c>out_sample</c>.</param>
    /// <param name="part">Its name, for messages.</param>
    /// <param name="guidanceScale">The scale of a guidance pair, or null for one pass with the conditions' last row.</param>
    /// <param name="latents">Shape of what is denoised, <c>[1, channels, height, width]</c>.</param>
    /// <param name="inChannels">Of <c>sample</c>: the latents', and what <see cref="SetRest"/> adds.</param>
    /// <param name="outChannels">Twice the latents' where the variance is learnt too.</param>
    /// <param name="keepsVariance">Hands the learnt variance on to the scheduler; it is the guided side's.</param>
    /// <param name="conditions">By port, <c>[2, ...]</c>: row 0 the unguided or negative side, row 1 the prompt's; for one pass the prompt's row alone will do. Ports that the graph lacks are left out.</param>
    public GuidedUNet(OnnxModel unet, string part, TensorScope scope, float? guidanceScale, ReadOnlySpan<int> latents, int inChannels, int outChannels, bool keepsVariance, IReadOnlyDictionary<string, Tensor> conditions)
    {
        _part = part;
        _batch = guidanceScale is null ? 1 : 2;
        _scale = guidanceScale ?? 1f;
        _latent = latents[1] * latents[2] * latents[3];
        _keepsVariance = keepsVariance;
        _sample = scope.New(_batch, inChannels, latents[2], latents[3]);
        _output = scope.New(_batch, outChannels, latents[2], latents[3]);
        _timestep = scope.Own(TimestepInput.Create(unet, _batch));
        var inputs = new Dictionary<string, Tensor>(StringComparer.Ordinal) { ["sample"] = _sample, [_timestep.Name] = _timestep.Tensor };
        foreach (var (name, pair) in conditions)
        {
            if (unet.FindInput(name) is null)
                continue;
            var bound = pair;
            if (_batch < pair.Shape[0])
            {
                bound = scope.New([1, .. pair.Shape.AsSpan(1)]);
                pair.Row(pair.Shape[0] - 1).CopyTo(bound.Span);
            }

            inputs.Add(name, bound);
        }

        _run = scope.Own(unet.Bind(inputs, new Dictionary<string, Tensor>(StringComparer.Ordinal) { ["out_sample"] = _output }));
    }

    /// <summary>The channels after the latents, constant over the run: mask and masked picture, or a small picture to enlarge.</summary>
    public void SetRest(params ReadOnlySpan<float[]> planes)
    {
        for (var row = 0; row < _batch; row++)
        {
            var rest = _sample.Row(row)[_latent..];
            foreach (var plane in planes)
            {
                plane.CopyTo(rest);
                rest = rest[plane.Length..];
            }
        }
    }

    /// <summary>One model call with guidance.</summary>
    /// <param name="call">Index into the scheduler's timesteps.</param>
    /// <returns>The prediction, and the variance behind it where that is kept; valid until the next call.</returns>
    public ReadOnlySpan<float> Predict(IScheduler scheduler, int call, ReadOnlySpan<float> latents, CancellationToken cancellationToken)
    {
        var first = _sample.Row(0)[.._latent];
        scheduler.ScaleModelInput(call, latents, first);
        if (_batch == 2)
            first.CopyTo(_sample.Row(1));
        _timestep.Set(scheduler.Timesteps[call]);
        _run.Run(cancellationToken);
        var guided = _output.Row(_batch - 1);
        if (_batch == 2)
            Guidance.Combine(_output.Row(0)[.._latent], guided[.._latent], _scale, guided[.._latent]);
        var prediction = guided[..(_keepsVariance ? 2 * _latent : _latent)];
        FiniteCheck.Check(prediction, _part, call + 1);
        return prediction;
    }
}
