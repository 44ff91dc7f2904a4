using System.IO.Compression;
using Microsoft.AspNetCore.ResponseCompression;

namespace CanvasWeb.Web.Shell.Compression;

/// <summary>
/// Answers that are compressed while they are sent: pages for guests, which ask for it by <see cref="WithCompression"/>, and for nobody who is signed in.
/// Compressed and encrypted text tells by its length whether it repeats itself. Where a page holds a secret and words that a stranger chose, that reads
/// the secret out letter by letter (BREACH). A guest's page repeats nothing of what was asked for, except the link itself, which whoever can ask for it
/// has; the one secret on it, the antiforgery token of the question for a password, is sealed anew for each answer, so that no two tries fit together. Static files are compressed when the site is built; everything else is sent as it is.
/// </summary>
internal static class CompressedAnswers
{
    public static IServiceCollection AddCompressedAnswers(this IServiceCollection services)
    {
        services.AddResponseCompression(static options =>
        {
            options.EnableForHttps = true;
            options.MimeTypes = ["text/html", "application/rss+xml", "application/json"];
        });
        // Pages are made for each guest: what the highest levels gain costs more time than it saves on any line.
        services.Configure<BrotliCompressionProviderOptions>(static options => options.Level = CompressionLevel.Fastest);
        services.Configure<GzipCompressionProviderOptions>(static options => options.Level = CompressionLevel.Fastest);
        return services;
    }

    /// <summary>Behind authentication, which says who is a guest.</summary>
    public static void UseCompressedAnswers(this IApplicationBuilder app) => app.UseWhen(
        static http => http.GetEndpoint()?.Metadata.GetMetadata<Compressed>() is not null && http.User.Identity is not { IsAuthenticated: true },
        static branch => branch.UseResponseCompression());

    /// <summary>Compresses what guests get from this endpoint. Never for an answer with words from the request.</summary>
    public static TBuilder WithCompression<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new Compressed());

    private sealed record Compressed;
}
