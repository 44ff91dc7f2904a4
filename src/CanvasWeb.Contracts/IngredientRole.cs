using System.Text.Json.Serialization;

namespace CanvasWeb.Contracts;

/// <summary>What a picture was to another that was made with it. The numbers are stored.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<IngredientRole>))]
public enum IngredientRole
{
    /// <summary>It lay under the frame, or reached into it: parts of it may show in what was made.</summary>
    Under = 0,

    /// <summary>It lay beside the frame: the model saw it, and none of it was written.</summary>
    Context = 1,

    /// <summary>The picture that was varied.</summary>
    Varied = 2,
}
