using System.Collections.Immutable;

namespace CanvasWeb.Web.Credits;

/// <summary>A page of a person's lines, newest first.</summary>
/// <param name="Total">How many lines there are on all pages.</param>
/// <param name="Older">What to ask for to get the next page; null on the last.</param>
/// <param name="Newer">What to ask for to get the page before; null on the first.</param>
internal sealed record Statement(ImmutableArray<StatementLine> Lines, long Total, long? Older, long? Newer);
