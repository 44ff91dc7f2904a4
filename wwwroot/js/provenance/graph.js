// @ts-check
// The graph of a board: what must not wait for the server. Listens on the document, because dialogs come and go; the drawing itself is Blazor's.

const closest = 160;
const step = 1.3;

/** @param {Element | null | undefined} within @returns {SVGSVGElement | null} */
const svgOf = within => within?.closest("[data-graph]")?.querySelector("svg") ?? null;

/** @typedef {{x: number, y: number, width: number, height: number}} Box */

/** @param {SVGSVGElement} svg @returns {Box} */
const boxOf = svg => { const { x, y, width, height } = svg.viewBox.baseVal; return { x, y, width, height }; };

/** @param {SVGSVGElement} svg @returns {Box} */
function wholeOf(svg) {
  const [x, y, width, height] = (svg.dataset.whole ?? "0 0 1 1").split(" ").map(Number);
  return { x, y, width, height };
}

/** @param {SVGSVGElement} svg @param {Box} box */
function show(svg, box) {
  const whole = wholeOf(svg);
  const width = Math.min(Math.max(box.width, closest), Math.max(whole.width, closest) * 1.5);
  const height = box.height * width / box.width;
  // Never so far that nothing is left to see.
  const x = Math.min(Math.max(box.x, whole.x - width / 2), whole.x + whole.width - width / 2);
  const y = Math.min(Math.max(box.y, whole.y - height / 2), whole.y + whole.height - height / 2);
  svg.setAttribute("viewBox", `${x} ${y} ${width} ${height}`);
}

/** @param {SVGSVGElement} svg @param {number} factor @param {{x: number, y: number}} [at] In the drawing; the middle without. */
function zoom(svg, factor, at) {
  const box = boxOf(svg);
  const { x, y } = at ?? { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  show(svg, { x: x - (x - box.x) / factor, y: y - (y - box.y) / factor, width: box.width / factor, height: box.height / factor });
}

/** @param {SVGSVGElement} svg @param {{clientX: number, clientY: number}} event */
function pointOf(svg, { clientX, clientY }) {
  const matrix = svg.getScreenCTM()?.inverse();
  return matrix ? new DOMPoint(clientX, clientY).matrixTransform(matrix) : { x: 0, y: 0 };
}

/** Brings a picture into view with the focus on it. @param {SVGSVGElement} svg @param {SVGGElement} node */
function visit(svg, node) {
  for (const other of svg.querySelectorAll("[data-node]")) other.setAttribute("tabindex", other === node ? "0" : "-1");
  node.focus({ preventScroll: true });
  const matrix = node.transform.baseVal.consolidate()?.matrix;
  if (!matrix) return;
  const box = boxOf(svg);
  const [x, y] = [matrix.e + 48, matrix.f + 48];
  if (x < box.x + 48 || x > box.x + box.width - 48 || y < box.y + 48 || y > box.y + box.height - 48) show(svg, { ...box, x: x - box.width / 2, y: y - box.height / 2 });
}

/** @param {SVGSVGElement} svg @param {SVGGElement} node @param {string} key @returns {SVGGElement | null} */
function next(svg, node, key) {
  const find = (/** @type {string | undefined} */ names) => {
    for (const name of (names ?? "").split(" ").filter(Boolean)) {
      const found = svg.querySelector(`[data-node="${CSS.escape(name)}"]`);
      if (found) return /** @type {SVGGElement} */ (found);
    }
    return null;
  };
  if (key === "ArrowRight") return find(node.dataset.to);
  if (key === "ArrowLeft") return find(node.dataset.from);
  // By column, then row: the order in which they are drawn.
  const all = /** @type {SVGGElement[]} */ ([...svg.querySelectorAll("[data-node]")]);
  if (key === "Home") return all[0];
  if (key === "End") return all[all.length - 1];
  return all[all.indexOf(node) + (key === "ArrowDown" ? 1 : -1)] ?? null;
}

document.addEventListener("click", event => {
  const button = /** @type {Element} */ (event.target).closest("[data-graph-zoom]");
  const svg = svgOf(button);
  if (!(button instanceof HTMLElement) || !svg) return;
  if (button.dataset.graphZoom === "fit") svg.setAttribute("viewBox", svg.dataset.whole ?? "");
  else zoom(svg, button.dataset.graphZoom === "in" ? step : 1 / step);
});

document.addEventListener("keydown", event => {
  const node = /** @type {Element} */ (event.target).closest("[data-node]");
  const svg = svgOf(node);
  if (!(node instanceof SVGGElement) || !svg) return;
  if (event.key === "Enter" || event.key === " ") node.dispatchEvent(new MouseEvent("click", { bubbles: true }));
  else if (event.key === "+" || event.key === "=") zoom(svg, step);
  else if (event.key === "-") zoom(svg, 1 / step);
  else if (event.key.startsWith("Arrow") || event.key === "Home" || event.key === "End") {
    const found = next(svg, node, event.key);
    if (found) visit(svg, found);
  } else return;
  event.preventDefault();
});

document.addEventListener("wheel", event => {
  const svg = svgOf(/** @type {Element} */ (event.target));
  if (!svg) return;
  event.preventDefault();
  zoom(svg, Math.exp(-event.deltaY / 400), pointOf(svg, event));
}, { passive: false });

/** Fingers and the mouse: one moves, two zoom. @type {Map<number, {x: number, y: number}>} */
const down = new Map();
let moved = 0;

document.addEventListener("pointerdown", event => {
  const target = /** @type {Element} */ (event.target);
  if (!svgOf(target) || target.closest("[data-graph-zoom]")) return;
  if (down.size === 0) moved = 0;
  down.set(event.pointerId, { x: event.clientX, y: event.clientY });
});

document.addEventListener("pointermove", event => {
  const before = down.get(event.pointerId);
  const svg = before && (svgOf(/** @type {Element} */ (event.target)) ?? document.querySelector("[data-graph] svg"));
  if (!before || !(svg instanceof SVGSVGElement)) return;
  const scale = svg.getScreenCTM()?.a ?? 1;
  const others = [...down].filter(([id]) => id !== event.pointerId).map(([, point]) => point);
  if (others.length === 1) {
    const distance = (/** @type {{x: number, y: number}} */ point) => Math.hypot(point.x - others[0].x, point.y - others[0].y);
    const now = { x: event.clientX, y: event.clientY };
    zoom(svg, distance(now) / Math.max(1, distance(before)), pointOf(svg, { clientX: (now.x + others[0].x) / 2, clientY: (now.y + others[0].y) / 2 }));
  } else {
    const box = boxOf(svg);
    show(svg, { ...box, x: box.x - (event.clientX - before.x) / scale, y: box.y - (event.clientY - before.y) / scale });
  }
  moved += Math.hypot(event.clientX - before.x, event.clientY - before.y);
  down.set(event.pointerId, { x: event.clientX, y: event.clientY });
});

for (const name of /** @type {const} */ (["pointerup", "pointercancel"])) document.addEventListener(name, event => void down.delete(event.pointerId));

// What ends a drag chooses nothing.
document.addEventListener("click", event => {
  if (moved < 6 || !event.isTrusted || !svgOf(/** @type {Element} */ (event.target))) return;
  moved = 0;
  event.stopPropagation();
  event.preventDefault();
}, { capture: true });
