namespace CanvasWeb.Diffusion.Models;

/// <summary>One graph of a model folder.</summary>
/// <param name="Name">The name that pipelines use: "unet", "text_encoder_2", "prior_prior"; the folder may be called differently.</param>
/// <param name="GraphFile">Full path of <c>model.onnx</c>.</param>
/// <param name="ConfigFile">Full path of its <c>config.json</c>, or null: not every exporter writes one.</param>
public sealed record ModelComponent(string Name, string GraphFile, string? ConfigFile);
