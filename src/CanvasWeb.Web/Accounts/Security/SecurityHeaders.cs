using System.Security.Cryptography;
using System.Text;
using CanvasWeb.Web.Accounts.Providers;
using Microsoft.AspNetCore.Components;

namespace CanvasWeb.Web.Accounts.Security;

/// <summary>What every answer tells the browser not to do.</summary>
internal static class SecurityHeaders
{
    // Where a page may send a form besides this site. Browsers hold each redirect after a form against this list.
    private const string Checkout = "https://checkout.stripe.com";

    private const string PermissionsPolicy = "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), payment=(), usb=()";

    public static void UseSecurityHeaders(this IApplicationBuilder app)
    {
        var isDevelopment = app.ApplicationServices.GetRequiredService<IHostEnvironment>().IsDevelopment();
        var formTargets = string.Join(' ', app.ApplicationServices.GetRequiredService<ConfiguredProviders>().FormTargets().Append(Checkout).Distinct(StringComparer.Ordinal));
        app.Use((http, next) =>
        {
            http.Response.OnStarting(() =>
            {
                Write(http, formTargets);
                // Not on a developer's machine, where it would keep every other site on localhost from plain HTTP for a year.
                if (http.Request.IsHttps && !isDevelopment)
                    http.Response.Headers.StrictTransportSecurity = "max-age=31536000";
                return Task.CompletedTask;
            });
            return next(http);
        });
    }

    private static void Write(HttpContext http, string formTargets)
    {
        var headers = http.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "same-origin";
        headers["Permissions-Policy"] = PermissionsPolicy;
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        if (headers.ContentSecurityPolicy.Count == 0)
            headers.ContentSecurityPolicy = Policy(http.GetEndpoint()?.Metadata.GetMetadata<ImportMapDefinition>(), formTargets);
    }

    // Style attributes are Radzen's and the pages' own way to place things; they cannot run anything. The import map is the one inline script,
    // allowed by its hash: a nonce would change with each page, and Blazor's navigation keeps the first page's policy.
    private static string Policy(ImportMapDefinition? importMap, string formTargets)
    {
        var scripts = importMap is null ? "'self'" : $"'self' 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(importMap.ToString())))}'";
        return $"default-src 'self'; script-src {scripts}; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; "
            + $"worker-src 'self' blob:; object-src 'none'; base-uri 'self'; form-action 'self' {formTargets}; frame-ancestors 'none'";
    }
}
