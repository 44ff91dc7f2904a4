using CanvasWeb.Web.Generation;

namespace CanvasWeb.Web.Provenance;

/// <summary>The picture whose making is looked at.</summary>
/// <param name="Sha256">Its tile.</param>
/// <param name="Result">Null for uploads.</param>
internal sealed record DetailsSubject(string Sha256, ResultRef? Result);
