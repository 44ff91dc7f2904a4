namespace CanvasWeb.Web.Provenance;

/// <summary>The history of a board: what was made from what.</summary>
/// <param name="Nodes">By column, then row.</param>
/// <param name="More">Pictures that are too old to be in it.</param>
internal sealed record BoardGraph(IReadOnlyList<GraphNode> Nodes, IReadOnlyList<GraphEdge> Edges, int More)
{
    public int Columns => Nodes.Count == 0 ? 0 : Nodes.Max(static node => node.Column) + 1;

    public int Rows => Nodes.Count == 0 ? 0 : Nodes.Max(static node => node.Row) + 1;
}
