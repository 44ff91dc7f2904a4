namespace CanvasWeb.Web.Accounts;

/// <summary>Marks AccountsText.resx, the words of the account pages.</summary>
internal sealed class AccountsText;
