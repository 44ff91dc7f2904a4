// @ts-check
// Where the pictures of an operation lie: beside what they are made of, each in a place of its own, so that one sees them come. The frame of
// the job is the first place; the others follow from it, for everybody alike. Pure.
import { centre, intersect, isEmpty, offset, unionAll } from '../geometry/rect.js';

/** @typedef {import('../geometry/rect.js').Rect} Rect */
/** @typedef {import('../geometry/rect.js').Size} Size */
/** @typedef {import('../view/frameSnap.js').FrameShape} FrameShape */
/** @typedef {'variation' | 'interpolation' | 'textDiff' | 'upscale'} OperationKind */
/** @typedef {{kind: OperationKind, tiles: readonly string[], fromPrompt?: string | null, thetas?: readonly number[] | null, eta?: number | null}} PictureOperation  As the hub knows it. */

/** Between two of them, and between them and what they are made of: as between things that are put beside each other elsewhere. */
export const GAP = 32;

/** How many lie side by side. @param {OperationKind} kind @param {number} count */
const columnsOf = (kind, count) => (kind === 'variation' ? Math.ceil(Math.sqrt(count)) : count);

/** The place of one picture of several. @param {OperationKind} kind @param {number} count @param {Rect} first  World units. @param {number} index @returns {Rect} */
export function slotOf(kind, count, first, index) {
  if (kind === 'upscale') return first;
  const columns = columnsOf(kind, count);
  return offset(first, (index % columns) * (first.width + GAP), Math.floor(index / columns) * (first.height + GAP));
}

/** @param {OperationKind} kind @param {number} count @param {Rect} first @returns {Rect[]} */
export const slotsOf = (kind, count, first) => Array.from({ length: Math.max(1, count) }, (_, i) => slotOf(kind, count, first, i));

/** A size that a frame may have, of the shape of a picture as far as a frame may have it. @param {Size} picture @param {FrameShape} shape @returns {Size} */
export function frameSize({ width, height }, { min, max, maxAspect }) {
  const scale = Math.min(1, max / Math.max(width, height));
  const [wide, high] = [width * scale, height * scale];
  return {
    width: Math.round(Math.min(max, Math.max(min, wide, high / maxAspect))),
    height: Math.round(Math.min(max, Math.max(min, high, wide / maxAspect))),
  };
}

/**
 * The place of the first picture.
 * @param {OperationKind} kind @param {number} count @param {readonly Rect[]} sources  Bounds of what they are made of. @param {Size} size  Of one. @param {readonly Rect[]} things  Bounds of all that lies on the board.
 * @returns {Rect}
 */
export function firstPlace(kind, count, sources, size, things) {
  const [source] = sources;
  const whole = /** @type {Rect} */ (unionAll(slotsOf(kind, count, { x: 0, y: 0, ...size })));
  const isFree = (/** @type {Rect} */ rect) => things.every((thing) => isEmpty(intersect(thing, rect)));
  const around = /** @type {Rect} */ (unionAll(sources));
  const middle = centre(around);
  const candidates = [
    ...(sources.length === 2 ? between(sources[0], sources[1], whole) : []),
    ...(kind === 'interpolation' ? [
      { x: middle.x - whole.width / 2, y: around.y + around.height + GAP },
      { x: middle.x - whole.width / 2, y: around.y - GAP - whole.height },
    ] : [
      { x: around.x + around.width + GAP, y: source.y },
      { x: around.x - GAP - whole.width, y: source.y },
      { x: source.x, y: around.y + around.height + GAP },
      { x: source.x, y: around.y - GAP - whole.height },
    ]),
  ];
  for (const at of candidates) {
    const rect = { ...whole, x: Math.round(at.x), y: Math.round(at.y) };
    if (isFree(rect)) return { ...size, x: rect.x, y: rect.y };
  }
  // To the right of what is in the way there is room at last.
  let rect = { ...whole, x: Math.round(around.x + around.width + GAP), y: Math.round(source.y) };
  for (let inTheWay = obstacle(things, rect); inTheWay !== null; inTheWay = obstacle(things, rect)) rect = { ...rect, x: Math.round(inTheWay.x + inTheWay.width + GAP) };
  return { ...size, x: rect.x, y: rect.y };
}

/** Between two pictures that lie far enough apart. @param {Rect} a @param {Rect} b @param {Rect} whole @returns {{x: number, y: number}[]} */
function between(a, b, whole) {
  const [left, right] = a.x <= b.x ? [a, b] : [b, a];
  const room = right.x - left.x - left.width;
  const y = (centre(a).y + centre(b).y - whole.height) / 2;
  return room >= whole.width + 2 * GAP ? [{ x: left.x + left.width + (room - whole.width) / 2, y }] : [];
}

/** The thing in the way that reaches furthest. @param {readonly Rect[]} things @param {Rect} rect @returns {Rect | null} */
function obstacle(things, rect) {
  let furthest = null;
  for (const thing of things) if (!isEmpty(intersect(thing, rect)) && (furthest === null || thing.x + thing.width > furthest.x + furthest.width)) furthest = thing;
  return furthest;
}
