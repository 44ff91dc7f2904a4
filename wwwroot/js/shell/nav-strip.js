// @ts-check
// On a phone the admin pages' navigation is a strip that scrolls sideways: the entry of this page is brought into view, at first and after
// each of Blazor's navigations.

function showActive() {
  const entry = document.querySelector('.cw-admin-nav a.active');
  const strip = entry?.closest('.cw-admin-nav');
  if (!entry || !strip || strip.scrollWidth <= strip.clientWidth) return;
  const [inner, outer] = [entry.getBoundingClientRect(), strip.getBoundingClientRect()];
  strip.scrollLeft += inner.left + inner.width / 2 - outer.left - outer.width / 2;
}

showActive();
void document.fonts.ready.then(showActive); // With the site's own letters the entries are wider.
// @ts-ignore -- Blazor's script is a global.
globalThis.Blazor?.addEventListener?.('enhancedload', showActive);
