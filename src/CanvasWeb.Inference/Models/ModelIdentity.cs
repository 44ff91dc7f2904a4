using CanvasWeb.Diffusion.Models;
using CanvasWeb.Inference.Output;

namespace CanvasWeb.Inference.Models;

/// <summary>Which model this is. Its name is known at once; the hash of its content only when it is asked for, because that reads every byte.</summary>
internal sealed class ModelIdentity
{
    private readonly Func<CancellationToken, string> _hash;
    private ModelReference? _reference;

    /// <param name="hash">Computes the hash of the content, lower-case hex; called once.</param>
    public ModelIdentity(string name, string family, Func<CancellationToken, string> hash)
    {
        Name = name;
        Family = family;
        _hash = hash;
    }

    public string Name { get; }

    public string Family { get; }

    /// <exception cref="ModelFormatException">A file has gone or cannot be read.</exception>
    public ModelReference Reference(CancellationToken cancellationToken) => _reference ??= new ModelReference(Name, Family, _hash(cancellationToken));
}
