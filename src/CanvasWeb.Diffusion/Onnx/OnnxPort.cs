namespace CanvasWeb.Diffusion.Onnx;

/// <summary>One named input or output of a graph.</summary>
/// <param name="Name">As in the file.</param>
/// <param name="Type">What the graph wants or gives.</param>
/// <param name="Dimensions">Sizes, outermost first; -1 where the size is free. Empty for a scalar.</param>
/// <param name="Symbols">The names of the free sizes ("batch", "height"), null where a size is fixed or has no name.</param>
public sealed record OnnxPort(string Name, OnnxElementType Type, IReadOnlyList<int> Dimensions, IReadOnlyList<string?> Symbols)
{
    public int Rank => Dimensions.Count;

    /// <summary>True where values have no fraction: token ids, most timesteps.</summary>
    public bool IsInteger => Type is OnnxElementType.Int64 or OnnxElementType.Int32 or OnnxElementType.Int8 or OnnxElementType.UInt8;

    /// <summary>Whether a tensor of this shape fits; the reason is for people: "rank 3 instead of 4", "size 5 instead of 4 at dimension 1".</summary>
    public bool Accepts(ReadOnlySpan<int> shape, out string reason)
    {
        reason = "";
        if (shape.Length != Rank)
        {
            reason = FormattableString.Invariant($"rank {shape.Length} instead of {Rank}");
            return false;
        }

        for (var i = 0; i < Rank; i++)
        {
            if (Dimensions[i] >= 0 && Dimensions[i] != shape[i])
            {
                reason = FormattableString.Invariant($"size {shape[i]} instead of {Dimensions[i]} at dimension {i}");
                return false;
            }
        }

        return true;
    }

    /// <summary>For messages: <c>sample float16 [batch, 4, height, width]</c>.</summary>
    public override string ToString() => $"{Name} {Type.ToString().ToLowerInvariant()} [{string.Join(", ", Dimensions.Select((size, i) => size >= 0 ? FormattableString.Invariant($"{size}") : Symbols[i] ?? "?"))}]";

    internal static string Describe(ReadOnlySpan<int> shape) => $"[{string.Join(", ", shape.ToArray())}]";
}
