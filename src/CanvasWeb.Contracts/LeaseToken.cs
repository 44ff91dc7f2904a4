namespace CanvasWeb.Contracts;

/// <summary>One attempt at a job.</summary>
public readonly record struct LeaseToken(string JobId, int Attempt);
