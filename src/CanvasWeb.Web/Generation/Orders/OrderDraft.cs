using CanvasWeb.Web.Generation.Jobs;

namespace CanvasWeb.Web.Generation.Orders;

/// <summary>An order that was checked, planned and priced, before anything of it is stored.</summary>
/// <param name="Ticket">Without inputs where there is a <paramref name="Cut"/>.</param>
/// <param name="Cut">Stores what the model is to see and names it in the ticket, or says why not. Only for who may have the job: others could fill the disk.</param>
internal sealed record OrderDraft(JobTicket Ticket, Func<CancellationToken, Task<(JobTicket? Ticket, GenerationRefusal? Refusal)>>? Cut = null);
