using System.Security.Cryptography;

namespace CanvasWeb.Web.Galleries.Live;

/// <summary>
/// The names under which watchers know the pictures of a board. Pictures are served by their hash to whoever knows it, for ever; a watcher who
/// knew the hash could go on looking after the gallery has ended. So they get another name, which only the gallery's own address takes, and
/// which only this site can turn back.
/// </summary>
/// <param name="key">32 bytes, the gallery's own.</param>
internal sealed class TileNames(byte[] key)
{
    private const int HashBytes = 32;

    // Two blocks that are as good as random and never the same for two pictures: nothing that an initialisation vector would hide. It has to
    // be one name for each picture, since browsers keep pictures by their name.
    private static readonly byte[] s_noVector = new byte[16];

    /// <param name="sha256">64 hex digits.</param>
    /// <returns>64 hex digits.</returns>
    public string Hide(string sha256)
    {
        using var aes = Cipher();
        return Convert.ToHexStringLower(aes.EncryptCbc(Convert.FromHexString(sha256), s_noVector, PaddingMode.None));
    }

    /// <returns>Null for what is no name at all. Made-up names give hashes that no picture has.</returns>
    public string? Reveal(string name)
    {
        var bytes = new byte[HashBytes];
        if (name.Length != 2 * HashBytes || Convert.FromHexString(name, bytes, out _, out _) != System.Buffers.OperationStatus.Done)
            return null;
        using var aes = Cipher();
        return Convert.ToHexStringLower(aes.DecryptCbc(bytes, s_noVector, PaddingMode.None));
    }

    private Aes Cipher()
    {
        var aes = Aes.Create();
        aes.Key = key;
        return aes;
    }
}
