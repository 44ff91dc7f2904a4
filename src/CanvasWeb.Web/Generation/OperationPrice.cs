namespace CanvasWeb.Web.Generation;

/// <summary>What an operation would cost; one of the two is there.</summary>
/// <param name="Price">Credits for all pictures.</param>
/// <param name="Refusal">Why it would be refused; the balance is not looked at.</param>
internal sealed record OperationPrice(long? Price = null, GenerationRefusal? Refusal = null);
