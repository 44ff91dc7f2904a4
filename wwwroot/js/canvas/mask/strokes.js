// @ts-check
// From the movements of a hand to the points of a stroke: smoothed and weighed by perfect-freehand, then thinned out. Pure.

/** @typedef {{point: number[], pressure: number}} StrokePoint */
/** @typedef {{getStrokePoints: (points: number[][], options: object) => StrokePoint[], getStroke: (points: number[][], options: object) => number[][]}} Freehand  What is used of perfect-freehand. */

// BoardLimits.MaxStrokePoints; a stroke that long is thinned further rather than refused.
const maxPoints = 4_096;

/**
 * The smoothed line through what the pointer said.
 * @param {Freehand} freehand @param {number[][]} raw  x, y, pressure; world units or the like. @param {number} radius @param {boolean} isComplete
 * @returns {number[]} Flat: x, y, pressure...
 */
export function smooth(freehand, raw, radius, isComplete) {
  // A mask follows the hand closely: less streamlining than for handwriting.
  const points = freehand.getStrokePoints(raw, { size: radius * 2, streamline: 0.3, last: isComplete });
  /** @type {number[]} */ const flat = [];
  for (const { point, pressure } of points) flat.push(point[0], point[1], pressure);
  // getStrokePoints gives a lone tap a second point a unit away; a dot is one point here.
  if (raw.length === 1) return [raw[0][0], raw[0][1], raw[0][2]];
  return flat;
}

/**
 * The pressure of an event as the share of the brush's radius. A mouse has no pressure and paints at full size; a pen never
 * vanishes altogether, as a mask that thins to nothing is a mistake nobody sees.
 * @param {{pointerType: string, pressure: number}} event
 */
export function pressureOf(event) {
  return event.pointerType === 'pen' ? Math.min(1, 0.15 + 0.85 * Math.min(1, event.pressure * 1.4)) : 1;
}

/**
 * Leaves out points that change the line by less than a hair, and never returns more than an op may hold.
 * @param {readonly number[]} flat @param {number} tolerance
 * @returns {number[]} Rounded to hundredths.
 */
export function thin(flat, tolerance) {
  let points = flat;
  for (let hair = tolerance; ; hair *= 2) {
    points = reduce(flat, hair);
    if (points.length <= maxPoints * 3) break;
  }
  return points.map((value) => Math.round(value * 100) / 100);
}

// Ramer, Douglas and Peucker's way, with the pressure as a third coordinate weighed like a distance; a stack, as a long stroke is deep.
/** @param {readonly number[]} flat @param {number} tolerance */
function reduce(flat, tolerance) {
  const count = flat.length / 3;
  if (count < 3) return [...flat];
  const keep = new Uint8Array(count);
  keep[0] = keep[count - 1] = 1;
  const stack = [[0, count - 1]];
  for (let range = stack.pop(); range !== undefined; range = stack.pop()) {
    const [from, to] = range;
    let worst = 0, at = -1;
    const [ax, ay, ap] = [flat[from * 3], flat[from * 3 + 1], flat[from * 3 + 2]];
    const [dx, dy] = [flat[to * 3] - ax, flat[to * 3 + 1] - ay];
    const lengthSquared = dx * dx + dy * dy;
    for (let i = from + 1; i < to; i++) {
      const [x, y] = [flat[i * 3] - ax, flat[i * 3 + 1] - ay];
      const along = lengthSquared === 0 ? 0 : Math.min(1, Math.max(0, (x * dx + y * dy) / lengthSquared));
      const pressure = (flat[i * 3 + 2] - ap - along * (flat[to * 3 + 2] - ap)) * tolerance * 12;
      const off = Math.hypot(x - along * dx, y - along * dy, pressure);
      if (off > worst) [worst, at] = [off, i];
    }
    if (worst > tolerance) {
      keep[at] = 1;
      stack.push([from, at], [at, to]);
    }
  }
  /** @type {number[]} */ const rest = [];
  for (let i = 0; i < count; i++) if (keep[i] === 1) rest.push(flat[i * 3], flat[i * 3 + 1], flat[i * 3 + 2]);
  return rest;
}
