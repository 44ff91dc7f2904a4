using CanvasWeb.Contracts;
using CanvasWeb.Diffusion.Models;
using CanvasWeb.Diffusion.Onnx;
using CanvasWeb.Diffusion.Pipelines;
using CanvasWeb.Inference.Commands;
using CanvasWeb.Inference.Models;

namespace CanvasWeb.Inference.Worker;

/// <summary>Answers the site's question for the embedding of words, beside jobs: with a text encoder of its own, which is loaded at the first question and kept.</summary>
internal sealed class WordEmbedder(IModelLibrary library, string? folder) : IAsyncDisposable
{
    private readonly SemaphoreSlim _gate = new(1);
    private (string Model, PictureEmbedder Embedder)? _loaded;

    public async Task<EmbeddingAnswer> EmbedAsync(EmbedTextOrder order, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            return await OwnThread.RunAsync(() =>
            {
                var embedder = Get(order.Model, cancellationToken);
                return new EmbeddingAnswer(embedder.Space, ResultEmbedding.ToBytes(embedder.EmbedText(order.Text, cancellationToken)));
            });
        }
        catch (Exception refusal) when (refusal is CommandException or GenerationException or ModelFormatException or OnnxModelException)
        {
            return new EmbeddingAnswer("", [], refusal.Message);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Waits for the answer in hand, and gives none after it.</summary>
    public async ValueTask DisposeAsync()
    {
        await _gate.WaitAsync(CancellationToken.None);
        _loaded?.Embedder.Dispose();
    }

    private PictureEmbedder Get(string model, CancellationToken cancellationToken)
    {
        if (_loaded is { } loaded && loaded.Model == model)
            return loaded.Embedder;
        _loaded?.Embedder.Dispose();
        _loaded = null;
        var manifest = library.Locate(new ModelChoice(model, folder)).Manifest;
        var embedder = PictureEmbedder.LoadText(manifest, new OnnxModelOptions { Provider = ExecutionProvider.Cpu }, cancellationToken);
        _loaded = (model, embedder);
        return embedder;
    }
}
