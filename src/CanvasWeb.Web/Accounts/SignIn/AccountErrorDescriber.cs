using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Localization;

namespace CanvasWeb.Web.Accounts.SignIn;

/// <summary>Identity's complaints about a password, in our words.</summary>
internal sealed class AccountErrorDescriber(IStringLocalizer<AccountsText> text) : IdentityErrorDescriber
{
    public override IdentityError PasswordTooShort(int length) => Error(nameof(PasswordTooShort), length);

    public override IdentityError PasswordRequiresUniqueChars(int uniqueChars) => Error(nameof(PasswordRequiresUniqueChars), uniqueChars);

    public IdentityError PasswordTooLong(int length) => Error(nameof(PasswordTooLong), length);

    public IdentityError PasswordIsEmail() => Error(nameof(PasswordIsEmail));

    private IdentityError Error(string code, params object[] arguments) => new() { Code = code, Description = text[code, arguments] };
}
