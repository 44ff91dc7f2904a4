using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace CanvasWeb.Web.Tests.Infrastructure;

/// <summary>A script with a library of npm in a node process of its own: a line of JSON goes in, a line comes out. What others really run judges what we write.</summary>
public abstract class NodeTool : IDisposable
{
    private readonly Process? _node;
    private readonly SemaphoreSlim _one = new(1, 1);

    /// <param name="package">Without it the tests that need this are skipped.</param>
    /// <param name="script">Its path below this project's folder.</param>
    protected NodeTool(string package, params string[] script)
    {
        var tests = AppContext.BaseDirectory;
        while (tests is not null && !File.Exists(Path.Combine(tests, "CanvasWeb.sln")))
            tests = Path.GetDirectoryName(tests);
        tests = Path.Combine(tests ?? "", "tests");
        if (!Directory.Exists(Path.Combine(tests, "node_modules", package)))
            return;
        var utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        _node = Process.Start(new ProcessStartInfo("node", [Path.Combine([tests, "CanvasWeb.Web.Tests", .. script])])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, StandardInputEncoding = utf8, StandardOutputEncoding = utf8, UseShellExecute = false,
        });
    }

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected async Task<string> AskAsync(object question)
    {
        var token = TestContext.Current.CancellationToken;
        if (_node is null)
            Assert.Skip("The npm packages of the tests are missing: npm ci in tests/ (tests/run.sh does it).");
        await _one.WaitAsync(token);
        try
        {
            await _node.StandardInput.WriteLineAsync(JsonSerializer.Serialize(question).AsMemory(), token);
            await _node.StandardInput.FlushAsync(token);
            return await _node.StandardOutput.ReadLineAsync(token) ?? throw new InvalidOperationException("node ended.");
        }
        finally
        {
            _one.Release();
        }
    }

    protected virtual void Dispose(bool disposing)
    {
        if (!disposing)
            return;
        _one.Dispose();
        _node?.Kill();
        _node?.Dispose();
    }
}
