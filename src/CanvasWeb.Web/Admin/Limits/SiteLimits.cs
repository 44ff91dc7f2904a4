using System.Collections.Frozen;
using System.Globalization;
using CanvasWeb.Web.Accounts;
using CanvasWeb.Web.Credits;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Generation;
using CanvasWeb.Web.OpenAi;
using CanvasWeb.Web.Tiles;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace CanvasWeb.Web.Admin.Limits;

/// <summary>
/// The limits that admins change while the site runs: what the database says, else what the options say. Read without waiting; a change counts
/// at once in the process that made it and within <see cref="SiteLimitsRefresh.Every"/> in others.
/// </summary>
internal sealed class SiteLimits(
    IDbContextFactory<AppDbContext> contexts,
    IOptions<AccountsOptions> accounts,
    IOptions<GenerationOptions> generation,
    IOptions<CreditsOptions> credits,
    IOptions<TileOptions> tiles,
    IOptions<OpenAiOptions> api)
{
    private const long Mebibyte = 1L << 20;
    private volatile State? _state;

    public SiteLimitValues Now => Current.Values;

    /// <summary>What counts for a limit, as text.</summary>
    public string ValueOf(SiteLimit limit) => Current.Set.TryGetValue(limit.Name, out var value) ? value : DefaultOf(limit);

    /// <summary>What the options say, as text.</summary>
    public string DefaultOf(SiteLimit limit) => limit.Name switch
    {
        SiteLimit.Maintenance => "false",
        SiteLimit.Registration => accounts.Value.AllowRegistration ? "true" : "false",
        SiteLimit.ProviderRegistration or SiteLimit.TryIt => "true",
        SiteLimit.QueuedPerPerson => Text(generation.Value.MaxQueuedPerUser),
        SiteLimit.RunningPerPerson => Text(generation.Value.MaxRunningPerUser),
        SiteLimit.FirstMonthCredits => Text(credits.Value.FirstMonth),
        SiteLimit.LaterMonthCredits => Text(credits.Value.LaterMonths),
        SiteLimit.UploadMebibytes => Text(tiles.Value.MaxUploadBytes / Mebibyte),
        SiteLimit.UploadsPerDay => Text(tiles.Value.UploadsPerDay),
        SiteLimit.UploadMebibytesPerDay => Text(tiles.Value.UploadBytesPerDay / Mebibyte),
        SiteLimit.ApiRequestsPerMinute => Text(api.Value.RequestsPerMinute),
        _ => "",
    };

    public bool IsSet(SiteLimit limit) => Current.Set.ContainsKey(limit.Name);

    /// <summary>Writes within the caller's transaction, who writes the audit log there too and calls <see cref="RefreshAsync"/> after the commit.</summary>
    /// <param name="value">As <see cref="SiteLimit.Parse"/> made it; null goes back to the option.</param>
    /// <returns>What counted before, as text.</returns>
    public async Task<string> SetAsync(AppDbContext db, SiteLimit limit, string? value, CancellationToken cancellationToken)
    {
        await WriteTransactions.LockAsync(db, "limits:" + limit.Name, cancellationToken);
        var row = await db.Set<SiteLimitRow>().FirstOrDefaultAsync(known => known.Name == limit.Name, cancellationToken);
        var before = row?.Value ?? DefaultOf(limit);
        if (value is null && row is not null)
            db.Remove(row);
        else if (value is not null && row is null)
            db.Add(new SiteLimitRow { Name = limit.Name, Value = value });
        else if (value is not null && row is not null)
            row.Value = value;
        return before;
    }

    /// <summary>Reads them again.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = await db.Set<SiteLimitRow>().AsNoTracking().ToListAsync(cancellationToken);

        // A row of another version of the site, or out of its bounds by hands in the database, counts for nothing.
        _state = Build(rows.Where(static row => SiteLimit.Find(row.Name)?.Parse(row.Value) is not null).ToFrozenDictionary(static row => row.Name, static row => row.Value, StringComparer.Ordinal));
    }

    // Before the first look at the database the options count: nothing runs yet but the start of the site, and small tests.
    private State Current => _state ?? Build(FrozenDictionary<string, string>.Empty);

    private State Build(FrozenDictionary<string, string> set)
    {
        return new(set, new()
        {
            Maintenance = Switch(SiteLimit.Maintenance),
            MaintenanceMessage = set.GetValueOrDefault(SiteLimit.MaintenanceMessage, ""),
            Registration = Switch(SiteLimit.Registration),
            ProviderRegistration = Switch(SiteLimit.ProviderRegistration),
            TryIt = Switch(SiteLimit.TryIt),
            QueuedPerPerson = (int)Number(SiteLimit.QueuedPerPerson, generation.Value.MaxQueuedPerUser),
            RunningPerPerson = (int)Number(SiteLimit.RunningPerPerson, generation.Value.MaxRunningPerUser),
            FirstMonthCredits = (int)Number(SiteLimit.FirstMonthCredits, credits.Value.FirstMonth),
            LaterMonthCredits = (int)Number(SiteLimit.LaterMonthCredits, credits.Value.LaterMonths),
            UploadBytes = set.ContainsKey(SiteLimit.UploadMebibytes) ? Number(SiteLimit.UploadMebibytes, 0) * Mebibyte : tiles.Value.MaxUploadBytes,
            UploadsPerDay = (int)Number(SiteLimit.UploadsPerDay, tiles.Value.UploadsPerDay),
            UploadBytesPerDay = set.ContainsKey(SiteLimit.UploadMebibytesPerDay) ? Number(SiteLimit.UploadMebibytesPerDay, 0) * Mebibyte : tiles.Value.UploadBytesPerDay,
            ApiRequestsPerMinute = (int)Number(SiteLimit.ApiRequestsPerMinute, api.Value.RequestsPerMinute),
            DefaultModel = set.GetValueOrDefault(SiteLimit.DefaultModel, ""),
        });

        bool Switch(string name) => set.GetValueOrDefault(name, DefaultOf(SiteLimit.Find(name)!)) == "true"; // It is one of ours.

        long Number(string name, long otherwise) => set.TryGetValue(name, out var text) ? long.Parse(text, CultureInfo.InvariantCulture) : otherwise;
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private sealed record State(FrozenDictionary<string, string> Set, SiteLimitValues Values);
}
