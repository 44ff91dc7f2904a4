using System.Globalization;
using Microsoft.Extensions.Options;

namespace CanvasWeb.Web.OpenAi;

/// <summary>How often one person's programs may ask: a bucket of requests that fills steadily. In memory, so each replica counts for itself.</summary>
internal sealed class RequestLimits(IOptions<OpenAiOptions> options, TimeProvider time)
{
    // Full buckets say nothing; they go when so many have gathered.
    private const int ManyPeople = 10_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Bucket> _people = new(StringComparer.Ordinal);
    private readonly double _most = options.Value.RequestsPerMinute;

    private double PerSecond => _most / 60;

    /// <summary>Takes one request and writes the headers that tell what is left; an error when none is.</summary>
    public ApiError? Take(string userId, IHeaderDictionary headers)
    {
        double left;
        lock (_lock)
        {
            var now = time.GetTimestamp();
            if (_people.Count >= ManyPeople)
                ForgetFull(now);
            left = _people.TryGetValue(userId, out var bucket) ? Fill(bucket, now) : _most;
            _people[userId] = new(left >= 1 ? left - 1 : left, now);
        }

        var isTaken = left >= 1;
        if (isTaken)
            left--;
        headers["x-ratelimit-limit-requests"] = _most.ToString("0", CultureInfo.InvariantCulture);
        headers["x-ratelimit-remaining-requests"] = Math.Floor(left).ToString("0", CultureInfo.InvariantCulture);
        headers["x-ratelimit-reset-requests"] = Math.Ceiling((_most - left) / PerSecond).ToString("0", CultureInfo.InvariantCulture) + "s";
        return isTaken ? null : ApiErrors.TooManyRequests((int)_most, (int)Math.Ceiling((1 - left) / PerSecond));
    }

    private double Fill(Bucket bucket, long now) => Math.Min(_most, bucket.Left + (time.GetElapsedTime(bucket.At, now).TotalSeconds * PerSecond));

    private void ForgetFull(long now)
    {
        foreach (var userId in _people.Where(person => Fill(person.Value, now) >= _most).Select(static person => person.Key).ToList())
            _people.Remove(userId);
    }

    private readonly record struct Bucket(double Left, long At);
}
