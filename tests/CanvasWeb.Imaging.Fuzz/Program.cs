using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using CanvasWeb.Imaging;
using CanvasWeb.Imaging.Fuzz;

// CanvasWeb.Imaging.Fuzz SEED COUNT: decodes COUNT mutations of small valid files. Each must give a picture within the limits or an
// ImageException; anything else ends the process with an exception, a crash or exit code 1, and the mutation's number says which.
// The last line is one JSON object.
if (args.Length != 2 || !int.TryParse(args[0], CultureInfo.InvariantCulture, out var seed) || !int.TryParse(args[1], CultureInfo.InvariantCulture, out var count))
{
    await Console.Error.WriteLineAsync("Usage: CanvasWeb.Imaging.Fuzz SEED COUNT");
    return 2;
}

// A mutated header may claim any size: a megapixel keeps the memory small and still lets many wrong sizes through to the decoders.
var limits = new ImageLimits { MaxPixels = 1_000_000, MaxSide = 4096 };
IReadOnlyList<byte[]> seeds;
try
{
    seeds = SeedFiles.Make();
}
catch (ImageException e) when (string.Equals(e.Code, ImageErrorCodes.LibvipsMissing, StringComparison.Ordinal))
{
    await Console.Error.WriteLineAsync(e.Message);
    return 3;
}

var codes = new SortedDictionary<string, int>(StringComparer.Ordinal);
var pictures = 0;
var number = 0;
try
{
    for (; number < count; number++)
    {
        // One generator for each mutation: any one of them can be made again from the seed and its number alone.
        var random = new Random(unchecked((seed * 1_000_003) + number));
        var file = Mutator.Mutate(seeds[number % seeds.Count], seeds, random);
        _ = ImageMetadata.ReadParameters(file);
        try
        {
            var image = ImageDecoder.Decode(file, limits);
            if ((long)image.Width * image.Height > limits.MaxPixels)
                throw new InvalidOperationException("The decoder gave more pixels than the limits allow.");
            pictures++;
        }
        catch (ImageException e)
        {
            codes[e.Code] = codes.GetValueOrDefault(e.Code) + 1;
        }
    }
}
catch (Exception e)
{
    await Console.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"Mutation {number} of seed {seed}: {e}"));
    return 1;
}

using var self = Process.GetCurrentProcess();
Console.WriteLine(JsonSerializer.Serialize(new { seed, count, pictures, refusals = codes, peakBytes = self.PeakWorkingSet64, seconds = self.TotalProcessorTime.TotalSeconds }));
return 0;
