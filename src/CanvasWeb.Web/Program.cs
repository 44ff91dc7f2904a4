using CanvasWeb.Web.Accounts;
using CanvasWeb.Web.Admin;
using CanvasWeb.Web.ApiKeys;
using CanvasWeb.Web.Audit;
using CanvasWeb.Web.Boards;
using CanvasWeb.Web.Credits;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Galleries;
using CanvasWeb.Web.Generation;
using CanvasWeb.Web.Moderation;
using CanvasWeb.Web.OpenAi;
using CanvasWeb.Web.OpenAi.Docs;
using CanvasWeb.Web.Operations;
using CanvasWeb.Web.Payments;
using CanvasWeb.Web.Pictures;
using CanvasWeb.Web.Provenance;
using CanvasWeb.Web.Shell;
using CanvasWeb.Web.Tiles;
using CanvasWeb.Web.Webhooks;

var builder = WebApplication.CreateBuilder(args);

// Out of a checkout the styles and scripts lie in several folders, which the framework finds by itself in Development only. A published site has
// them in its own wwwroot, and this does nothing.
builder.WebHost.UseStaticWebAssets();
builder.Services
    .AddData(builder.Configuration)
    .AddAudit()
    .AddAdmin(builder.Configuration)
    .AddAccounts(builder.Configuration, builder.Environment)
    .AddApiKeys(builder.Configuration)
    .AddWebhooks(builder.Configuration)
    .AddBoards(builder.Configuration)
    .AddGeneration(builder.Configuration)
    .AddModeration(builder.Configuration)
    .AddModerationPages()
    .AddCredits(builder.Configuration)
    .AddCreditsPages()
    .AddPayments(builder.Configuration)
    .AddTiles(builder.Configuration)
    .AddProvenance()
    .AddPictures(builder.Configuration)
    .AddGalleries(builder.Configuration)
    .AddOpenAi(builder.Configuration)
    .AddApiDocs()
    .AddOperations(builder.Configuration)
    .AddShell();

var app = builder.Build();
await app.MigrateDataAsync();
app.UseShell();
app.MapAccounts();
app.MapAdmin();
app.MapApiKeys();
app.MapWebhooks();
app.MapBoards();
app.MapCredits();
app.MapPayments();
app.MapTiles();
app.MapProvenance();
app.MapPictures();
app.MapGalleries();
app.MapGeneration();
app.MapModeration();
app.MapOpenAi();
app.MapApiDocs();
app.MapOperations();
app.MapShell();
await app.RunAsync();
