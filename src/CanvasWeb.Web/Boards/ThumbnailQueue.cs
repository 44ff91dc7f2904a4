using System.Threading.Channels;

namespace CanvasWeb.Web.Boards;

/// <summary>Boards whose thumbnail is out of date. Full is no harm: what is dropped is found again by the sweep.</summary>
internal sealed class ThumbnailQueue
{
    private readonly Channel<string> _edited = Channel.CreateBounded<string>(new BoundedChannelOptions(1_024) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    public ChannelReader<string> Boards => _edited.Reader;

    public void Edited(string boardId) => _edited.Writer.TryWrite(boardId);
}
