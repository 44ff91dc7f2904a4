using CanvasWeb.Contracts;
using CanvasWeb.Web.Generation.Models;
using CanvasWeb.Web.Generation.Previews;
using CanvasWeb.Web.Generation.Queue;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Options;

namespace CanvasWeb.Web.Generation.Workers;

/// <summary>A worker's line to the site (<see cref="InferenceProtocol"/>). Whoever has the key is trusted with the jobs that it leases, and with no others.</summary>
[Authorize(Policy = WorkerAuthentication.Policy)]
internal sealed class InferenceHub(
    JobQueue queue,
    LeaseWriter leases,
    RunningJobs running,
    JobNews news,
    PreviewRelay relay,
    ModelRegistry models,
    WorkerRegistry workers,
    GenerationMeter meter,
    IOptions<GenerationOptions> options,
    TimeProvider time,
    ILogger<InferenceHub> logger) : Hub
{
    private const int MaxModels = 256;

    /// <summary>The first call of a connection.</summary>
    public async Task<WorkerWelcome> Hello(WorkerHello hello)
    {
        var (lease, heartbeat) = (options.Value.LeaseSeconds, options.Value.HeartbeatSeconds);
        if (hello.Version != InferenceProtocol.Version)
            return new(lease, heartbeat, FormattableString.Invariant($"The site speaks version {InferenceProtocol.Version}, this worker version {hello.Version}: update the older one."));
        if (hello.Models.Count is 0 or > MaxModels || hello.Models.Any(static model => model.Name.Length is 0 or > 80 || model.NativeArea < 1 || model.SizeMultiple < 1 || model.MinSide < 1))
            return new(lease, heartbeat, FormattableString.Invariant($"A worker has 1 to {MaxModels} models with names of at most 80 characters."));
        workers.Add(Context.ConnectionId, hello);
        await models.AnnounceAsync(hello.Models, Context.ConnectionAborted);
        logger.LogInformation("Worker {Worker} is connected with {Models} models", hello.Name, hello.Models.Count);
        news.Refresh();
        return new(lease, heartbeat);
    }

    /// <summary>The next job that the worker can do, or null.</summary>
    public async Task<JobLease?> Lease()
    {
        var worker = Worker();

        // Not by the connection's token: a lease that was written must be known to be.
        var job = await queue.LeaseAsync(worker.ConnectionId, worker.Name, worker.ModelNames, CancellationToken.None);
        return job is null ? null : await leases.WriteAsync(job, CancellationToken.None);
    }

    /// <summary>A step is done; perhaps with a preview.</summary>
    public async Task ReportStep(StepReport report)
    {
        Worker();
        if (await running.FindAsync(new(report.JobId, report.Attempt), Context.ConnectionAborted) is not { } job)
            return;
        var now = time.GetUtcNow();
        job.Report(report, now);
        meter.StepDone(report.StepMs);
        news.Progressed(job.Id);
        if (report.Preview is { Length: > 0 and <= InferenceProtocol.PreviewMaxBytes } picture && PictureBytes.MimeOf(picture) is { } mime)
        {
            relay.Publish(
                job.BoardId,
                new(job.Id, job.FrameId, job.Frame, job.Crop, report.Image, report.Step, report.Steps, job.EtaMs(now, models.StepMs(job.Model)), report.EndedAtMs, mime, picture));
        }

        // It may have ended while this was noted: then what was noted is of the past too.
        if (running.Find(job.Id) != job)
            news.Ended(job.Id);
    }

    /// <summary>Renews leases and tells which are lost.</summary>
    public Task<IReadOnlyList<string>> Heartbeat(IReadOnlyList<LeaseToken> held) =>
        queue.HeartbeatAsync(Worker().ConnectionId, held, CancellationToken.None);

    /// <summary>What the classifier says of a job's inputs → whether to go on.</summary>
    public Task<bool> JudgeInputs(InputScores inputs)
    {
        Worker();
        return queue.JudgeInputsAsync(inputs, CancellationToken.None);
    }

    /// <summary>All pictures of a job are uploaded.</summary>
    public Task<bool> Complete(JobResult result)
    {
        Worker();
        return queue.CompleteAsync(result, CancellationToken.None);
    }

    public Task<bool> Fail(JobFailure failure)
    {
        Worker();
        return queue.FailAsync(failure, CancellationToken.None);
    }

    public override async Task OnDisconnectedAsync(Exception? exception)
    {
        if (workers.Find(Context.ConnectionId) is not { } worker)
            return;
        workers.Remove(worker.ConnectionId);
        models.Lose(worker);
        logger.LogWarning("Worker {Worker} is gone", worker.Name);
        news.Refresh();
        await queue.ShortenLeasesAsync(worker.ConnectionId, TimeSpan.FromSeconds(options.Value.DisconnectGraceSeconds), CancellationToken.None);
    }

    private ConnectedWorker Worker() => workers.Find(Context.ConnectionId) ?? throw new HubException("Say Hello first.");
}
