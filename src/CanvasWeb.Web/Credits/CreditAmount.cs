using System.Globalization;

namespace CanvasWeb.Web.Credits;

/// <summary>
/// A number of credits, always whole. Not called Credits: inside CanvasWeb.Web that name is this namespace, and every use elsewhere
/// would have to be written twice.
/// </summary>
internal readonly record struct CreditAmount(long Amount) : IComparable<CreditAmount>
{
    public static CreditAmount Zero => default;

    public static CreditAmount operator +(CreditAmount left, CreditAmount right) => new(checked(left.Amount + right.Amount));

    public static CreditAmount operator -(CreditAmount left, CreditAmount right) => new(checked(left.Amount - right.Amount));

    public static bool operator <(CreditAmount left, CreditAmount right) => left.Amount < right.Amount;

    public static bool operator >(CreditAmount left, CreditAmount right) => left.Amount > right.Amount;

    public static bool operator <=(CreditAmount left, CreditAmount right) => left.Amount <= right.Amount;

    public static bool operator >=(CreditAmount left, CreditAmount right) => left.Amount >= right.Amount;

    public int CompareTo(CreditAmount other) => Amount.CompareTo(other.Amount);

    public override string ToString() => Amount.ToString(CultureInfo.InvariantCulture);
}
