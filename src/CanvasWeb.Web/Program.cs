using CanvasWeb.Web.Accounts;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Generation;
using CanvasWeb.Web.Shell;

var builder = WebApplication.CreateBuilder(args);
builder.Services
    .AddData(builder.Configuration)
    .AddAccounts()
    .AddGeneration()
    .AddShell();

var app = builder.Build();
await app.MigrateDataAsync();
app.UseShell();
app.MapAccounts();
app.MapShell();
await app.RunAsync();
