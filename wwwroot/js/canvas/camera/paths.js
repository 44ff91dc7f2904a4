// @ts-check
// Ways between cameras: what geometry/camera.js does not need to know. Pure; the controller beside this file runs them in time.
import { clampZoom, toScreen } from '../geometry/camera.js';
import { centre, isEmpty } from '../geometry/rect.js';

/** @typedef {import('../geometry/camera.js').Camera} Camera */
/** @typedef {import('../geometry/rect.js').Rect} Rect */
/** @typedef {import('../geometry/rect.js').Size} Size */
/** @typedef {{left: number, top: number, right: number, bottom: number}} Insets  CSS pixels covered by floating panels. */

/** @type {Insets} */
export const NO_INSETS = Object.freeze({ left: 0, top: 0, right: 0, bottom: 0 });

/**
 * Shows all of `content` in the middle of what the panels leave free; nothing shows the origin at 100 %.
 * @param {Rect | null} content @param {Size} view @param {Insets} insets
 * @param {{padding_px?: number, maxZoom?: number}} [options]
 * @returns {Camera}
 */
export function fitBetween(content, view, insets, options = {}) {
  const { padding_px = 48, maxZoom = 1 } = options;
  const room = { width: view.width - insets.left - insets.right, height: view.height - insets.top - insets.bottom };
  const zoom = content === null || isEmpty(content) ? 1 : clampZoom(Math.min(maxZoom, Math.max(1, room.width - 2 * padding_px) / content.width, Math.max(1, room.height - 2 * padding_px) / content.height));
  const middle = content === null ? { x: 0, y: 0 } : centre(content);
  return { x: middle.x - (insets.left + room.width / 2) / zoom, y: middle.y - (insets.top + room.height / 2) / zoom, zoom };
}

/**
 * The way from one camera to another, 0 to 1. Zoom runs evenly in its logarithm, and the one screen point that shows the same world
 * point at both ends shows it all the way: a zoom to the cursor stays at the cursor.
 * @param {Camera} from @param {Camera} to @param {number} t
 * @returns {Camera}
 */
export function between(from, to, t) {
  if (t <= 0) return from;
  if (t >= 1) return to;
  const zoom = from.zoom * (to.zoom / from.zoom) ** t;
  const shrink = 1 / from.zoom - 1 / to.zoom;
  // Nearly equal zooms have their fixed point at infinity: a straight line is the same there and has no rounding.
  if (Math.abs(Math.log(to.zoom / from.zoom)) < 1e-4) return { x: from.x + (to.x - from.x) * t, y: from.y + (to.y - from.y) * t, zoom };
  const share = (1 / from.zoom - 1 / zoom) / shrink;
  return { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share, zoom };
}

/**
 * True if the two show the same to within a few hundredths of a pixel anywhere in the view.
 * @param {Camera} a @param {Camera} b @param {Size} view @param {number} [tolerancePx]
 */
export function isSame(a, b, view, tolerancePx = 0.01) {
  const far = { x: b.x + view.width / b.zoom, y: b.y + view.height / b.zoom };
  const [p, q] = [toScreen(a, b), toScreen(a, far)];
  return Math.hypot(p.x, p.y) < tolerancePx && Math.hypot(q.x - view.width, q.y - view.height) < tolerancePx;
}
