namespace CanvasWeb.Web.Generation;

/// <summary>One picture of one job.</summary>
/// <param name="Job">The job's id.</param>
/// <param name="Image">Which of its pictures, from 0.</param>
internal sealed record ResultRef(string Job, int Image);
