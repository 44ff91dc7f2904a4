using CanvasWeb.Diffusion.Pipelines;
using CanvasWeb.Inference.Commands;
using CanvasWeb.Inference.Models;
using CanvasWeb.Testing;

namespace CanvasWeb.Inference.Tests;

/// <summary>A library with one model, which is the house's fake pipeline.</summary>
internal sealed class FakeModelLibrary(FakePipeline pipeline) : IModelLibrary
{
    /// <summary>How often the model's content was read for its hash.</summary>
    public int Hashed { get; private set; }

    public List<ModelDescription> Models { get; } = [new ModelDescription { Name = "fake", Family = "fake", NativeSize = 64, SizeBytes = 1234 }];

    public IReadOnlyList<ModelDescription> List(string? folder, bool load, CancellationToken cancellationToken) => Models;

    public string WhatIsMissing(string? folder) => "No models are here: put one there.";

    public LocatedModel Locate(ModelChoice choice) => throw new NotSupportedException("A fake model has no folder.");

    /// <summary>Folder of a real model whose description refuses what it lacks; null leaves that to the pipeline.</summary>
    public string? DescribedBy { get; init; }

    public void Check(ModelChoice choice, GenerationRequest request)
    {
        if (DescribedBy != null)
            new ModelLibrary(variable: null, AppContext.BaseDirectory).Check(new ModelChoice(DescribedBy), request);
    }

    public OpenedModel Open(ModelChoice choice, Action<string> log, CancellationToken cancellationToken) =>
        choice.Name is null or "fake"
            ? new OpenedModel(pipeline, new ModelIdentity("fake", "fake", Hash), "cpu")
            : throw new CommandException(ExitCode.Model, "model_not_found", $"There is no model {choice.Name}.");

    private string Hash(CancellationToken cancellationToken)
    {
        Hashed++;
        return new string('0', 64);
    }
}
