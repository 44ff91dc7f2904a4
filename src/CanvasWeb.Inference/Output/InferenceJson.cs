using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using CanvasWeb.Contracts;
using CanvasWeb.Inference.Benchmarks.Quality;

namespace CanvasWeb.Inference.Output;

/// <summary>Everything that this program writes as JSON; source-generated, so that starting up costs no reflection.</summary>
[JsonSerializable(typeof(PictureParameters))]
[JsonSerializable(typeof(RunReport))]
[JsonSerializable(typeof(ErrorReport))]
[JsonSerializable(typeof(ModelList))]
[JsonSerializable(typeof(PictureInfo))]
[JsonSerializable(typeof(BenchReport))]
[JsonSerializable(typeof(MakerNote))]
[JsonSerializable(typeof(List<ScoredPicture>))]
[JsonSerializable(typeof(List<ComparedPicture>))]
[JsonSerializable(typeof(JobRecord))]
[JsonSerializable(typeof(SiteParameters))]
[JsonSerializable(typeof(ReplayReport))]
[JsonSerializable(typeof(QualityReport))]
[JsonSerializable(typeof(SuiteDocument))]
[JsonSerializable(typeof(JudgeLabels))]
[JsonSerializable(typeof(ModelReference))]
internal sealed partial class InferenceJson : JsonSerializerContext
{
    /// <summary>One line; absent values are left out. Prompts keep their letters (no \u escapes for Chinese): the text goes to files and terminals, never into HTML.</summary>
    public static InferenceJson Readable { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
