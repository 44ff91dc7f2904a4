using System.ComponentModel.DataAnnotations;

namespace CanvasWeb.Web.Shell.Proxies;

/// <summary>Which machines in front of the site are believed about who comes, and by http or https.</summary>
internal sealed record ProxyOptions
{
    public const string Section = "Proxy";

    /// <summary>Addresses (10.0.0.5) and networks (10.0.0.0/8). Empty: nobody is believed, and the site is reached directly.</summary>
    [MaxLength(100)]
    public string[] Known { get; init; } = [];
}
