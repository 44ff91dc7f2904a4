using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;

namespace CanvasWeb.Web.Tiles;

/// <summary>
/// Pictures to the browser. The address is the right to see it: 256 bits of a hash that only those know who were shown the tile. So it
/// asks nobody who they are, and caches of every kind may keep what they get for ever.
/// </summary>
internal static class TileEndpoints
{
    public static async Task<Results<FileStreamHttpResult, NotFound>> GetAsync(
        string sha256, string level, HttpContext http, TileStore store, FileBlobs blobs, CancellationToken cancellationToken)
    {
        // Only the one way to write a number: each picture has one address.
        if (!int.TryParse(level, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || level != number.ToString(CultureInfo.InvariantCulture))
            return TypedResults.NotFound();
        if (await store.FindAsync(sha256, cancellationToken) is null)
            return TypedResults.NotFound();
        if ((number == 0 ? blobs.Open(sha256) : blobs.OpenDerived(sha256, TileStore.LevelName(number))) is not { } file)
            return TypedResults.NotFound();
        var headers = http.Response.GetTypedHeaders();
        headers.CacheControl = new() { Public = true, MaxAge = TimeSpan.FromDays(365), Extensions = { new NameValueHeaderValue("immutable") } };
        http.Response.Headers.XContentTypeOptions = "nosniff";
        return TypedResults.Stream(file, number == 0 ? TypeOf(file) : "image/webp", entityTag: new EntityTagHeaderValue($"\"{sha256[..32]}-{number}\""));
    }

    // A large picture without loss is a PNG under the same address: browsers go by the type and not by the name.
    private static string TypeOf(FileStream file)
    {
        var first = file.ReadByte();
        file.Position = 0;
        return first == 0x89 ? "image/png" : "image/webp";
    }
}
