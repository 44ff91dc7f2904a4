using System.Globalization;
using CanvasWeb.Web.Admin.Limits;

namespace CanvasWeb.Web.OpenAi;

/// <summary>How often one person's programs may ask: a bucket of requests that fills steadily. In memory, so each replica counts for itself.</summary>
internal sealed class RequestLimits(SiteLimits limits, TimeProvider time)
{
    // Full buckets say nothing; they go when so many have gathered.
    private const int ManyPeople = 10_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Bucket> _people = new(StringComparer.Ordinal);
    /// <summary>Takes one request and writes the headers that tell what is left; an error when none is.</summary>
    public ApiError? Take(string userId, IHeaderDictionary headers)
    {
        // As it is set now: a bucket that was filled under a larger limit is cut to this one.
        double most = limits.Now.ApiRequestsPerMinute;
        double left;
        lock (_lock)
        {
            var now = time.GetTimestamp();
            if (_people.Count >= ManyPeople)
                ForgetFull(most, now);
            left = _people.TryGetValue(userId, out var bucket) ? Fill(bucket, most, now) : most;
            _people[userId] = new(left >= 1 ? left - 1 : left, now);
        }

        var isTaken = left >= 1;
        if (isTaken)
            left--;
        headers["x-ratelimit-limit-requests"] = most.ToString("0", CultureInfo.InvariantCulture);
        headers["x-ratelimit-remaining-requests"] = Math.Floor(left).ToString("0", CultureInfo.InvariantCulture);
        headers["x-ratelimit-reset-requests"] = Math.Ceiling((most - left) * 60 / most).ToString("0", CultureInfo.InvariantCulture) + "s";
        return isTaken ? null : ApiErrors.TooManyRequests((int)most, (int)Math.Ceiling((1 - left) * 60 / most));
    }

    private double Fill(Bucket bucket, double most, long now) => Math.Min(most, bucket.Left + (time.GetElapsedTime(bucket.At, now).TotalSeconds * most / 60));

    private void ForgetFull(double most, long now)
    {
        foreach (var userId in _people.Where(person => Fill(person.Value, most, now) >= most).Select(static person => person.Key).ToList())
            _people.Remove(userId);
    }

    private readonly record struct Bucket(double Left, long At);
}
