using CanvasWeb.Web.Generation.Workers;

namespace CanvasWeb.Web.Pictures;

/// <summary>Why a search found by the words of prompts alone, as the pages that search say it.</summary>
internal static class WordsAlone
{
    /// <summary>The key of the sentence in <see cref="PicturesText"/>.</summary>
    public static string Key(WorkerRegistry workers) =>
        workers.All.Any(static worker => worker.Models.Any(static model => model.EmbeddingSpace is { Length: > 0 })) ? "WordsAloneBusy" : "WordsAlone";
}
