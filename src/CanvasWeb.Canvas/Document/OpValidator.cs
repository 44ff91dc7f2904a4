using System.Globalization;
using CanvasWeb.Canvas.Document.Ops;
using CanvasWeb.Canvas.Geometry;
using CanvasWeb.Canvas.Masks;

namespace CanvasWeb.Canvas.Document;

/// <summary>
/// Decides whether an op may enter the log. Pure, and never throws for what a client can send: a refusal is a value. The server asks it
/// before it gives a sequence number; clients ask it first, so that a refused gesture never flickers.
/// </summary>
public static class OpValidator
{
    private static readonly System.Buffers.SearchValues<char> s_hexDigits = System.Buffers.SearchValues.Create("0123456789abcdef");

    /// <returns>Null if the op is fine.</returns>
    public static Refusal? Validate(BoardState state, ClientOp op, ActorId actor, BoardRole role, BoardLimits limits)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(op);
        ArgumentNullException.ThrowIfNull(limits);
        return CheckEnvelope(op)
            ?? CheckRole(state, op.Op, actor, role)
            ?? CheckValues(op.Op, limits)
            ?? OpRules.Check(state, op.Stamp, op.Op)
            ?? CheckRoom(state, op.Op, limits);
    }

    private static Refusal? CheckEnvelope(ClientOp op)
    {
        if (op.Client.Value.Length == 0 || op.ClientSeq < 1 || op.Op.Node.Value.Length == 0)
            return new(RefusalCodes.Malformed, "An op needs a client, a number from 1 and a node.");
        return op.Op.V == BoardOp.CurrentVersion
            ? null
            : new(RefusalCodes.UnsupportedVersion, $"Ops of version {op.Op.V} are not known here; this server speaks version {BoardOp.CurrentVersion}. Reload the page.");
    }

    private static Refusal? CheckRole(BoardState state, BoardOp op, ActorId actor, BoardRole role)
    {
        switch (role)
        {
            case BoardRole.Editor or BoardRole.Owner:
                return null;
            case BoardRole.Commenter:
                var own = op is NoteAdd
                    || (op is NodeSet or NodeDelete or NodeRestore && state.Find(op.Node) is NoteNode note && note.CreatedBy == actor);
                return own ? null : new(RefusalCodes.NotAllowed, "You can write notes here and change your own. Ask the owner to let you edit.");
            default:
                return new(RefusalCodes.NotAllowed, "You can look at this board but not change it. Ask the owner to let you edit.");
        }
    }

    private static Refusal? CheckValues(BoardOp op, BoardLimits limits) => op switch
    {
        FrameAdd add => CheckTransform(add.Transform, limits, NodeKind.Frame) ?? CheckOrder(add.Order, limits) ?? CheckStyle(add.Style, limits) ?? CheckSettings(add.Settings, limits),
        TileAdd add => CheckTransform(add.Transform, limits, NodeKind.Tile) ?? CheckOrder(add.Order, limits) ?? CheckStyle(add.Style, limits) ?? CheckContent(add.Content, limits),
        NoteAdd add => CheckTransform(add.Transform, limits, NodeKind.Note) ?? CheckOrder(add.Order, limits) ?? CheckStyle(add.Style, limits) ?? CheckText(add.Text, limits.MaxNoteLength, "note"),
        GroupAdd add => CheckTransform(add.Transform, limits, NodeKind.Group) ?? CheckOrder(add.Order, limits) ?? CheckStyle(add.Style, limits),
        NodeSet { Transform: null, Order: null, Style: null, Text: null, Settings: null } => new(RefusalCodes.NothingToSet, "This op changes nothing."),

        // The kind is known from the state only: CheckRoom looks at it again.
        NodeSet set => CheckTransform(set.Transform, limits, null) ?? CheckOrder(set.Order, limits) ?? CheckStyle(set.Style, limits) ?? CheckText(set.Text, limits.MaxNoteLength, "note") ?? CheckSettings(set.Settings, limits),
        MaskPaint paint => CheckStroke(paint.Stroke, limits),
        _ => null,
    };

    // What needs both the state and the limits.
    private static Refusal? CheckRoom(BoardState state, BoardOp op, BoardLimits limits)
    {
        switch (op)
        {
            case FrameAdd or TileAdd or NoteAdd or GroupAdd:
                var parent = op switch
                {
                    FrameAdd add => add.Transform.Parent,
                    TileAdd add => add.Transform.Parent,
                    NoteAdd add => add.Transform.Parent,
                    GroupAdd add => add.Transform.Parent,
                    _ => null,
                };
                if (state.Nodes.Count >= limits.MaxNodes)
                    return new(RefusalCodes.BoardFull, string.Create(CultureInfo.InvariantCulture, $"A board holds {limits.MaxNodes} things. Go on in a new one."));
                return CheckDepth(state.Depth(parent), limits);
            case NodeSet { Transform: { } transform }:
                return CheckTransform(transform, limits, state.Nodes[op.Node].Kind)
                    ?? (transform.Parent is null || transform.Parent == state.Nodes[op.Node].Parent ? null : CheckDepth(state.Depth(transform.Parent) + state.Height(op.Node), limits));
            case MaskPaint or MaskInvert or MaskClear or MaskFill:
                if (op is MaskPaint paint && state.MaskPoints + paint.Stroke.Points.Length > limits.MaxMaskPoints)
                    return new(RefusalCodes.BoardFull, string.Create(CultureInfo.InvariantCulture, $"A board holds {limits.MaxMaskPoints} points of paint. Go on in a new one."));
                var mask = OpRules.MaskOf(state.Nodes[op.Node])!; // The rules have let only frames and tiles pass.
                var counting = mask.Count - 1 - mask.FindLastIndex(static entry => !entry.Withdrawn.Value && entry.Action is MaskAction.Clear or MaskAction.Fill);
                return mask.Count >= limits.MaxMaskHistory || (op is MaskPaint or MaskInvert && counting >= limits.MaxMaskEntries)
                    ? new(RefusalCodes.MaskFull, "This mask has too many strokes. Clear it and paint it anew with a larger brush.")
                    : null;
            default:
                return null;
        }
    }

    private static Refusal? CheckDepth(int depth, BoardLimits limits) =>
        depth <= limits.MaxDepth ? null : new(RefusalCodes.TooDeep, string.Create(CultureInfo.InvariantCulture, $"Groups can lie {limits.MaxDepth} deep."));

    private static Refusal? CheckTransform(Transform? transform, BoardLimits limits, NodeKind? kind)
    {
        if (transform is null)
            return null;
        var position = Math.Max(Math.Abs(transform.X), Math.Abs(transform.Y));
        if (!(position <= limits.MaxCoordinate) || !(Math.Abs(transform.Rotation) <= 360))
            return new(RefusalCodes.BadNumber, "This is too far out on the board.");
        if (!(Math.Min(transform.Width, transform.Height) >= limits.MinSide))
            return new(RefusalCodes.BadNumber, "This is too small.");
        var side = Math.Max(transform.Width, transform.Height);
        var largest = kind switch
        {
            NodeKind.Frame => limits.MaxFrameSide,
            NodeKind.Tile or NodeKind.Note => limits.MaxSide,
            _ => limits.MaxCoordinate,
        };
        if (!(side <= largest))
        {
            return new(
                kind == NodeKind.Frame ? RefusalCodes.FrameTooLarge : RefusalCodes.BadNumber,
                string.Create(CultureInfo.InvariantCulture, $"This is too large: {largest:0} units a side is the most."));
        }

        return kind == NodeKind.Frame && Angle.Normalise(transform.Rotation) != 0
            ? new(RefusalCodes.FrameTurned, "A frame stays upright: models paint upright pictures.")
            : null;
    }

    private static Refusal? CheckOrder(OrderKey? order, BoardLimits limits) =>
        order is { } key && key.Value.Length > limits.MaxOrderKeyLength
            ? new(RefusalCodes.TooLarge, "The layers here are too crowded: bring one to the front first.")
            : null;

    private static Refusal? CheckStyle(NodeStyle? style, BoardLimits limits)
    {
        if (style is null)
            return null;
        if (!IsShare(style.Opacity))
            return new(RefusalCodes.BadNumber, "Opacity goes from 0 to 1.");
        if (style.Colour is not null && !Token.IsValid(style.Colour))
            return new(RefusalCodes.Malformed, "A colour is a name from the palette.");
        return CheckText(style.Name, limits.MaxNameLength, "name");
    }

    private static Refusal? CheckSettings(FrameSettings? settings, BoardLimits limits)
    {
        if (settings is null)
            return null;
        if (settings.Count < 1 || settings.Count > limits.MaxCandidates)
            return new(RefusalCodes.BadNumber, string.Create(CultureInfo.InvariantCulture, $"Between 1 and {limits.MaxCandidates} pictures at a time."));
        if (settings.Seed is { } seed && (seed < 0 || seed > limits.MaxSeed))
            return new(RefusalCodes.BadNumber, string.Create(CultureInfo.InvariantCulture, $"A seed is a whole number from 0 to {limits.MaxSeed}."));
        if (settings.Steps is { } steps && (steps < 1 || steps > limits.MaxSteps))
            return new(RefusalCodes.BadNumber, string.Create(CultureInfo.InvariantCulture, $"Between 1 and {limits.MaxSteps} steps."));
        if (settings.Guidance is { } guidance && !(guidance >= 0 && guidance <= limits.MaxGuidance))
            return new(RefusalCodes.BadNumber, string.Create(CultureInfo.InvariantCulture, $"Guidance goes from 0 to {limits.MaxGuidance:0}."));
        if (!IsShare(settings.Strength ?? 1) || !IsShare(settings.Softness ?? 1))
            return new(RefusalCodes.BadNumber, "Strength and softness go from 0 to 1.");
        if (settings.PriorSamples is { } samples && (samples < 1 || samples > limits.MaxPriorSamples))
            return new(RefusalCodes.BadNumber, string.Create(CultureInfo.InvariantCulture, $"Between 1 and {limits.MaxPriorSamples} prior samples."));
        return CheckText(settings.Prompt, limits.MaxPromptLength, "prompt")
            ?? CheckText(settings.NegativePrompt, limits.MaxPromptLength, "negative prompt")
            ?? CheckText(settings.Model, limits.MaxNameLength, "model name")
            ?? CheckText(settings.Scheduler, limits.MaxNameLength, "scheduler name");
    }

    private static Refusal? CheckContent(TileContent content, BoardLimits limits)
    {
        if (content.Sha256 is not { Length: 64 } || content.Sha256.AsSpan().ContainsAnyExcept(s_hexDigits))
            return new(RefusalCodes.Malformed, "A picture is named by 64 lower-case hex digits.");
        if (Math.Min(content.PixelWidth, content.PixelHeight) < 1 || Math.Max(content.PixelWidth, content.PixelHeight) > limits.MaxTilePixelsASide)
            return new(RefusalCodes.BadNumber, string.Create(CultureInfo.InvariantCulture, $"A picture has 1 to {limits.MaxTilePixelsASide} pixels a side."));
        if (content.Job is not null && !Token.IsValid(content.Job))
            return new(RefusalCodes.Malformed, "This is no job id.");
        return content.Image is < 0 or > 63 ? new(RefusalCodes.BadNumber, "There is no such picture in a job.") : null;
    }

    private static Refusal? CheckStroke(MaskStroke stroke, BoardLimits limits)
    {
        var least = stroke.Shape == StrokeShape.Lasso ? 3 : 1;
        if (stroke.Points.IsDefault || stroke.Points.Length < least)
            return new(RefusalCodes.Malformed, "This stroke has too few points.");
        if (stroke.Points.Length > limits.MaxStrokePoints)
            return new(RefusalCodes.TooLarge, string.Create(CultureInfo.InvariantCulture, $"A stroke has at most {limits.MaxStrokePoints} points: send it in parts."));
        if (!(stroke.Radius >= 0 && stroke.Radius <= limits.MaxBrushRadius) || !IsShare(stroke.Softness) || (stroke.Shape == StrokeShape.Brush && stroke.Radius == 0))
            return new(RefusalCodes.BadNumber, "This brush has no size that can be painted with.");
        foreach (var point in stroke.Points)
        {
            if (!(Math.Abs(point.X) <= limits.MaxCoordinate && Math.Abs(point.Y) <= limits.MaxCoordinate) || !IsShare(point.Pressure))
                return new(RefusalCodes.BadNumber, "This stroke is too far out on the board.");
        }

        return null;
    }

    private static Refusal? CheckText(string? text, int maxLength, string what) =>
        text is null || text.Length <= maxLength
            ? null
            : new(RefusalCodes.TextTooLong, string.Create(CultureInfo.InvariantCulture, $"The {what} has {text.Length} letters; {maxLength} is the most."));

    // Written so that NaN is outside.
    private static bool IsShare(double value) => value >= 0 && value <= 1;
}
