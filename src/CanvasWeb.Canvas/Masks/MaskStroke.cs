using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace CanvasWeb.Canvas.Masks;

/// <summary>One movement of the mask brush or lasso, in the coordinates of the mask it belongs to.</summary>
/// <param name="Radius">Of the brush at full pressure, to the outside of its soft edge. Ignored for a lasso.</param>
/// <param name="Softness">0 is a hard edge; 1 fades over the whole radius. A lasso fades over <see cref="Radius"/> times this, half of it inside.</param>
/// <param name="Erase">Takes away instead of painting.</param>
/// <param name="Points">On the wire one flat list: x, y, pressure, x, y, pressure...</param>
public sealed record MaskStroke(
    StrokeShape Shape,
    double Radius,
    double Softness,
    bool Erase,
    [property: JsonConverter(typeof(MaskStroke.PointsConverter))] ImmutableArray<StrokePoint> Points)
{
    internal sealed class PointsConverter : JsonConverter<ImmutableArray<StrokePoint>>
    {
        public override ImmutableArray<StrokePoint> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType != JsonTokenType.StartArray)
                throw new JsonException("The points of a stroke are one list of numbers.");
            var points = ImmutableArray.CreateBuilder<StrokePoint>();
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                var x = Number(ref reader);
                reader.Read();
                var y = Number(ref reader);
                reader.Read();
                points.Add(new(x, y, Number(ref reader)));
            }

            return points.ToImmutable();
        }

        public override void Write(Utf8JsonWriter writer, ImmutableArray<StrokePoint> value, JsonSerializerOptions options)
        {
            writer.WriteStartArray();
            foreach (var point in value)
            {
                writer.WriteNumberValue(point.X);
                writer.WriteNumberValue(point.Y);
                writer.WriteNumberValue(point.Pressure);
            }

            writer.WriteEndArray();
        }

        private static double Number(ref Utf8JsonReader reader) => reader.TokenType == JsonTokenType.Number
            ? reader.GetDouble()
            : throw new JsonException("The points of a stroke are numbers, three for each point.");
    }
}
