using CanvasWeb.Contracts;
using Microsoft.AspNetCore.SignalR;

namespace CanvasWeb.Web.Generation.Workers;

/// <summary>Questions of the site to the workers that are connected to it. None of them is a job: what is not answered in time is not there.</summary>
internal sealed class WorkerCalls(IHubContext<InferenceHub> hub, WorkerRegistry workers, TimeProvider time, ILogger<WorkerCalls> logger)
{
    // Replicas of one model have one space, and a site has few models: more are not asked for one query.
    private const int MaxSpaces = 4;

    /// <summary>Words as each space that is there sees them; empty where no worker can read them, or none answers in time.</summary>
    /// <returns>Embeddings by <see cref="ModelDescription.EmbeddingSpace"/>.</returns>
    public async Task<IReadOnlyDictionary<string, byte[]>> EmbedTextAsync(string text, TimeSpan patience, CancellationToken cancellationToken)
    {
        var able = workers.All.SelectMany(static worker => worker.Models.Where(static model => model.EmbeddingSpace is { Length: > 0 }).Select(model => (Worker: worker, Model: model)))
            .DistinctBy(static pair => pair.Model.EmbeddingSpace, StringComparer.Ordinal).Take(MaxSpaces);
        var asked = able.Select(async pair =>
        {
            var answer = await AskAsync<EmbeddingAnswer>(pair.Worker, InferenceProtocol.EmbedText, new EmbedTextOrder(pair.Model.Name, text), patience, cancellationToken);
            return answer is { Refusal: null } && answer.Space == pair.Model.EmbeddingSpace && Jobs.JobEmbedding.IsValid(answer.Space, answer.Embedding) ? answer : null;
        });
        return (await Task.WhenAll(asked)).OfType<EmbeddingAnswer>().ToDictionary(static answer => answer.Space, static answer => answer.Embedding, StringComparer.Ordinal);
    }

    /// <summary>A sketch of the first worker that has the model and nothing else in hand; busy where there is none.</summary>
    public async Task<SketchAnswer> SketchAsync(SketchOrder order, TimeSpan patience, CancellationToken cancellationToken)
    {
        foreach (var worker in workers.All.Where(worker => worker.ModelNames.Contains(order.Model)))
        {
            if (await AskAsync<SketchAnswer>(worker, InferenceProtocol.Sketch, order, patience, cancellationToken) is { Busy: false } answer)
                return answer;
        }

        return new(Preview: null, Busy: true);
    }

    /// <returns>Null: no answer, or none in time.</returns>
    private async Task<T?> AskAsync<T>(ConnectedWorker worker, string method, object order, TimeSpan patience, CancellationToken cancellationToken)
        where T : class
    {
        using var late = new CancellationTokenSource(patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            return await hub.Clients.Client(worker.ConnectionId).InvokeAsync<T>(method, order, either.Token);
        }
        catch (Exception error) when ((error is HubException or IOException or OperationCanceledException) && !cancellationToken.IsCancellationRequested)
        {
            logger.LogWarning("Worker {Worker} did not answer {Method}: {Reason}", worker.Name, method, late.IsCancellationRequested ? "late" : error.GetType().Name); // SignalR throws a HubException for both.
            return null;
        }
    }
}
