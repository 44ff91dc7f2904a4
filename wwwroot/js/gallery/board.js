// @ts-check
// Zoom and moving about for a gallery that hangs its pictures where they lie on their board. The page has laid them out in shares of the whole; here the
// whole is moved and scaled as one, and its width is what the browser goes by when it chooses a size of each picture.

const MAX_ZOOM = 16;
const STEP = 1.4;
const NUDGE_PX = 80;
const EDGE_PX = 16;

/**
 * @param {HTMLElement} board
 * @returns {{destroy(): void}}
 */
export function startBoard(board) {
  const view = /** @type {HTMLElement} */ (board.querySelector("[data-board-view]"));
  const world = /** @type {HTMLElement} */ (board.querySelector("[data-board-world]"));
  const controls = /** @type {HTMLElement} */ (board.querySelector("[data-board-zoom]"));
  const [across, down] = world.style.aspectRatio.split("/").map(Number);
  if (!across || !down)
    return { destroy() { } };

  // In pixels of the view: where the world's corner is, and how wide it is when it is just seen as a whole.
  let left = 0, top = 0, zoom = 1, fitted = 0;
  /** @type {Map<number, {x: number, y: number}>} */
  const fingers = new Map();
  let moved = false;
  const off = new AbortController();
  const { signal } = off;

  board.toggleAttribute("data-ready", true);
  controls.hidden = false;
  const size = new ResizeObserver(() => { if (zoom === 1) fit(); else draw(); });
  size.observe(view);
  fit();

  view.addEventListener("wheel", (event) => {
    // Plain wheels scroll the page past the board, as everywhere on it; with Ctrl (and so by pinching a touchpad) they zoom.
    if (!event.ctrlKey && !event.metaKey)
      return;
    event.preventDefault();
    const box = view.getBoundingClientRect();
    zoomAt(Math.exp(-event.deltaY / 240), event.clientX - box.left, event.clientY - box.top);
  }, { passive: false, signal });

  view.addEventListener("pointerdown", (event) => {
    if (event.button !== 0)
      return;
    fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    if (fingers.size === 1)
      moved = false;
  }, { signal });
  view.addEventListener("pointermove", (event) => {
    const last = fingers.get(event.pointerId);
    if (!last)
      return;
    const here = { x: event.clientX, y: event.clientY };
    if (!moved && Math.hypot(here.x - last.x, here.y - last.y) < 4)
      return;
    if (!moved) {
      moved = true;
      view.setPointerCapture(event.pointerId);
    }
    if (fingers.size === 1) {
      left += here.x - last.x;
      top += here.y - last.y;
    } else {
      const other = [...fingers].find(([id]) => id !== event.pointerId)?.[1] ?? here;
      const box = view.getBoundingClientRect();
      const before = Math.hypot(last.x - other.x, last.y - other.y);
      left += (here.x - last.x) / 2;
      top += (here.y - last.y) / 2;
      if (before > 0)
        zoomAt(Math.hypot(here.x - other.x, here.y - other.y) / before, ((here.x + other.x) / 2) - box.left, ((here.y + other.y) / 2) - box.top);
    }
    fingers.set(event.pointerId, here);
    draw();
  }, { signal });
  for (const end of ["pointerup", "pointercancel"])
    view.addEventListener(end, (event) => fingers.delete(/** @type {PointerEvent} */ (event).pointerId), { signal });
  // What began as a drag is not a click on the picture that it ends over.
  view.addEventListener("click", (event) => { if (moved) { event.preventDefault(); event.stopPropagation(); moved = false; } }, { capture: true, signal });
  view.addEventListener("dragstart", (event) => event.preventDefault(), { signal });

  // Whoever goes through the pictures by Tab sees the one that has the focus.
  view.addEventListener("focusin", (event) => {
    if (event.target === view || !(event.target instanceof HTMLElement))
      return;
    view.scrollTo(0, 0);
    const box = view.getBoundingClientRect();
    const picture = event.target.getBoundingClientRect();
    if (picture.right > box.right || picture.left < box.left)
      left += box.left + (box.width / 2) - (picture.left + (picture.width / 2));
    if (picture.bottom > box.bottom || picture.top < box.top)
      top += box.top + (box.height / 2) - (picture.top + (picture.height / 2));
    draw();
  }, { signal });

  view.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey)
      return;
    const act = {
      ArrowLeft: () => { left += NUDGE_PX; }, ArrowRight: () => { left -= NUDGE_PX; }, ArrowUp: () => { top += NUDGE_PX; }, ArrowDown: () => { top -= NUDGE_PX; },
      "+": () => zoomAtMiddle(STEP), "=": () => zoomAtMiddle(STEP), "-": () => zoomAtMiddle(1 / STEP), "0": fit,
    }[event.key];
    if (!act)
      return;
    event.preventDefault();
    act();
    draw();
  }, { signal });
  controls.addEventListener("click", (event) => {
    const what = event.target instanceof Element ? event.target.closest("[data-zoom]")?.getAttribute("data-zoom") : null;
    if (what === "in")
      zoomAtMiddle(STEP);
    else if (what === "out")
      zoomAtMiddle(1 / STEP);
    else if (what === "fit")
      fit();
    draw();
  }, { signal });

  return {
    destroy() {
      off.abort();
      size.disconnect();
    },
  };

  function fit() {
    zoom = 1;
    fitted = Math.min(view.clientWidth - (2 * EDGE_PX), (view.clientHeight - (2 * EDGE_PX)) * across / down);
    left = (view.clientWidth - fitted) / 2;
    top = (view.clientHeight - (fitted * down / across)) / 2;
    draw();
  }

  /** @param {number} factor */
  function zoomAtMiddle(factor) {
    zoomAt(factor, view.clientWidth / 2, view.clientHeight / 2);
  }

  /** @param {number} factor @param {number} x of the view, stays where it is @param {number} y */
  function zoomAt(factor, x, y) {
    const next = Math.min(MAX_ZOOM, Math.max(1, zoom * factor));
    left = x - ((x - left) * next / zoom);
    top = y - ((y - top) * next / zoom);
    zoom = next;
    draw();
  }

  function draw() {
    // A corner of the board always stays in view.
    const [width, height] = [fitted * zoom, fitted * zoom * down / across];
    const margin = 48;
    left = Math.min(view.clientWidth - margin, Math.max(margin - width, left));
    top = Math.min(view.clientHeight - margin, Math.max(margin - height, top));
    world.style.width = `${width}px`;
    world.style.transform = `translate(${left}px, ${top}px)`;
  }
}
