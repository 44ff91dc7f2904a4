using System.Security.Cryptography;
using Microsoft.Extensions.Options;

namespace CanvasWeb.Web.Webhooks;

/// <summary>Sends what is in the outbox, a bounded number at a time.</summary>
internal sealed class WebhookDeliveries(WebhookQueue queue, WebhookSender sender, WebhookSecrets secrets, IOptions<WebhookOptions> options, TimeProvider time, ILogger<WebhookDeliveries> logger) : BackgroundService
{
    private static readonly TimeSpan s_sweepEvery = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(options.Value.PollSeconds), time);
        var underWay = new List<Task>();
        DateTimeOffset swept = default;
        do
        {
            try
            {
                await SendDueAsync(underWay, stoppingToken);
                if (time.GetUtcNow() - swept >= s_sweepEvery)
                {
                    await queue.SweepAsync(stoppingToken);
                    swept = time.GetUtcNow();
                }
            }
            catch (Exception error) when (!stoppingToken.IsCancellationRequested)
            {
                // The database may be away for a moment: the next round finds the same.
                logger.LogError(error, "Webhooks could not be read");
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    // As long as there is more than can be sent at once, a place that becomes free is filled at once.
    private async Task SendDueAsync(List<Task> underWay, CancellationToken cancellationToken)
    {
        while (true)
        {
            underWay.RemoveAll(static task => task.IsCompleted);
            var free = options.Value.AtOnce - underWay.Count;
            var claims = await queue.ClaimAsync(free, cancellationToken);
            underWay.AddRange(claims.Select(claim => SendAsync(claim, cancellationToken)));
            if (claims.Count < free)
                return;
            await Task.WhenAny(underWay);
        }
    }

    private async Task SendAsync(WebhookClaim claim, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await sender.SendAsync(claim.Url, claim.DeliveryId, claim.Payload, secrets.Open(claim.SealedSecret), cancellationToken);
            await queue.EndAsync(claim, answer, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The site stops. The lease runs out, and the next one sends it.
        }
        catch (CryptographicException error)
        {
            logger.LogError(error, "The secret of webhook endpoint {EndpointId} cannot be read: the site's keys were lost. It must be made anew", claim.EndpointId);
            await NoteAsync(claim, new(null, "no_secret", 0, null), cancellationToken);
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
        {
            // Its lease runs out, and it is tried again.
            logger.LogError(error, "Webhook {DeliveryId} could not be sent or written down", claim.DeliveryId);
        }
    }

    private async Task NoteAsync(WebhookClaim claim, WebhookAnswer answer, CancellationToken cancellationToken)
    {
        try
        {
            await queue.EndAsync(claim, answer, cancellationToken);
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
        {
            logger.LogError(error, "Webhook {DeliveryId} could not be written down", claim.DeliveryId);
        }
    }
}
