using CanvasWeb.Web.Accounts;
using CanvasWeb.Web.Boards;
using CanvasWeb.Web.Data;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Options;

namespace CanvasWeb.Web.Galleries.Desk;

/// <summary>All galleries of the person.</summary>
public sealed partial class GalleriesPage : IDisposable
{
    private readonly CancellationTokenSource _closing = new();
    private IReadOnlyList<GalleryCard>? _cards;
    private string? _userId;
    private string? _problem;
    private bool _isBusy;

    // Of live galleries, which have no picture of their own: the board's.
    private Dictionary<string, string> Thumbnails { get; set; } = new(StringComparer.Ordinal);

    [Inject] private GalleryService Galleries { get; set; } = null!;
    [Inject] private BoardShelf Shelf { get; set; } = null!;
    [Inject] private CurrentUser CurrentUser { get; set; } = null!;
    [Inject] private NavigationManager Navigation { get; set; } = null!;
    [Inject] private IOptions<GalleriesOptions> Options { get; set; } = null!;
    [Inject] private TimeProvider Time { get; set; } = null!;

    public void Dispose()
    {
        _closing.Cancel();
        _closing.Dispose();
    }

    protected override async Task OnInitializedAsync()
    {
        if (await CurrentUser.GetAsync(_closing.Token) is not { } person)
            return;
        _userId = person.Id;
        var cards = await Galleries.ListAsync(person.Id, _closing.Token);
        if (cards.Any(static card => card.Gallery.IsLive))
        {
            foreach (var board in await Shelf.ListAsync(person.Id, _closing.Token))
            {
                if (board.ThumbnailUrl is { } url)
                    Thumbnails[board.Id] = url;
            }
        }

        _cards = cards;
    }

    private async Task CreateAsync()
    {
        if (_userId is not { } userId || _isBusy)
            return;
        _isBusy = true;
        try
        {
            var id = RandomId.New();
            var change = await Galleries.CreateAsync(userId, id, new() { Title = T["Untitled"] }, _closing.Token);
            if (change == GalleryChange.Done)
                Navigation.NavigateTo("/galleries/" + id);
            else
                _problem = DeskWords.Problem(change, Options.Value, T);
        }
        finally
        {
            _isBusy = false;
        }
    }

    private string StateOf(GalleryCard card) =>
        card.IsShared ? card.Gallery.IsLive ? "Live" : "Shared"
        : card.Gallery.TokenHash is not null && card.Gallery.ExpiresAt <= Time.GetUtcNow() ? "Expired"
        : "Private";

    private string Count(GalleryCard card) => card.Gallery.IsLive ? T["LiveBoard"] : DeskWords.Pictures(card.Count, T);

    private string Views(Gallery gallery) => gallery.Views == 1 ? T["View"] : T["Views", gallery.Views];
}
