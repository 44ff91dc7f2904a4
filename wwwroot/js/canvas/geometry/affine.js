// @ts-check
// Flat affine maps in the order that canvas.setTransform takes: x' = a x + c y + e, y' = b x + d y + f.

/** @typedef {import('./rect.js').Point} Point */
/** @typedef {{ readonly a: number, readonly b: number, readonly c: number, readonly d: number, readonly e: number, readonly f: number }} Affine */

/** @type {Affine} */
export const IDENTITY = Object.freeze({ a: 1, b: 0, c: 0, d: 1, e: 0, f: 0 });

/** @param {number} dx @param {number} dy @returns {Affine} */
export const translation = (dx, dy) => ({ a: 1, b: 0, c: 0, d: 1, e: dx, f: dy });

/** @param {number} sx @param {number} sy @returns {Affine} */
export const scaling = (sx, sy) => ({ a: sx, b: 0, c: 0, d: sy, e: 0, f: 0 });

/** @param {Affine} m */
export const determinant = (m) => m.a * m.d - m.b * m.c;

/** By how much lengths grow on the average: the root of the area's growth. @param {Affine} m */
export const scaleOf = (m) => Math.sqrt(Math.abs(determinant(m)));

/** @param {Affine} m @param {Point} p @returns {Point} */
export const map = (m, p) => ({ x: m.a * p.x + m.c * p.y + m.e, y: m.b * p.x + m.d * p.y + m.f });

/** First `first`, then `next`. @param {Affine} first @param {Affine} next @returns {Affine} */
export const then = (first, next) => ({
  a: next.a * first.a + next.c * first.b,
  b: next.b * first.a + next.d * first.b,
  c: next.a * first.c + next.c * first.d,
  d: next.b * first.c + next.d * first.d,
  e: next.a * first.e + next.c * first.f + next.e,
  f: next.b * first.e + next.d * first.f + next.f,
});

/** @param {Affine} m @returns {Affine} @throws {RangeError} The map flattens the plane. */
export function inverse(m) {
  const det = determinant(m);
  if (det === 0 || !Number.isFinite(det))
    throw new RangeError('A map that flattens the plane has no inverse.');
  return {
    a: m.d / det,
    b: -m.b / det,
    c: -m.c / det,
    d: m.a / det,
    e: (m.c * m.f - m.d * m.e) / det,
    f: (m.b * m.e - m.a * m.f) / det,
  };
}
