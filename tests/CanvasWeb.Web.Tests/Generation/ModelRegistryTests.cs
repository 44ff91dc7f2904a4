using CanvasWeb.Web.Generation.Models;
using CanvasWeb.Web.Tests.Infrastructure;

namespace CanvasWeb.Web.Tests.Generation;

public sealed class ModelRegistryTests(PostgreSqlServer server)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Programs are told it as the model's age: a restart of the site or of a worker must not make it younger.</summary>
    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.PostgreSql)]
    public async Task Since_when_a_model_is_known_stays(DatabaseKind kind)
    {
        await using var lab = await GenerationLab.OpenAsync(kind, server);
        var first = lab.Time.GetUtcNow();
        lab.Time.Jump(TimeSpan.FromDays(3));
        await lab.Get<ModelRegistry>().AnnounceAsync([GenerationLab.Description with { MaxSteps = 20 }], Token);
        var another = ActivatorUtilities.CreateInstance<ModelRegistry>(lab.Services);
        await another.RefreshAsync(Token);
        Assert.Equal((first, 20), (another.Find(GenerationLab.Model)?.FirstSeenAt, another.Find(GenerationLab.Model)?.MaxSteps));
    }
}
