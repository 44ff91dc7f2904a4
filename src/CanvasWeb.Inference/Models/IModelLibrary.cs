namespace CanvasWeb.Inference.Models;

/// <summary>The models on this machine. Two implementations: the folders on disk, and the tests' library of one fake model.</summary>
internal interface IModelLibrary
{
    /// <summary>All models, also those that cannot be used, by name.</summary>
    /// <param name="folder">What <c>--models</c> said; null searches, see <see cref="ModelsFolder"/>.</param>
    IReadOnlyList<ModelDescription> List(string? folder);

    /// <summary>Loads a model; the caller disposes it.</summary>
    /// <param name="name">A name or a folder's path; null takes the default.</param>
    /// <param name="folder">As for <see cref="List"/>.</param>
    /// <param name="log">Hears what the person should know, for example that CUDA is absent.</param>
    /// <exception cref="Commands.CommandException">There is no such model, or it is refused; the message says what there is or why.</exception>
    OpenedModel Open(string? name, string? folder, Action<string> log);
}
