using CanvasWeb.Web.Boards;
using Microsoft.Extensions.Localization;

namespace CanvasWeb.Web.Tests.Boards;

/// <summary>Names for copies of boards.</summary>
public sealed class CopyNamesTests
{
    [Theory]
    [InlineData("Forest", new[] { "Forest" }, "Forest (copy)")]
    [InlineData("Forest", new[] { "Forest", "Forest (copy)" }, "Forest (copy 2)")]
    [InlineData("Forest (copy)", new[] { "Forest", "Forest (copy)" }, "Forest (copy 2)")]
    [InlineData("Forest (copy 2)", new[] { "Forest (copy 2)" }, "Forest (copy)")]
    [InlineData("Forest", new[] { "Forest (copy)", "Forest (copy 2)", "Forest (copy 4)" }, "Forest (copy 3)")]
    public void A_copy_gets_the_first_number_that_is_free(string name, string[] taken, string expected) =>
        Assert.Equal(expected, CopyNames.Next(name, taken, new Words()));

    private sealed class Words : IStringLocalizer
    {
        public LocalizedString this[string name] => throw new NotSupportedException();

        public LocalizedString this[string name, params object[] arguments] => new(name, name switch
        {
            "CopyOf" => $"{arguments[0]} (copy)",
            "CopyOfNumber" => $"{arguments[0]} (copy {arguments[1]})",
            _ => throw new ArgumentOutOfRangeException(nameof(name), name, null),
        });

        public IEnumerable<LocalizedString> GetAllStrings(bool includeParentCultures) => [];
    }
}
