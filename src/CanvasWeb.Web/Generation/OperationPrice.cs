namespace CanvasWeb.Web.Generation;

/// <summary>What an operation would cost; a price or a refusal is there.</summary>
/// <param name="Price">Credits for all pictures.</param>
/// <param name="Refusal">Why it would be refused; the balance is not looked at.</param>
/// <param name="Factor">How many times as wide and high the model makes a picture that is enlarged; null for every other operation.</param>
internal sealed record OperationPrice(long? Price = null, GenerationRefusal? Refusal = null, int? Factor = null);
