using Microsoft.AspNetCore.Components;

namespace CanvasWeb.Web.Galleries.Public;

/// <summary>
/// Addresses of styles and scripts with their fingerprints, which browsers keep for ever. The framework gives them to pages with a route of their own;
/// the pages of galleries are answers of endpoints, and look them up where those have them.
/// </summary>
internal sealed class GalleryAssets(EndpointDataSource endpoints)
{
    private readonly Lazy<ResourceAssetCollection> _all = new(() =>
        endpoints.Endpoints.Select(static endpoint => endpoint.Metadata.GetMetadata<ResourceAssetCollection>()).FirstOrDefault(static found => found is not null)
        ?? ResourceAssetCollection.Empty);

    public string this[string path] => "/" + _all.Value[path];
}
