using CanvasWeb.Canvas.Document;

namespace CanvasWeb.Canvas.Masks;

/// <summary>One entry of a mask's list, which is only ever added to.</summary>
/// <param name="Id">The op that added it.</param>
/// <param name="Withdrawn">Whether its author has undone it: it then counts as not there.</param>
/// <param name="Stroke">Present for <see cref="MaskAction.Stroke"/> only.</param>
public sealed record MaskEntry(Stamp Id, MaskAction Action, Register<bool> Withdrawn, MaskStroke? Stroke = null);
