// @ts-check
// Tab goes from a frame to what belongs to it (the strip under it, Cancel in it) and then on to the next frame, as if each lay inside of
// the other. In the page they lie in layers one after the other, since that is how they have to be painted.
//
// A layer's controls carry data-stop and tabindex -1, their root data-for="id of the node". Whoever is the last of all leaves the board.

/** @param {HTMLElement} root @returns {{ destroy(): void }} */
export function joinTabOrder(root) {
  /** @param {KeyboardEvent} event */
  const onKey = (event) => {
    if (event.key !== 'Tab' || event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented)
      return;
    const order = stopsOf(root);
    const at = order.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    const next = at < 0 ? undefined : order[at + (event.shiftKey ? -1 : 1)];
    if (next === undefined)
      return;
    event.preventDefault();
    next.focus({ preventScroll: true });
  };
  root.addEventListener('keydown', onKey);
  return { destroy: () => root.removeEventListener('keydown', onKey) };
}

/** @param {HTMLElement} root @returns {HTMLElement[]} */
function stopsOf(root) {
  /** @type {Map<string | undefined, HTMLElement[]>} */
  const satellites = new Map();
  for (const satellite of /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll('[data-for]'))) {
    const stops = [.../** @type {NodeListOf<HTMLElement>} */ (satellite.querySelectorAll('[data-stop]'))].filter((stop) => !stop.matches(':disabled') && stop.checkVisibility());
    satellites.set(satellite.dataset.for, [...(satellites.get(satellite.dataset.for) ?? []), ...stops]);
  }
  return [.../** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll('.cw-node'))].flatMap((node) => [node, ...(satellites.get(node.dataset.node) ?? [])]);
}
