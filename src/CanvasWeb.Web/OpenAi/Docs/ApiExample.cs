namespace CanvasWeb.Web.OpenAi.Docs;

/// <summary>An example that the page shows, out of the file that a test runs.</summary>
/// <param name="Title">What it is written in.</param>
/// <param name="File">In the folder Examples.</param>
/// <param name="Run">The line that runs it.</param>
internal sealed record ApiExample(string Title, string File, string Run)
{
    public static readonly IReadOnlyList<ApiExample> All =
    [
        new("curl", "generate.sh", "sh generate.sh"),
        new("curl: stream", "stream.sh", "sh stream.sh"),
        new("curl: edit with a mask", "edit.sh", "sh edit.sh"),
        new("curl: variation", "vary.sh", "sh vary.sh"),
        new("Python", "generate.py", "python3 generate.py"),
        new("Python: edit with a mask", "edit.py", "python3 edit.py"),
        new("JavaScript: stream", "generate.mjs", "node generate.mjs"),
        new("JavaScript: edit with a mask", "edit.mjs", "node edit.mjs"),
        new("C#", "generate.cs", "dotnet run generate.cs"),
        new(".http", "images.http", "in Visual Studio, Rider or VS Code with REST Client"),
    ];

    public string Text()
    {
        var name = "CanvasWeb.Web.OpenAi.Docs.Examples." + File;
        using var stream = typeof(ApiExample).Assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"The example {name} is not in the assembly.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().TrimEnd();
    }
}
