using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace CanvasWeb.Web.Tests.Payments;

/// <summary>Stripe's own library in a node process, so that signatures are judged against theirs and not against our reading of the manual.</summary>
public sealed class StripeSigner : IDisposable
{
    private readonly Process? _node;
    private readonly SemaphoreSlim _one = new(1, 1);

    public StripeSigner()
    {
        var tests = AppContext.BaseDirectory;
        while (tests is not null && !File.Exists(Path.Combine(tests, "CanvasWeb.sln")))
            tests = Path.GetDirectoryName(tests);
        tests = Path.Combine(tests ?? "", "tests");
        if (!Directory.Exists(Path.Combine(tests, "node_modules", "stripe")))
            return;
        var utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        _node = Process.Start(new ProcessStartInfo("node", [Path.Combine(tests, "CanvasWeb.Web.Tests", "Payments", "stripe-sign.mjs")])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, StandardInputEncoding = utf8, StandardOutputEncoding = utf8, UseShellExecute = false,
        });
    }

    /// <summary>The header that Stripe sends with this body.</summary>
    public async Task<string> SignAsync(string payload, string secret, DateTimeOffset at)
    {
        var token = TestContext.Current.CancellationToken;
        if (_node is null)
            Assert.Skip("The npm packages of the tests are missing: npm ci in tests/ (tests/run.sh does it).");
        await _one.WaitAsync(token);
        try
        {
            var line = JsonSerializer.Serialize(new { payload, secret, timestamp = at.ToUnixTimeSeconds() });
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
