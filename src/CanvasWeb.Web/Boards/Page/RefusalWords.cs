using System.Globalization;
using CanvasWeb.Canvas.Document;
using CanvasWeb.Web.Generation;
using CanvasWeb.Web.Generation.Models;
using Microsoft.Extensions.Localization;

namespace CanvasWeb.Web.Boards.Page;

/// <summary>What is not possible, in words that say what to do. Codes without words of their own show the English sentence that came with them.</summary>
internal static class RefusalWords
{
    public static string For(GenerationRefusal refusal, IStringLocalizer text, ModelInfo? model) => refusal.Code switch
    {
        GenerationRefusalCodes.NotEnoughCredits when refusal is { Price: { } price, Available: { } available } =>
            text["Refused_not_enough_credits", Number(available), Number(price)],
        GenerationRefusalCodes.PromptTooLong when model is not null => text["Refused_prompt_too_long", Number(model.MaxPromptLength)],
        GenerationRefusalCodes.PromptRefused when refusal is { Words: { } words, Category: { } category } =>
            text["Refused_prompt_refused", string.Join("; ", words), text["PolicyCategory_" + category] is { ResourceNotFound: false } named ? named.Value : category],
        _ => text["Refused_" + refusal.Code] is { ResourceNotFound: false } known ? known : refusal.Message,
    };

    /// <summary>Why a job failed.</summary>
    public static string For(JobError error, IStringLocalizer text) =>
        text["Failed_" + error.Code] is { ResourceNotFound: false } known ? known : error.Message;

    /// <summary>Settings that only some models know, as one line.</summary>
    public static string Summary(FrameSettings settings, IStringLocalizer text) =>
        settings.Seed is { } seed ? text["SummarySeed", Number(settings.Count), seed.ToString(CultureInfo.InvariantCulture)] : text["Summary", Number(settings.Count)];

    private static string Number(long value) => value.ToString("N0", CultureInfo.CurrentCulture);
}
