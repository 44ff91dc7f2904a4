using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using CanvasWeb.Contracts;
using CanvasWeb.Imaging;
using CanvasWeb.Inference.Output;

namespace CanvasWeb.Inference.Commands;

/// <summary>What is to be made again, read from a file: exactly one of <see cref="Record"/> and <see cref="Parameters"/> is there.</summary>
/// <param name="Record">Of a site.</param>
/// <param name="Parameters">Of this program's own <c>generate</c>.</param>
/// <param name="Inputs">The pictures that it was made from, by the names of <see cref="JobInputs"/>.</param>
/// <param name="Picture">The picture as it was; null where only its hash is known.</param>
/// <param name="Format">Of the file that <paramref name="Picture"/> came from.</param>
internal sealed record ReplaySource(JobRecord? Record, PictureParameters? Parameters, IReadOnlyDictionary<string, PixelImage> Inputs, PixelImage? Picture, ImageFormat Format)
{
    private const string RecordName = "record.json";
    private const int MaxRecordBytes = 1 << 20;

    // Of an archive: a record and four pictures.
    private const int MaxEntries = 16;

    private static readonly string[] s_endings = [".png", ".webp"];

    /// <param name="path">As for <see cref="ReplayCommandOptions.Path"/>.</param>
    /// <param name="inputs">As for <see cref="ReplayCommandOptions.Inputs"/>.</param>
    /// <exception cref="CommandException">It is none of these, or a picture is missing or another one; the message says which.</exception>
    public static ReplaySource Read(string path, string? inputs)
    {
        var bytes = PictureFiles.ReadBytes(path);
        if (bytes.AsSpan().StartsWith("PK\u0003\u0004"u8))
            return FromArchive(path, bytes);
        var beside = new FolderOfInputs(inputs ?? System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))!); // A file lies in a folder.
        return bytes.AsSpan().TrimStart(" \t\r\n"u8).StartsWith("{"u8) ? FromRecord(path, ParseRecord(path, bytes), beside) : FromPicture(path, bytes, beside);
    }

    private static ReplaySource FromArchive(string path, byte[] bytes)
    {
        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        try
        {
            using var archive = new ZipArchive(new MemoryStream(bytes), ZipArchiveMode.Read);
            foreach (var entry in archive.Entries.Take(MaxEntries))
            {
                // An archive may claim little and unpack to anything.
                ImageLimits.Default.CheckBytes(entry.Length);
                using var content = entry.Open();
                var file = new byte[entry.Length];
                content.ReadExactly(file);
                files[entry.FullName] = file;
            }
        }
        catch (Exception exception) when (exception is InvalidDataException or EndOfStreamException)
        {
            throw new CommandException(ExitCode.Input, "bad_archive", $"{path}: the archive is damaged.", exception);
        }

        return files.TryGetValue(RecordName, out var record)
            ? FromRecord(path, ParseRecord(path, record), new ArchivedInputs(files))
            : throw new CommandException(ExitCode.Input, "no_record", $"{path}: there is no {RecordName} in this archive.");
    }

    private static ReplaySource FromRecord(string path, JobRecord record, IInputs inputs)
    {
        var named = record.Inputs.ToDictionary(static input => input.Name, input => Decode(path, Checked(path, inputs, input.Name, input.Sha256)), StringComparer.Ordinal);

        // The picture itself is welcome and not needed: its hash stands in the record.
        var picture = inputs.Find("result") is { } found && Hash(found) == record.Output.Sha256 ? Decode(path, found) : null;
        return new(record, null, named, picture, ImageFormat.Png);
    }

    private static ReplaySource FromPicture(string path, byte[] bytes, FolderOfInputs inputs)
    {
        var text = ImageMetadata.ReadParameters(bytes)
            ?? throw new CommandException(ExitCode.Input, "no_parameters", $"{path}: no parameters are in this file. Pictures made with --no-metadata have none, and many programs drop them.");
        var picture = Decode(path, bytes);
        var format = ImageIdentifier.Identify(bytes).Format;
        try
        {
            if (text.Contains("\"pictures\":", StringComparison.Ordinal) && JsonSerializer.Deserialize(text, InferenceJson.Readable.SiteParameters) is { } site)
            {
                if (site.Pictures is not [var record] || site.More is > 0)
                    throw new CommandException(ExitCode.Input, "several_pictures", $"{path}: this file shows several pictures. Take the record of one of them from the site.");
                return FromRecord(path, record, inputs) with { Picture = picture, Format = format };
            }

            if (JsonSerializer.Deserialize(text, InferenceJson.Readable.PictureParameters) is { } parameters)
            {
                return parameters is { Verb: "generate", Seed: not null, Settings.Strength: null }
                    ? new(null, parameters, new Dictionary<string, PixelImage>(StringComparer.Ordinal), picture, format)
                    : throw new CommandException(ExitCode.Input, "needs_inputs", $"{path}: this was made from another picture by `{parameters.Verb}`, and files of this program do not hold what it was made from. Records of a site do.");
            }
        }
        catch (JsonException exception)
        {
            throw new CommandException(ExitCode.Input, "foreign_parameters", $"{path}: the parameters in this file are of another program.", exception);
        }

        throw new CommandException(ExitCode.Input, "foreign_parameters", $"{path}: the parameters in this file are of another program.");
    }

    private static JobRecord ParseRecord(string path, byte[] json)
    {
        try
        {
            if (json.Length <= MaxRecordBytes && JsonSerializer.Deserialize(json, InferenceJson.Readable.JobRecord) is { Format: JobRecord.CurrentFormat } record)
                return record;
        }
        catch (JsonException)
        {
            // The same to the person as a record of another kind.
        }

        throw new CommandException(ExitCode.Input, "bad_record", $"{path}: this is no record of the form {JobRecord.CurrentFormat}.");
    }

    private static byte[] Checked(string path, IInputs inputs, string name, string sha256)
    {
        var bytes = inputs.Find(name) ?? throw new CommandException(ExitCode.Input, "input_missing", $"{path}: it was made from a picture that is not here: {name}.png. Take the whole record from the site, or name its folder with --inputs.");
        return Hash(bytes) == sha256 ? bytes : throw new CommandException(ExitCode.Input, "input_differs", $"{path}: {name}.png is not the picture that it was made from.");
    }

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private static PixelImage Decode(string path, byte[] bytes)
    {
        try
        {
            return ImageDecoder.Decode(bytes, ImageLimits.Default);
        }
        catch (ImageException exception) when (exception.Code != ImageErrorCodes.LibvipsMissing)
        {
            throw new CommandException(ExitCode.Input, exception.Code, $"{path}: {exception.Message}", exception);
        }
    }

    /// <summary>Two places where inputs lie: a folder and an archive.</summary>
    private interface IInputs
    {
        /// <param name="name">Without its ending.</param>
        byte[]? Find(string name);
    }

    private sealed class FolderOfInputs(string folder) : IInputs
    {
        public byte[]? Find(string name) => s_endings.Select(ending => System.IO.Path.Combine(folder, name + ending)).FirstOrDefault(File.Exists) is { } path ? PictureFiles.ReadBytes(path) : null;
    }

    private sealed class ArchivedInputs(Dictionary<string, byte[]> files) : IInputs
    {
        public byte[]? Find(string name) => s_endings.Select(ending => files.GetValueOrDefault(name + ending)).FirstOrDefault(static bytes => bytes is not null);
    }
}
