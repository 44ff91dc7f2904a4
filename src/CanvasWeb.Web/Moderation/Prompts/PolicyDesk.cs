using CanvasWeb.Web.Audit;
using CanvasWeb.Web.Data;
using Microsoft.EntityFrameworkCore;

namespace CanvasWeb.Web.Moderation.Prompts;

/// <summary>What admins change about the word lists. It counts at once on this replica, and on others with their next look.</summary>
internal sealed class PolicyDesk(IDbContextFactory<AppDbContext> contexts, WriteTransactions writes, PromptPolicy policy, AuditLog audit, TimeProvider time)
{
    /// <summary>Lines of admins, all together.</summary>
    public const int MaxTerms = 1_000;

    /// <summary>Admins' own lines, the newest first.</summary>
    public async Task<IReadOnlyList<PolicyTerm>> TermsAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Set<PolicyTerm>().AsNoTracking().OrderByDescending(static term => term.CreatedAt).ToListAsync(cancellationToken);
    }

    /// <summary>Adds a line; one that begins with "-" takes a line of the files out.</summary>
    /// <returns>What is wrong with it; null where it counts now.</returns>
    public async Task<string?> AddAsync(string adminId, string category, string line, CancellationToken cancellationToken)
    {
        (category, line) = (category.Trim(), line.Trim());
        if (!PolicyFile.IsSection(category))
            return "BadCategory";
        var read = PolicyFile.ReadLine(PromptPolicy.Admin, 0, category, line);
        if (read.Text.Length == 0 || PolicyFile.Problem(read) is not null)
            return "BadLine";
        var removes = read.Kind == PolicyLineKind.Remove;
        var text = removes ? read.Text : line;
        var problem = await writes.RunAsync(
            async (db, token) =>
            {
                await WriteTransactions.LockAsync(db, "policy", token);
                if (await db.Set<PolicyTerm>().AnyAsync(term => term.Category == category && term.Line == text, token))
                    return "Twice";
                if (await db.Set<PolicyTerm>().CountAsync(token) >= MaxTerms)
                    return "TooMany";
                db.Add(new PolicyTerm { Id = RandomId.New(), Category = category, Line = text, Removes = removes, CreatedBy = adminId, CreatedAt = time.GetUtcNow() });
                audit.Add(db, adminId, removes ? "policy.remove" : "policy.add", "policy:" + category, text);
                return null;
            },
            cancellationToken);
        await policy.ReloadAsync(cancellationToken);
        return problem;
    }

    /// <summary>Takes an admin's line back. Again is harmless.</summary>
    public async Task TakeBackAsync(string adminId, string termId, CancellationToken cancellationToken)
    {
        await writes.RunAsync(
            async (db, token) =>
            {
                if (await db.Set<PolicyTerm>().FirstOrDefaultAsync(term => term.Id == termId, token) is not { } term)
                    return;
                db.Remove(term);
                audit.Add(db, adminId, "policy.take-back", "policy:" + term.Category, (term.Removes ? "-" : "") + term.Line);
            },
            cancellationToken);
        await policy.ReloadAsync(cancellationToken);
    }
}
