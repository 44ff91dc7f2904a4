using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;

namespace CanvasWeb.Web.Accounts;

/// <summary>"Try it": an account for whoever runs the site on their own machine. Mapped in Development alone.</summary>
internal static class DemoSignIn
{
    public static async Task<Results<RedirectHttpResult, ProblemHttpResult>> SignInAsync(
        UserManager<AppUser> users, SignInManager<AppUser> signIn, TimeProvider time)
    {
        var user = new AppUser { DisplayName = "You", IsDemo = true, CreatedAt = time.GetUtcNow() };
        user.UserName = "demo-" + user.Id;
        var made = await users.CreateAsync(user);
        if (!made.Succeeded)
            return TypedResults.Problem("The demo account could not be made: " + string.Join(' ', made.Errors.Select(static error => error.Description)));
        await signIn.SignInAsync(user, isPersistent: true);
        return TypedResults.LocalRedirect("/");
    }
}
