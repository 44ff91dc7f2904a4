using CanvasWeb.Canvas.Document;
using CanvasWeb.Contracts;
using CanvasWeb.Web.Data;

namespace CanvasWeb.Web.Generation.Jobs;

/// <summary>
/// Pictures that somebody asked for. The verbs are the arrows of the state machine; each refuses to start from a state that it does not
/// leave, so a caller checks first, in the same transaction and with the row locked. The queue is this table.
/// </summary>
internal sealed class Job
{
    public const int RequestIdLength = 64;
    public const int MessageLength = 500;

    /// <summary>Stands where a job without a board would name its frame.</summary>
    public const string NoFrame = "none";

    private Job()
    {
    }

    public string Id { get; private init; } = "";

    public string UserId { get; private init; } = "";

    /// <summary>Empty for a job that no board knows of (<see cref="JobSource.Api"/>): only who asked for it may see it.</summary>
    public string BoardId { get; private init; } = "";

    /// <summary><see cref="NoFrame"/> for a job without a board.</summary>
    public string FrameId { get; private init; } = "";

    /// <summary>Unique for each user: what makes a repeated order harmless.</summary>
    public string RequestId { get; private set; } = "";

    public JobSource Source { get; private init; }

    /// <summary>The key that asked, for a program's job.</summary>
    public string? ApiKeyId { get; private init; }

    /// <summary>What a program asked for, as a hash: the same <see cref="RequestId"/> with another one is a mistake and no repetition.</summary>
    public string? RequestHash { get; private init; }

    public JobTask Task { get; private init; }

    public string Model { get; private init; } = "";

    /// <summary>With everything filled in that was left to the model or to chance, so that they make the same pictures again.</summary>
    public FrameSettings Settings { get; private init; } = FrameSettings.Default;

    /// <summary>Pictures to make.</summary>
    public int Count { get; private init; }

    public JobPlan Plan { get; private init; } = null!; // Set by the factory and by EF.

    /// <summary>Blob of <see cref="JobInputs.Crop"/>.</summary>
    public string? CropSha256 { get; private init; }

    /// <summary>Blob of <see cref="JobInputs.New"/>.</summary>
    public string? NewMaskSha256 { get; private init; }

    /// <summary>Blob of <see cref="JobInputs.Picture"/>; of an edit without a board the whole picture, which the worker does not need and the result is laid onto.</summary>
    public string? PictureSha256 { get; private init; }

    /// <summary>Blob of <see cref="JobInputs.Other"/>.</summary>
    public string? OtherSha256 { get; private init; }

    /// <summary>What was made of tiles, with one theta for each picture where there are any; null for frames' own pictures.</summary>
    public PictureOperation? Operation { get; private init; }

    public string? VariationOfJob { get; private init; }

    public int? VariationOfImage { get; private init; }

    /// <summary>Picture k of the job is picture <see cref="FirstImage"/> + k of its seed; 0 but where one picture is made again.</summary>
    public int FirstImage { get; private init; }

    /// <summary>The job whose picture this one makes again, to compare them; nothing of it goes onto a board.</summary>
    public string? ReplayOfJob { get; private init; }

    public int? ReplayOfImage { get; private init; }

    /// <summary>As <see cref="PromptWriter"/> where several people wrote the prompt, or it cannot be told who: it is shown to no strangers.</summary>
    public const string NobodysPrompt = "";

    /// <summary>Who wrote the prompt, where that is somebody else than <see cref="UserId"/>: variations and pictures made again have the words of what they come from.</summary>
    public string? PromptBy { get; private init; }

    /// <summary>Whose words the prompt is. Who shows a prompt to strangers asks this and not who asked for the pictures.</summary>
    public string PromptWriter => PromptBy ?? UserId;

    /// <summary>Credits: held while it is open, captured when it succeeds.</summary>
    public long Price { get; private set; }

    public int Priority { get; private init; }

    public JobState State { get; private set; }

    /// <summary>Counts leases, and is their fencing token: what comes in with an older one is not taken.</summary>
    public int Attempt { get; private set; }

    /// <summary>Attempts that were lost or failed; a worker that was stopped in good order does not count.</summary>
    public int Crashes { get; private set; }

    /// <summary>The worker's connection.</summary>
    public string? LeaseWorker { get; private set; }

    public DateTimeOffset? LeaseExpiresAt { get; private set; }

    /// <summary>Over all pictures, as of the last heartbeat; in between the newest is in memory.</summary>
    public int StepsDone { get; private set; }

    public int StepsTotal { get; private set; }

    public DateTimeOffset CreatedAt { get; private init; }

    /// <summary>When the running attempt, or the last one, started.</summary>
    public DateTimeOffset? StartedAt { get; private set; }

    public DateTimeOffset? FinishedAt { get; private set; }

    public string? ErrorCode { get; private set; }

    public string? ErrorMessage { get; private set; }

    /// <summary>Content hash of the model that made the pictures.</summary>
    public string? ModelHash { get; private set; }

    /// <summary>The candidates were put away.</summary>
    public bool Discarded { get; private set; }

    public bool IsOpen => State is JobState.Queued or JobState.Running;

    public bool IsLeasedAs(int attempt) => State == JobState.Running && Attempt == attempt;

    public static Job Queue(JobTicket ticket, DateTimeOffset now) => new()
    {
        Id = RandomId.New(),
        UserId = ticket.UserId,
        BoardId = ticket.BoardId,
        FrameId = ticket.FrameId.Value,
        RequestId = ticket.RequestId,
        Source = ticket.Source,
        ApiKeyId = ticket.ApiKeyId,
        RequestHash = ticket.RequestHash,
        Task = ticket.Task,
        Model = ticket.Model,
        Settings = ticket.Settings,
        Count = ticket.Settings.Count,
        Plan = ticket.Plan,
        CropSha256 = ticket.CropSha256,
        NewMaskSha256 = ticket.NewMaskSha256,
        PictureSha256 = ticket.PictureSha256,
        OtherSha256 = ticket.OtherSha256,
        Operation = ticket.Operation,
        VariationOfJob = ticket.VariationOf?.Job,
        VariationOfImage = ticket.VariationOf?.Image,
        FirstImage = ticket.FirstImage,
        ReplayOfJob = ticket.ReplayOf?.Job,
        ReplayOfImage = ticket.ReplayOf?.Image,
        PromptBy = ticket.PromptWriter == ticket.UserId ? null : ticket.PromptWriter,
        Price = ticket.Price,
        Priority = ticket.Priority,
        StepsTotal = ticket.Settings.Count * (ticket.Settings.Steps ?? 0),
        CreatedAt = now,
        State = JobState.Queued,
    };

    public void Lease(string worker, DateTimeOffset now, DateTimeOffset expiresAt)
    {
        Demand(JobState.Queued);
        State = JobState.Running;
        Attempt++;
        StepsDone = 0;
        LeaseWorker = worker;
        LeaseExpiresAt = expiresAt;
        StartedAt = now;
    }

    /// <summary>Back to the queue, at its old place in time.</summary>
    public void Requeue(bool isCrash)
    {
        Demand(JobState.Running);
        Crashes += isCrash ? 1 : 0;
        State = JobState.Queued;
        DropLease();
    }

    /// <param name="shown">Pictures that are not withheld: those are paid for, a part of a credit never.</param>
    public void Succeed(string modelHash, int shown, DateTimeOffset now)
    {
        Demand(JobState.Running);
        Price = Price * shown / Count;
        StepsDone = StepsTotal;
        ModelHash = modelHash;
        End(JobState.Succeeded, now);
    }

    public void Fail(string code, string message, DateTimeOffset now)
    {
        Demand(JobState.Queued, JobState.Running);
        SetError(code, message);
        End(JobState.Failed, now);
    }

    public void Cancel(DateTimeOffset now)
    {
        Demand(JobState.Queued, JobState.Running);
        End(JobState.Canceled, now);
    }

    public void Poison(string code, string message, DateTimeOffset now)
    {
        Demand(JobState.Running);
        Crashes++;
        SetError(code, message);
        End(JobState.Poisoned, now);
    }

    public void Discard() => Discarded = true;

    /// <summary>Gives the request id up to a new job for the same order: this one ended without pictures.</summary>
    public void GiveUpRequestId()
    {
        Demand(JobState.Failed, JobState.Canceled, JobState.Poisoned);

        // With a sign that no client's id has.
        RequestId = "ended:" + Id;
    }

    private void End(JobState state, DateTimeOffset now)
    {
        State = state;
        FinishedAt = now;
        DropLease();
    }

    private void DropLease()
    {
        LeaseWorker = null;
        LeaseExpiresAt = null;
    }

    private void SetError(string code, string message)
    {
        // Codes and messages of workers come from outside.
        ErrorCode = code.Length <= RequestIdLength ? code : code[..RequestIdLength];
        ErrorMessage = message.Length <= MessageLength ? message : message[..MessageLength];
    }

    private void Demand(params ReadOnlySpan<JobState> states)
    {
        if (!states.Contains(State))
            throw new InvalidOperationException($"Job {Id} is {State}.");
    }
}
