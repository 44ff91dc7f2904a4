namespace CanvasWeb.Inference.Worker;

/// <summary>What <c>serve</c> was told.</summary>
/// <param name="Site">The site's address, such as http://localhost:5080.</param>
/// <param name="Key">The inference key of the site.</param>
/// <param name="ModelsFolder">Null looks in the usual places.</param>
/// <param name="LoadedModels">How many models stay loaded at a time, 1 or more; the one unused for longest goes first.</param>
/// <param name="EndWithInput">End when standard input closes: the parent process is gone, however it died.</param>
internal sealed record WorkerOptions(Uri Site, string Key, string? ModelsFolder, int LoadedModels, bool EndWithInput);
