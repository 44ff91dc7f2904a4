using System.Security.Cryptography;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Tests.Boards;
using CanvasWeb.Web.Tests.Infrastructure;
using CanvasWeb.Web.Tiles;

namespace CanvasWeb.Web.Tests.Tiles;

public sealed class FileBlobsTests(PostgreSqlServer server)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_blob_is_named_by_its_content_and_comes_back()
    {
        await using var database = await CreateAsync();
        var blobs = Blobs(database);
        var bytes = RandomNumberGenerator.GetBytes(300_000);
        var name = await blobs.PutAsync(bytes, Token);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(bytes)), name);
        Assert.Equal(bytes, await blobs.ReadAsync(name, Token));
        await using var stream = blobs.Open(name);
        Assert.NotNull(stream);
        Assert.Equal(bytes.Length, stream.Length);
    }

    [Fact]
    public async Task The_same_bytes_at_once_many_times_are_one_file()
    {
        await using var database = await CreateAsync();
        var blobs = Blobs(database);
        var bytes = RandomNumberGenerator.GetBytes(200_000);
        var names = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => blobs.PutAsync(bytes, Token)));
        Assert.Single(names.Distinct());
        Assert.Single(Files(database));
        Assert.Equal(bytes, await blobs.ReadAsync(names[0], Token));
    }

    [Fact]
    public async Task What_the_disk_changed_is_noticed()
    {
        await using var database = await CreateAsync();
        var name = await Blobs(database).PutAsync(new byte[1000], Token);
        var file = Assert.Single(Files(database));
        await File.WriteAllBytesAsync(file, new byte[999], Token);
        await Assert.ThrowsAsync<InvalidDataException>(() => Blobs(database).ReadAsync(name, Token));
    }

    [Theory]
    [InlineData("")]
    [InlineData("../../../../etc/passwd")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task Names_that_are_none_never_reach_the_disk(string name)
    {
        await using var database = await CreateAsync();
        Assert.False(FileBlobs.IsName(name));
        Assert.Throws<ArgumentException>(() => Blobs(database).Open(name));
    }

    private static FileBlobs Blobs(TestDatabase database) => database.Services.GetRequiredService<FileBlobs>();

    private static string[] Files(TestDatabase database) =>
        Directory.GetFiles(database.Services.GetRequiredService<DataFolder>().Subfolder("blobs"), "*", SearchOption.AllDirectories);

    private Task<TestDatabase> CreateAsync() => TestDatabase.CreateAsync(DatabaseKind.Sqlite, server, BoardSite.AddServices);
}
