using System.Text.Json.Serialization;

namespace CanvasWeb.Web.Provenance;

/// <summary>What a file says about the pictures in it.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ProvenanceDetail>))]
internal enum ProvenanceDetail
{
    /// <summary>How each was made: prompts, seeds, settings, models; and all of the next.</summary>
    Full,

    /// <summary>That a model made them, with which program and from what; no prompt.</summary>
    Source,

    /// <summary>Nothing.</summary>
    None,
}
