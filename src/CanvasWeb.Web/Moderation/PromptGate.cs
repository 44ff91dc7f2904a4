using System.Security.Cryptography;
using System.Text;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Generation;
using CanvasWeb.Web.Moderation.Prompts;
using CanvasWeb.Web.Moderation.Refusals;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace CanvasWeb.Web.Moderation;

/// <summary>
/// What every order passes before anything is held: the prompt policy, and what admins have allowed to this person. A refusal is noted, so
/// that it has an id and can be appealed; the same words again are the same refusal.
/// </summary>
internal sealed class PromptGate(PromptPolicy policy, IDbContextFactory<AppDbContext> contexts, WriteTransactions writes, IOptions<ModerationOptions> options, TimeProvider time, ILogger<PromptGate> logger)
{
    private readonly ModerationOptions _options = options.Value;

    /// <param name="boardId">Empty for an order of the API.</param>
    /// <returns>Null: go on. Else code <see cref="GenerationRefusalCodes.PromptRefused"/> with the words, the category and the refusal's id.</returns>
    public Task<GenerationRefusal?> CheckAsync(string userId, string boardId, string prompt, string negativePrompt, CancellationToken cancellationToken) =>
        CheckAsync(userId, boardId, prompt, negativePrompt, fromPrompt: null, cancellationToken);

    /// <summary>The same for a change of caption.</summary>
    /// <param name="boardId">Empty for an order of the API.</param>
    /// <param name="fromPrompt">The caption that it starts from: refused with the other one, and noted in front of it.</param>
    public Task<GenerationRefusal?> CheckAsync(string userId, string boardId, string prompt, string negativePrompt, string? fromPrompt, CancellationToken cancellationToken) =>
        CheckAsync(userId, boardId, prompt, negativePrompt, fromPrompt, isNoted: true, cancellationToken);

    /// <summary>As an order of these words would be answered, while they are still being written: nothing is noted.</summary>
    public Task<GenerationRefusal?> LookAsync(string userId, string prompt, string? fromPrompt, CancellationToken cancellationToken) =>
        CheckAsync(userId, "", prompt, "", fromPrompt, isNoted: false, cancellationToken);

    private async Task<GenerationRefusal?> CheckAsync(string userId, string boardId, string prompt, string negativePrompt, string? fromPrompt, bool isNoted, CancellationToken cancellationToken)
    {
        if (!_options.CheckPrompts)
            return null;
        var verdict = policy.Check(prompt);
        if (!verdict.IsRefused)
            verdict = policy.Check(negativePrompt);
        if (!verdict.IsRefused && fromPrompt is not null)
            verdict = policy.Check(fromPrompt);
        if (!verdict.IsRefused)
            return null;

        if (fromPrompt is not null)
            prompt = $"{fromPrompt} → {prompt}";

        // The usual answer to a repeated press needs no write.
        var key = KeyOf(prompt, negativePrompt);
        var refusal = await FindAsync(userId, key, cancellationToken);
        if (isNoted)
            refusal ??= await NoteAsync(userId, boardId, key, prompt, negativePrompt, verdict, cancellationToken);
        if (refusal?.State == RefusalState.Allowed)
            return null;
        if (isNoted)
            logger.LogInformation("Refusal {RefusalId} for {Category}", refusal?.Id, verdict.Category);
        return new(
            GenerationRefusalCodes.PromptRefused,
            $"This site does not make pictures of this: {string.Join("; ", verdict.Words)} ({verdict.Category}). Nothing was spent. Change the prompt{(refusal is null ? "." : $", or ask for a second look at refusal {refusal.Id}.")}")
        {
            RefusalId = refusal?.Id,
            Category = verdict.Category,
            Words = verdict.Words,
        };
    }

    /// <summary>What makes two prompts the same: letters and order, not case, accents, spaces or signs.</summary>
    internal static string KeyOf(string prompt, string negativePrompt) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(PromptText.Fold(prompt) + "\n" + PromptText.Fold(negativePrompt))));

    private async Task<Refusal?> FindAsync(string userId, string key, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Set<Refusal>().AsNoTracking().FirstOrDefaultAsync(row => row.UserId == userId && row.Kind == RefusalKind.Prompt && row.Key == key, cancellationToken);
    }

    private Task<Refusal?> NoteAsync(string userId, string boardId, string key, string prompt, string negativePrompt, PromptVerdict verdict, CancellationToken cancellationToken) => writes.RunAsync(
        async (db, token) =>
        {
            // One after the other, so that the cap is exact and a doubled order finds its twin.
            await WriteTransactions.LockAsync(db, "refusals:" + userId, token);
            if (await db.Set<Refusal>().FirstOrDefaultAsync(row => row.UserId == userId && row.Kind == RefusalKind.Prompt && row.Key == key, token) is { } twin)
                return twin;
            var now = time.GetUtcNow();
            var dayAgo = now - TimeSpan.FromDays(1);
            if (await db.Set<Refusal>().CountAsync(row => row.UserId == userId && row.CreatedAt > dayAgo, token) >= _options.MaxRefusalsPerDay)
                return null;
            var refusal = Refusal.OfPrompt(userId, boardId, key, prompt, negativePrompt, verdict, now);
            db.Add(refusal);
            return refusal;
        },
        cancellationToken);
}
