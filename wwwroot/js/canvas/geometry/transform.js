// @ts-check
// Where a node is: ONE property of the document, written and merged as a whole. Port of CanvasWeb.Canvas.Geometry.Transform.

import { normalise, sinCos } from './angle.js';
import { map } from './affine.js';
import { around } from './rect.js';

/** @typedef {import('./rect.js').Point} Point */
/** @typedef {import('./rect.js').Rect} Rect */
/** @typedef {import('./affine.js').Affine} Affine */
/**
 * @typedef {object} Transform
 * @property {number} x Left edge before turning, in the parent's coordinates (world units).
 * @property {number} y Top edge before turning.
 * @property {number} width World units, above 0.
 * @property {number} height World units, above 0.
 * @property {number} rotation Degrees clockwise around the rectangle's centre.
 * @property {string} [parent] The group that it lies in; absent is the board itself.
 */

/** @param {number} x @param {number} y @param {number} width @param {number} height @param {number} [rotation] @param {string} [parent] @returns {Transform} */
export const transform = (x, y, width, height, rotation = 0, parent = undefined) =>
  parent === undefined ? { x, y, width, height, rotation } : { x, y, width, height, rotation, parent };

/** An upright place on the board itself. @param {Rect} rect @returns {Transform} */
export const fromRect = (rect) => transform(rect.x, rect.y, rect.width, rect.height);

/** @param {Transform} t @returns {Point} */
export const centreOf = (t) => ({ x: t.x + t.width / 2, y: t.y + t.height / 2 });

/** From the node's own coordinates (origin at its top left corner, world units) to the parent's. @param {Transform} t @returns {Affine} */
export function toParent(t) {
  const { sin, cos } = sinCos(t.rotation);
  const cx = t.width / 2, cy = t.height / 2;

  // Move the centre to the origin, turn, and move it to where it belongs.
  return { a: cos, b: sin, c: -sin, d: cos, e: t.x + cx - cos * cx + sin * cy, f: t.y + cy - sin * cx - cos * cy };
}

/** The same place told in the coordinates in which `parent` itself is told; turning adds up, sizes stay. @param {Transform} t @param {Transform} parent @returns {Transform} */
export function within(t, parent) {
  const middle = map(toParent(parent), centreOf(t));
  return transform(middle.x - t.width / 2, middle.y - t.height / 2, t.width, t.height, normalise(t.rotation + parent.rotation), parent.parent);
}

/**
 * The way back from `within`: a place on the board told in a group's own coordinates, for moving things into groups.
 * @param {Transform} world @param {Transform} groupWorld Where the group is on the board. @param {string} group Its id. @returns {Transform}
 */
export function relativeTo(world, groupWorld, group) {
  const { sin, cos } = sinCos(groupWorld.rotation);
  const at = centreOf(world), origin = centreOf(groupWorld);
  const dx = at.x - origin.x, dy = at.y - origin.y;
  const middle = { x: cos * dx + sin * dy + groupWorld.width / 2, y: cos * dy - sin * dx + groupWorld.height / 2 };
  return transform(middle.x - world.width / 2, middle.y - world.height / 2, world.width, world.height, normalise(world.rotation - groupWorld.rotation), group);
}

/** Top left, top right, bottom right, bottom left (before turning), in the parent's coordinates. @param {Transform} t @returns {Point[]} */
export function corners(t) {
  const m = toParent(t);
  return [map(m, { x: 0, y: 0 }), map(m, { x: t.width, y: 0 }), map(m, { x: t.width, y: t.height }), map(m, { x: 0, y: t.height })];
}

/** The smallest upright rectangle around the turned one, in the parent's coordinates. @param {Transform} t @returns {Rect} */
export function bounds(t) {
  // Without turning the sum x + width is used as it is: four mapped corners would cost the last bit.
  const turn = normalise(t.rotation);
  if (turn === 0 || turn === -180)
    return { x: t.x, y: t.y, width: t.width, height: t.height };
  const { sin, cos } = sinCos(t.rotation);
  const size = { width: Math.abs(cos) * t.width + Math.abs(sin) * t.height, height: Math.abs(sin) * t.width + Math.abs(cos) * t.height };
  return around(centreOf(t), size);
}

/** True if the point (in the parent's coordinates) lies in the turned rectangle, widened by `slop` world units for fingers. @param {Transform} t @param {Point} point @param {number} [slop] */
export function hit(t, point, slop = 0) {
  const { sin, cos } = sinCos(t.rotation);
  const middle = centreOf(t);
  const dx = point.x - middle.x, dy = point.y - middle.y;
  const localX = cos * dx + sin * dy, localY = cos * dy - sin * dx;
  return Math.abs(localX) <= t.width / 2 + slop && Math.abs(localY) <= t.height / 2 + slop;
}

/** @param {Transform} a @param {Transform} b */
export const sameTransform = (a, b) =>
  a === b || (a.x === b.x && a.y === b.y && a.width === b.width && a.height === b.height && a.rotation === b.rotation && a.parent === b.parent);
