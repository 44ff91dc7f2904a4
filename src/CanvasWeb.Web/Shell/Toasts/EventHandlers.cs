using Microsoft.AspNetCore.Components;

namespace CanvasWeb.Web.Shell.Toasts;

/// <summary>Lets Razor files listen to the end of a CSS animation. The compiler looks for a public class of this very name.</summary>
[EventHandler("onanimationend", typeof(EventArgs), enableStopPropagation: true, enablePreventDefault: true)]
public static class EventHandlers;
