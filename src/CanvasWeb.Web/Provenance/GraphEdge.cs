namespace CanvasWeb.Web.Provenance;

/// <summary>A picture was made with another.</summary>
/// <param name="From">The earlier one, by its tile.</param>
/// <param name="To">The later one.</param>
internal sealed record GraphEdge(string From, string To, GraphEdgeKind Kind);
