using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace CanvasWeb.Web.Generation.Workers;

/// <summary>The keys that open the inference hub: the configured one, and one for the child that lives as long as this process.</summary>
internal sealed class WorkerKeys
{
    private readonly byte[]? _configured;
    private readonly byte[] _child;

    public WorkerKeys(IOptions<InferenceOptions> options)
    {
        _configured = options.Value.Key.Length == 0 ? null : Hash(options.Value.Key);
        _child = Hash(Child);
    }

    public string Child { get; } = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    public bool Opens(string key)
    {
        // Hashes have one length, and are compared in one time whatever they hold.
        var hash = Hash(key);
        return CryptographicOperations.FixedTimeEquals(hash, _child) || (_configured is not null && CryptographicOperations.FixedTimeEquals(hash, _configured));
    }

    private static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}
