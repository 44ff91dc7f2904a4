// @ts-check
// The script of .NET 9 says how a lost circuit fares by the classes of this element and by nothing else, so they are watched.
const element = document.getElementById("components-reconnect-modal");

// Rejected: the server lives and no longer knows this circuit (it was restarted). The page itself is all right, so it is fetched anew.
if (element) {
  new MutationObserver(() => {
    if (element.classList.contains("components-reconnect-rejected")) location.reload();
    // What only the server can do is closed meanwhile: a button that does nothing is worse than none.
    const isCut = element.matches(".components-reconnect-show, .components-reconnect-failed, .components-reconnect-rejected");
    for (const part of document.querySelectorAll("[data-needs-circuit]")) part.toggleAttribute("inert", isCut);
  }).observe(element, { attributes: true, attributeFilter: ["class"] });

  element.addEventListener("click", async event => {
    if (!(event.target instanceof Element) || !event.target.closest("[data-reconnect]")) return;
    // @ts-ignore blazor.web.js puts Blazor there
    const isBack = await window.Blazor.reconnect().catch(() => null);
    if (isBack === false) location.reload();
  });
}
