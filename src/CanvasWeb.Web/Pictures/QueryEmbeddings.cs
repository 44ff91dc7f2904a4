using CanvasWeb.Web.Generation.Workers;
using CanvasWeb.Web.Moderation.Prompts;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Options;

namespace CanvasWeb.Web.Pictures;

/// <summary>Queries as the models' encoders see them, kept for a while: who pages or types on asks the same again.</summary>
internal sealed class QueryEmbeddings(WorkerCalls workers, IOptions<PictureSearchOptions> options) : IDisposable
{
    // A model may be exchanged for another one meanwhile.
    private static readonly TimeSpan s_kept = TimeSpan.FromMinutes(30);

    private readonly MemoryCache _known = new(new MemoryCacheOptions { SizeLimit = options.Value.CachedQueries });

    /// <summary>By space; empty where no worker can read it, or none answers in time.</summary>
    public async Task<IReadOnlyDictionary<string, byte[]>> OfAsync(string query, CancellationToken cancellationToken)
    {
        var key = PromptText.Fold(query);
        if (_known.TryGetValue(key, out IReadOnlyDictionary<string, byte[]>? known) && known is not null)
            return known;
        var found = await workers.EmbedTextAsync(query, TimeSpan.FromMilliseconds(options.Value.EmbedPatienceMs), cancellationToken);
        if (found.Count > 0)
            _known.Set(key, found, new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = s_kept });
        return found;
    }

    public void Dispose() => _known.Dispose();
}
