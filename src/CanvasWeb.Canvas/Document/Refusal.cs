namespace CanvasWeb.Canvas.Document;

/// <summary>Why something expected was not done: a stable code (the site translates by it) and an English sentence that says what to do.</summary>
public sealed record Refusal(string Code, string Sentence);
