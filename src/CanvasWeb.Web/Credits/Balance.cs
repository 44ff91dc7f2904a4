namespace CanvasWeb.Web.Credits;

/// <summary>What a person can spend, and what is set aside for jobs that have not ended.</summary>
internal readonly record struct Balance(CreditAmount Available, CreditAmount Held);
