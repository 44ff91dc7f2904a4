namespace CanvasWeb.Web.Provenance;

/// <summary>Names the words of this folder: ProvenanceText.resx in English, ProvenanceText.pt.resx and so on beside it.</summary>
internal sealed class ProvenanceText;
