using CanvasWeb.Canvas.Document;
using CanvasWeb.Web.Accounts;
using CanvasWeb.Web.Generation.Models;
using CanvasWeb.Web.Generation.Orders;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CanvasWeb.Web.Generation;

/// <summary>What the canvas asks over HTTP about jobs, for the signed-in person. The prompt bar and panels ask <see cref="JobQuestions"/> and <see cref="JobOrders"/> directly.</summary>
internal static class JobEndpoints
{
    public static void Map(IEndpointRouteBuilder app)
    {
        var jobs = app.MapGroup("/jobs").RequireAuthorization();
        jobs.MapGet("/", static async (HttpContext context, JobQuestions questions, CancellationToken cancellationToken) =>
            // As the hub writes them: the canvas reads both with the same eyes.
            TypedResults.Json(await questions.JobsOfAsync(context.User.UserId(), cancellationToken), CanvasJson.Options));
        jobs.MapPost("/{jobId}/cancel", static (string jobId, HttpContext context, JobOrders orders) =>
            AnswerAsync(orders.CancelAsync(context.User.UserId(), jobId, CancellationToken.None)));
        jobs.MapPost("/{jobId}/discard", static (string jobId, HttpContext context, ResultDesk desk) =>
            AnswerAsync(desk.DiscardAsync(context.User.UserId(), jobId, CancellationToken.None)));
        jobs.MapPost("/{jobId}/accept", static (string jobId, int[] images, HttpContext context, ResultDesk desk) =>
            AnswerAsync(desk.AcceptAsync(context.User.UserId(), jobId, images, CancellationToken.None)));
        jobs.MapPost("/{jobId}/results/{image:int}/rating", static (string jobId, int image, RatingRequest rating, HttpContext context, ResultDesk desk) =>
            AnswerAsync(desk.RateAsync(context.User.UserId(), new(jobId, image), rating.Stars, CancellationToken.None)));
        jobs.MapPost("/{jobId}/results/{image:int}/report", static (string jobId, int image, HttpContext context, ResultDesk desk) =>
            AnswerAsync(desk.ReportAsync(context.User.UserId(), new(jobId, image), CancellationToken.None)));
        app.MapGet("/models", static (ModelRegistry models) => TypedResults.Ok(models.All())).RequireAuthorization();
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> AnswerAsync(Task<bool> work) => await work
        ? TypedResults.NoContent()
        : TypedResults.Problem("There is no such job or picture here, or it cannot be changed any more.", statusCode: StatusCodes.Status404NotFound, type: "urn:canvasweb:job-missing");

    /// <param name="Stars">1 to 5; null takes them back.</param>
    private sealed record RatingRequest(int? Stars);
}
