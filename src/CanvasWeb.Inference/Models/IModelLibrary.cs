using CanvasWeb.Diffusion.Pipelines;

namespace CanvasWeb.Inference.Models;

/// <summary>The models on this machine. Two implementations: the folders on disk, and the tests' library of one fake model.</summary>
internal interface IModelLibrary
{
    /// <summary>All models, also those that cannot be used.</summary>
    /// <param name="folder">What <c>--models</c> said; null looks in the usual places.</param>
    /// <param name="load">Load each model to find out whether its graphs can be used, too: exact, and slow for large models.</param>
    IReadOnlyList<ModelDescription> List(string? folder, bool load, CancellationToken cancellationToken);

    /// <summary>For a list that is empty: a sentence on where models are looked for and what belongs there.</summary>
    /// <param name="folder">As for <see cref="List"/>.</param>
    string WhatIsMissing(string? folder);

    /// <summary>Finds a model without loading it.</summary>
    /// <exception cref="Commands.CommandException">There is no such model, or it is refused; the message says what there is or why.</exception>
    LocatedModel Locate(ModelChoice choice);

    /// <summary>Refuses what the model's folder says it cannot do, without loading it.</summary>
    /// <exception cref="Commands.CommandException">As for <see cref="Locate"/>, or the request does not fit; the message says what would.</exception>
    void Check(ModelChoice choice, GenerationRequest request);

    /// <summary>Loads a model; the caller disposes it.</summary>
    /// <param name="log">Hears what the person should know, for example that CUDA is absent.</param>
    /// <exception cref="Commands.CommandException">As for <see cref="Locate"/>.</exception>
    OpenedModel Open(ModelChoice choice, Action<string> log, CancellationToken cancellationToken);
}
