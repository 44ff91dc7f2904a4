using System.Resources;
using CanvasWeb.Web.Credits;

namespace CanvasWeb.Web.Tests.Credits;

public sealed class VoidReasonsTests
{
    [Fact]
    public void Every_reason_that_is_stored_has_words()
    {
        var words = new ResourceManager(typeof(CreditsText));
        Assert.All(VoidReasons.All, reason => Assert.False(string.IsNullOrEmpty(words.GetString("Reason_" + reason, System.Globalization.CultureInfo.InvariantCulture)), reason));
    }
}
