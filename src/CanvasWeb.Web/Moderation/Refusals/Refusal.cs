using CanvasWeb.Web.Data;

namespace CanvasWeb.Web.Moderation.Refusals;

/// <summary>Something that was refused to somebody, and what came of it. The same thing refused again is the same row.</summary>
internal sealed class Refusal
{
    public const int TextLength = 500;
    public const int CategoryLength = 40;
    public const int WordsLength = 200;

    private Refusal()
    {
    }

    public string Id { get; private init; } = "";

    public string UserId { get; private init; } = "";

    public RefusalKind Kind { get; private init; }

    /// <summary>What makes it the same again: a hash of the folded prompt, of the job and image, or of the input. Unique for each user and kind.</summary>
    public string Key { get; private init; } = "";

    /// <summary>Empty for an order of the API.</summary>
    public string BoardId { get; private init; } = "";

    /// <summary>Null for a prompt: there is no job.</summary>
    public string? JobId { get; private init; }

    public int? Image { get; private init; }

    /// <summary>The tile that is kept back.</summary>
    public string? Sha256 { get; private init; }

    /// <summary>As it was typed: an appeal is about it. Goes with the account, and after <see cref="ModerationOptions.KeepRefusalsDays"/>.</summary>
    public string Prompt { get; private init; } = "";

    public string NegativePrompt { get; private init; } = "";

    /// <summary>Of the lists, or the class of the classifier.</summary>
    public string Category { get; private init; } = "";

    /// <summary>The words that it goes by, separated by "; "; the score for a picture.</summary>
    public string Words { get; private init; } = "";

    public DateTimeOffset CreatedAt { get; private init; }

    public RefusalState State { get; private set; }

    public string? AppealText { get; private set; }

    public DateTimeOffset? AppealedAt { get; private set; }

    public string? Answer { get; private set; }

    public string? AnsweredBy { get; private set; }

    public DateTimeOffset? AnsweredAt { get; private set; }

    /// <summary>The person has seen the answer.</summary>
    public bool AnswerSeen { get; private set; }

    public static Refusal OfPrompt(string userId, string boardId, string key, string prompt, string negative, PromptVerdict verdict, DateTimeOffset now) => new()
    {
        Id = RandomId.New(),
        UserId = userId,
        BoardId = boardId,
        Kind = RefusalKind.Prompt,
        Key = key,
        Prompt = prompt,
        NegativePrompt = negative,
        Category = verdict.Category ?? throw new ArgumentException("Nothing is wrong with this prompt.", nameof(verdict)),
        Words = Cut(string.Join("; ", verdict.Words), WordsLength),
        CreatedAt = now,
    };

    public static Refusal OfPicture(RefusalKind kind, string userId, string boardId, string key, string jobId, int? image, string? sha256, string prompt, string category, string score, DateTimeOffset now) => new()
    {
        Id = RandomId.New(),
        UserId = userId,
        BoardId = boardId,
        Kind = kind,
        Key = key,
        JobId = jobId,
        Image = image,
        Sha256 = sha256,
        Prompt = prompt,
        Category = category,
        Words = score,
        CreatedAt = now,
    };

    /// <summary>The person asks to look again. Once: an answer ends it.</summary>
    /// <returns>False when it was appealed or answered before.</returns>
    public bool Appeal(string text, DateTimeOffset now)
    {
        if (State != RefusalState.Refused)
            return false;
        State = RefusalState.Appealed;
        AppealText = Cut(text, TextLength);
        AppealedAt = now;
        return true;
    }

    /// <summary>An admin's word, also where nobody asked for it, and also to change an earlier one.</summary>
    public void Decide(bool allow, string adminId, string answer, DateTimeOffset now)
    {
        State = allow ? RefusalState.Allowed : RefusalState.Upheld;
        Answer = Cut(answer, TextLength);
        AnsweredBy = adminId;
        AnsweredAt = now;
        AnswerSeen = false;
    }

    public void SeeAnswer() => AnswerSeen = true;

    private static string Cut(string text, int length) => text.Length <= length ? text : text[..length];
}
