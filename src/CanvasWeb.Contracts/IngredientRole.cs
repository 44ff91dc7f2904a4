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

    /// <summary>One of the two pictures that it lies between.</summary>
    Blended = 3,

    /// <summary>The picture that was changed as its caption was.</summary>
    Reworded = 4,

    /// <summary>The same picture with fewer pixels.</summary>
    Enlarged = 5,
}
