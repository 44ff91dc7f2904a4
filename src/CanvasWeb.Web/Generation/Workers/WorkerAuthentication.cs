using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace CanvasWeb.Web.Generation.Workers;

/// <summary>"Authorization: Bearer KEY" of a worker. People's cookies mean nothing here, and a worker's key nothing elsewhere.</summary>
internal sealed class WorkerAuthentication(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, WorkerKeys keys)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "Worker";
    public const string Policy = "Worker";
    private const string Prefix = "Bearer ";

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers.Authorization.ToString();
        if (!header.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
            return Task.FromResult(AuthenticateResult.NoResult());
        if (!keys.Opens(header[Prefix.Length..].Trim()))
            return Task.FromResult(AuthenticateResult.Fail("This key is not the site's Inference:Key."));
        var principal = new ClaimsPrincipal(new ClaimsIdentity([new(ClaimTypes.Name, "worker")], SchemeName));
        return Task.FromResult(AuthenticateResult.Success(new(principal, SchemeName)));
    }
}
