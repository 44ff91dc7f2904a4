namespace CanvasWeb.Canvas.Document;

/// <summary>A property that is written as a whole, with the op that wrote it last.</summary>
public readonly record struct Register<T>(T Value, Stamp By);
