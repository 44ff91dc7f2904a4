namespace CanvasWeb.Web.Credits;

/// <summary>Why credits moved.</summary>
internal enum TransactionKind
{
    MonthlyGrant,
    AdminGrant,
    Purchase,
    Refund,
    Hold,
    Capture,
    Void,
    Expire,
}
