namespace CanvasWeb.Web.Generation;

/// <summary>Codes of refusals besides those of the planner (frame_too_large, nothing_to_make, cannot_inpaint ...). Part of the wire form.</summary>
internal static class GenerationRefusalCodes
{
    public const string Forbidden = "forbidden";
    public const string NotEnoughCredits = "not_enough_credits";
    public const string PromptMissing = "prompt_missing";
    public const string PromptTooLong = "prompt_too_long";

    /// <summary>The prompt policy does not want it (see Moderation); <see cref="GenerationRefusal.RefusalId"/> says where to appeal.</summary>
    public const string PromptRefused = "prompt_refused";
    public const string ModelMissing = "model_missing";
    public const string QueueFull = "queue_full";
    public const string BadSetting = "bad_setting";

    /// <summary>The site is being worked on (SiteLimits): later it may be asked again.</summary>
    public const string Maintenance = "maintenance";

    /// <summary>An admin keeps the person out.</summary>
    public const string Suspended = "suspended";

    public const string ResultMissing = "result_missing";
    public const string RequestReused = "request_reused";
    public const string CannotVary = "cannot_vary";

    /// <summary>The model makes nothing of that kind out of pictures.</summary>
    public const string CannotDo = "cannot_do";

    /// <summary>A tile that the operation names is not on the board any more, or is not shown.</summary>
    public const string TileMissing = "tile_missing";

    /// <summary>It would have more pixels than the site makes.</summary>
    public const string TooLarge = "picture_too_large";
}
