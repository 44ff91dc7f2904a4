// @ts-check
// Upright rectangles in world units: the port of CanvasWeb.Canvas.Geometry.WorldRect. Plain objects, never changed once made.

/** @typedef {{ readonly x: number, readonly y: number }} Point A place; which space it is in stands in the name of the variable. */
/** @typedef {{ readonly width: number, readonly height: number }} Size */
/** @typedef {{ readonly x: number, readonly y: number, readonly width: number, readonly height: number }} Rect Width and height are never negative. */

/** @type {Rect} */
export const EMPTY_RECT = Object.freeze({ x: 0, y: 0, width: 0, height: 0 });

/** @param {Rect} r */
export const right = (r) => r.x + r.width;

/** @param {Rect} r */
export const bottom = (r) => r.y + r.height;

/** @param {Rect} r @returns {Point} */
export const centre = (r) => ({ x: r.x + r.width / 2, y: r.y + r.height / 2 });

/** @param {Rect} r A rectangle without area is empty; so is one with a NaN in it. */
export const isEmpty = (r) => !(r.width > 0 && r.height > 0);

/** @param {Rect} r */
export const area = (r) => (isEmpty(r) ? 0 : r.width * r.height);

/** @param {number} left @param {number} top @param {number} rightEdge @param {number} bottomEdge @returns {Rect} */
export const fromEdges = (left, top, rightEdge, bottomEdge) => ({
  x: left,
  y: top,
  width: Math.max(0, rightEdge - left),
  height: Math.max(0, bottomEdge - top),
});

/** Two opposite corners in any order, as a drag gives them. @param {Point} a @param {Point} b @returns {Rect} */
export const fromCorners = (a, b) => fromEdges(Math.min(a.x, b.x), Math.min(a.y, b.y), Math.max(a.x, b.x), Math.max(a.y, b.y));

/** @param {Point} middle @param {Size} size @returns {Rect} */
export const around = (middle, size) => ({ x: middle.x - size.width / 2, y: middle.y - size.height / 2, width: size.width, height: size.height });

/** The smallest rectangle that holds all points; null for no points. @param {Iterable<Point>} points @returns {Rect | null} */
export function boundsOfPoints(points) {
  let left = Infinity, top = Infinity, rightEdge = -Infinity, bottomEdge = -Infinity;
  for (const point of points) {
    left = Math.min(left, point.x);
    top = Math.min(top, point.y);
    rightEdge = Math.max(rightEdge, point.x);
    bottomEdge = Math.max(bottomEdge, point.y);
  }
  return left > rightEdge ? null : fromEdges(left, top, rightEdge, bottomEdge);
}

/** The smallest rectangle that holds all of them; null for none. @param {Iterable<Rect>} rects @returns {Rect | null} */
export function unionAll(rects) {
  /** @type {Rect | null} */
  let all = null;
  for (const rect of rects)
    all = all === null ? rect : union(all, rect);
  return all;
}

/** True for points inside and on the left and top edge; the right and bottom edge belong to the neighbour. @param {Rect} r @param {Point} p */
export const containsPoint = (r, p) => p.x >= r.x && p.x < right(r) && p.y >= r.y && p.y < bottom(r);

/** @param {Rect} r @param {Rect} other */
export const containsRect = (r, other) => other.x >= r.x && other.y >= r.y && right(other) <= right(r) && bottom(other) <= bottom(r);

/** True if the two share area; touching edges do not. @param {Rect} a @param {Rect} b */
export const overlaps = (a, b) => !isEmpty(intersect(a, b));

/** @param {Rect} a @param {Rect} b @returns {Rect} */
export const intersect = (a, b) => fromEdges(Math.max(a.x, b.x), Math.max(a.y, b.y), Math.min(right(a), right(b)), Math.min(bottom(a), bottom(b)));

/** The smallest rectangle that holds both; an empty one adds nothing. @param {Rect} a @param {Rect} b @returns {Rect} */
export function union(a, b) {
  if (isEmpty(a))
    return b;
  return isEmpty(b) ? a : fromEdges(Math.min(a.x, b.x), Math.min(a.y, b.y), Math.max(right(a), right(b)), Math.max(bottom(a), bottom(b)));
}

/** Moves every edge outwards, or inwards if the margin is negative. @param {Rect} r @param {number} horizontal @param {number} [vertical] @returns {Rect} */
export const inflate = (r, horizontal, vertical = horizontal) => fromEdges(r.x - horizontal, r.y - vertical, right(r) + horizontal, bottom(r) + vertical);

/** @param {Rect} r @param {number} dx @param {number} dy @returns {Rect} */
export const offset = (r, dx, dy) => ({ x: r.x + dx, y: r.y + dy, width: r.width, height: r.height });

/** Edges moved outwards to whole units, so that the rectangle is a whole number of pixels at zoom 1. @param {Rect} r @returns {Rect} */
export function snapOut(r) {
  // A hair inwards first: 511.9999999 that was meant as 512 must not become 513 on the other side.
  const hair = 1e-6;
  return fromEdges(Math.floor(r.x + hair), Math.floor(r.y + hair), Math.ceil(right(r) - hair), Math.ceil(bottom(r) - hair));
}

/** @param {Rect} a @param {Rect} b */
export const sameRect = (a, b) => a.x === b.x && a.y === b.y && a.width === b.width && a.height === b.height;
