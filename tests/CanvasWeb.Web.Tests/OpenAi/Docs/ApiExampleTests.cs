using System.Diagnostics;
using System.Net;
using System.Text;
using CanvasWeb.Imaging;
using CanvasWeb.Web.OpenAi.Docs;
using CanvasWeb.Web.Tests.Infrastructure;

namespace CanvasWeb.Web.Tests.OpenAi.Docs;

/// <summary>The examples of the page, run as they stand there, where their tool is on the machine.</summary>
public sealed class ApiExampleTests(PostgreSqlServer server)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("generate.sh", "curl", "sh", "generate.sh")]
    [InlineData("stream.sh", "curl", "sh", "stream.sh")]
    [InlineData("edit.sh", "curl", "sh", "edit.sh")]
    [InlineData("vary.sh", "curl", "sh", "vary.sh")]
    [InlineData("edit.py", "python3", "python3", "edit.py")]
    [InlineData("edit.mjs", "node", "node", "edit.mjs")]
    [InlineData("generate.py", "python3", "python3", "generate.py")]
    [InlineData("generate.mjs", "node", "node", "generate.mjs")]
    [InlineData("generate.cs", "dotnet", "dotnet", "run generate.cs")]
    public async Task An_example_makes_a_picture_and_saves_it(string file, string tool, string program, string arguments)
    {
        if (!IsInstalled(tool))
            Assert.Skip($"{tool} is not installed.");
        await using var site = await RunningSite.StartAsync(DatabaseKind.Sqlite, server);
        await using var worker = await PaintingWorker.ConnectAsync(site);
        var key = await site.AddKeyAsync();
        var folder = Directory.CreateTempSubdirectory("canvasweb-example-");
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, file), Example(file), Token);
        await File.WriteAllBytesAsync(Path.Combine(folder.FullName, "picture.png"), Square(middle: 255), Token);
        await File.WriteAllBytesAsync(Path.Combine(folder.FullName, "mask.png"), Square(middle: 0), Token);

        // Into a file: the compiler that dotnet starts stays behind, and would hold a pipe open for ever.
        var start = new ProcessStartInfo("sh", ["-c", $"{program} {arguments} > output.txt 2>&1"]) { WorkingDirectory = folder.FullName, UseShellExecute = false };
        start.Environment["CANVASWEB_URL"] = site.Address.ToString().TrimEnd('/');
        start.Environment["CANVASWEB_API_KEY"] = key.Secret;
        start.Environment["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0";
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        using var process = Process.Start(start)!; // Else it throws.
        await process.WaitForExitAsync(Token);
        Assert.True(process.ExitCode == 0, $"{file} ended with {process.ExitCode}:\n{await File.ReadAllTextAsync(Path.Combine(folder.FullName, "output.txt"), Token)}");

        var picture = ImageDecoder.Decode(await File.ReadAllBytesAsync(Path.Combine(folder.FullName, "fox.png"), Token), ImageLimits.Default);
        Assert.Equal((512, 512), (picture.Width, picture.Height));
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Every_request_of_the_http_file_is_answered_well()
    {
        await using var site = await RunningSite.StartAsync(DatabaseKind.Sqlite, server);
        await using var worker = await PaintingWorker.ConnectAsync(site);
        var key = await site.AddKeyAsync();
        using var client = site.Program(secret: null);
        var text = Example("images.http").Replace("{{url}}", site.Address.ToString().TrimEnd('/'), StringComparison.Ordinal).Replace("{{key}}", key.Secret, StringComparison.Ordinal);
        var sent = 0;
        foreach (var block in text.Split("\n###").Skip(1))
        {
            // The name, the request line, headers, an empty line, the body.
            var parts = block[(block.IndexOf('\n', StringComparison.Ordinal) + 1)..].Split("\n\n", 2);
            var lines = parts[0].TrimEnd().Split('\n');
            using var request = new HttpRequestMessage(new(lines[0].Split(' ')[0]), lines[0].Split(' ')[1]);
            if (parts.Length == 2 && parts[1].Trim().Length != 0)
                request.Content = new StringContent(parts[1].Trim(), Encoding.UTF8, "application/json");
            foreach (var line in lines[1..].Where(static line => !line.StartsWith("Content-Type", StringComparison.Ordinal)))
                request.Headers.TryAddWithoutValidation(line.Split(": ")[0], line.Split(": ")[1]);
            using var answer = await client.SendAsync(request, Token);
            Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{lines[0]} is answered {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync(Token)}");
            sent++;
        }

        Assert.Equal(4, sent);
    }

    private static byte[] Square(byte middle)
    {
        var square = new PixelImage(512, 512);
        square.Rgba.AsSpan().Fill(255);
        for (var y = 128; y < 384; y++)
        {
            for (var x = 128; x < 384; x++)
                square.Rgba[square.Offset(x, y) + 3] = middle;
        }

        return ImageEncoder.Encode(square, new());
    }

    private static string Example(string file) => ApiExample.All.Single(example => example.File == file).Text() + "\n";

    private static bool IsInstalled(string tool) => Array.Exists((Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator), folder => File.Exists(Path.Combine(folder, tool)));
}
