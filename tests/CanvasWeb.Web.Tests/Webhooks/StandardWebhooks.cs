using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace CanvasWeb.Web.Tests.Webhooks;

/// <summary>The library of Standard Webhooks in a node process: what receivers really run says whether our signatures are good.</summary>
public sealed class StandardWebhooks : IDisposable
{
    private readonly Process? _node;
    private readonly SemaphoreSlim _one = new(1, 1);

    public StandardWebhooks()
    {
        var tests = AppContext.BaseDirectory;
        while (tests is not null && !File.Exists(Path.Combine(tests, "CanvasWeb.sln")))
            tests = Path.GetDirectoryName(tests);
        tests = Path.Combine(tests ?? "", "tests");
        if (!Directory.Exists(Path.Combine(tests, "node_modules", "standardwebhooks")))
            return;
        var utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        _node = Process.Start(new ProcessStartInfo("node", [Path.Combine(tests, "CanvasWeb.Web.Tests", "Webhooks", "standard-webhooks.mjs")])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, StandardInputEncoding = utf8, StandardOutputEncoding = utf8, UseShellExecute = false,
        });
    }

    /// <summary>"good", or "bad: " and why.</summary>
    internal async Task<string> JudgeAsync(string secret, ReceivedWebhook message)
    {
        var token = TestContext.Current.CancellationToken;
        if (_node is null)
            Assert.Skip("The npm packages of the tests are missing: npm ci in tests/ (tests/run.sh does it).");
        await _one.WaitAsync(token);
        try
        {
            var line = JsonSerializer.Serialize(new { secret, headers = message.Headers, body = message.Body });
            await _node.StandardInput.WriteLineAsync(line.AsMemory(), token);
            await _node.StandardInput.FlushAsync(token);
            return await _node.StandardOutput.ReadLineAsync(token) ?? throw new InvalidOperationException("node ended.");
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose()
    {
        _one.Dispose();
        _node?.Kill();
        _node?.Dispose();
    }
}
