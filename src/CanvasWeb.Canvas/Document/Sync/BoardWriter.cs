using System.Collections.Immutable;
using System.Globalization;

namespace CanvasWeb.Canvas.Document.Sync;

/// <summary>
/// The pure core of a board's single writer: gives ops their place, recognises retries, refuses. Its host is one loop per board that
/// plans, stores the accepted rows in one transaction, commits, and only then answers and broadcasts; if storing fails the host throws
/// this writer away and starts anew from the database. Not safe for several threads: single is the point.
/// </summary>
/// <param name="closed">Why the log takes nothing new just now; retries of what it holds are still recognised.</param>
public sealed class BoardWriter(BoardState state, BoardLimits limits, Refusal? closed = null)
{
    public BoardState State { get; private set; } = state;

    /// <summary>Decides about a submission without changing anything.</summary>
    /// <param name="ops">In the client's order.</param>
    /// <param name="actor">Who is signed in on the connection.</param>
    public WritePlan Plan(IReadOnlyList<ClientOp> ops, ActorId actor, BoardRole role)
    {
        ArgumentNullException.ThrowIfNull(ops);
        var next = State;
        var accepted = ImmutableArray.CreateBuilder<SequencedOp>();
        var outcomes = ImmutableArray.CreateBuilder<OpOutcome>(ops.Count);
        for (var i = 0; i < ops.Count; i++)
        {
            var op = ops[i];
            var progress = next.Clients.TryGetValue(op.Client, out var known) ? known : (ClientProgress?)null;
            if (i >= limits.MaxBatch)
            {
                Refuse(op, new(RefusalCodes.TooLarge, string.Create(CultureInfo.InvariantCulture, $"At most {limits.MaxBatch} ops at a time.")));
            }
            else if (progress is { } taken && taken.Actor != actor)
            {
                // Without this, anybody who has seen an op could continue its client's numbers and make its retries look like duplicates.
                Refuse(op, new(RefusalCodes.ClientTaken, "This client id belongs to somebody else. Reload the page."));
            }
            else if (op.ClientSeq <= (progress?.LastClientSeq ?? 0))
            {
                // Numbers only rise: a smaller one is a retry of a stored op, or of one that was refused while a later one was stored.
                outcomes.Add(new(op.ClientSeq, OutcomeKind.Duplicate));
            }
            else if (closed is not null)
            {
                Refuse(op, closed);
            }
            else if (OpValidator.Validate(next, op, actor, role, limits) is { } refusal)
            {
                Refuse(op, refusal);
            }
            else
            {
                var sequenced = new SequencedOp(next.Seq + 1, actor, op.Client, op.ClientSeq, op.Op);
                next = BoardReducer.Apply(next, sequenced);
                accepted.Add(sequenced);
                outcomes.Add(new(op.ClientSeq, OutcomeKind.Accepted, sequenced.Seq));
            }
        }

        return new(State, next, accepted.ToImmutable(), new(next.Seq, outcomes.ToImmutable()));

        void Refuse(ClientOp op, Refusal refusal) => outcomes.Add(new(op.ClientSeq, OutcomeKind.Refused, Refusal: refusal));
    }

    /// <summary>Makes a plan the truth, after its rows are stored.</summary>
    /// <exception cref="InvalidOperationException">Another plan was committed since it was made.</exception>
    public void Commit(WritePlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        if (!ReferenceEquals(plan.Before, State))
            throw new InvalidOperationException("This plan was made on an older state of the board.");
        State = plan.After;
    }
}
