namespace CanvasWeb.Contracts;

/// <summary>A picture that was handed to the worker.</summary>
/// <param name="Name">One of <see cref="JobInputs"/>.</param>
/// <param name="Sha256">Of the file, lower-case hex.</param>
public sealed record InputRecord(string Name, string Sha256);
