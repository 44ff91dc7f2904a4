using System.Globalization;
using Microsoft.Extensions.Localization;

namespace CanvasWeb.Web.Boards.Members;

/// <summary>How people on a board are named.</summary>
internal static class TeamWords
{
    /// <summary>People may have no name (a provider told none).</summary>
    public static string Name(TeamMember member, IStringLocalizer<MembersText> text) => member.Name.Length > 0 ? member.Name : text["Nameless"];

    public static string Initial(string name) => name.Length == 0 ? "?" : StringInfo.GetNextTextElement(name).ToUpper(CultureInfo.CurrentCulture);
}
