// @ts-check
// Where a frame wants to lie: flush with pictures, or over an edge by as much as a model likes to see when it carries a picture on. Pure.
import { snap } from '../geometry/snap.js';
import { intersect, isEmpty, offset } from '../geometry/rect.js';

/** @typedef {import('../geometry/rect.js').Rect} Rect */
/** @typedef {import('../geometry/rect.js').Size} Size */
/** @typedef {import('../geometry/rect.js').Point} Point */
/** @typedef {import('../geometry/snap.js').SnapGuide} SnapGuide */
/** @typedef {{rect: Rect, guides: SnapGuide[], overlap: null | {band: Rect, amount: number}}} FrameSnap  `band` is the part of a picture that the frame keeps as context. */
/** @typedef {{native: number, multiple: number, min: number, max: number, maxAspect: number}} FrameShape  World units. */

/** @type {FrameShape} */
export const DEFAULT_FRAME = Object.freeze({ native: 512, multiple: 64, min: 64, max: 4_096, maxAspect: 4 });

// Between a frame that was put beside something and that thing.
const besideGap = 32;
// A frame looks for its place beside the nearest things; more of them make it slower and no better.
const placedBeside = 24;

/** How much of a picture to keep in view when carrying it on: a quarter of the frame, in steps of 32. @param {number} side */
export const overlapFor = (side) => Math.max(32, Math.round(side / 4 / 32) * 32);

/**
 * @param {Rect} moving  Where the pointer alone would put the frame. @param {readonly Rect[]} pictures  Upright bounds on screen.
 * @param {readonly Rect[]} others  What else it lines up with. @param {number} tolerance  World units. @param {number} gridSize  0 for none.
 * @returns {FrameSnap}
 */
export function snapFrame(moving, pictures, others, tolerance, gridSize) {
  const plain = snap(moving, [...pictures, ...others], tolerance, gridSize);
  const suggestion = overlapOffset(moving, pictures, tolerance * 2);
  // The suggested overlap reaches twice as far as an edge, but an edge that is nearer still wins: people lay frames side by side too.
  let { dx, dy } = plain;
  let guides = plain.guides;
  const byX = plain.guides.some((guide) => guide.isVertical);
  const byY = plain.guides.some((guide) => !guide.isVertical);
  if (suggestion.dx !== null && (!byX || Math.abs(suggestion.dx) < Math.abs(dx))) {
    dx = suggestion.dx;
    guides = guides.filter((guide) => !guide.isVertical);
  }
  if (suggestion.dy !== null && (!byY || Math.abs(suggestion.dy) < Math.abs(dy))) {
    dy = suggestion.dy;
    guides = guides.filter((guide) => guide.isVertical);
  }
  // A frame as tall as the picture beside it wants to be level with it, from further away than an edge holds.
  const level = levelOffset(offset(moving, dx, dy), pictures, tolerance * 5);
  if (!byX && suggestion.dx === null && level.dx !== null) dx += level.dx;
  if (!byY && suggestion.dy === null && level.dy !== null) dy += level.dy;
  const rect = offset(moving, dx, dy);
  return { rect, guides, overlap: overlapOf(rect, pictures) };
}

/** @param {Rect} frame @param {readonly Rect[]} pictures @param {number} tolerance @returns {{dx: number | null, dy: number | null}} */
function overlapOffset(frame, pictures, tolerance) {
  /** @type {{dx: number | null, dy: number | null}} */ const best = { dx: null, dy: null };
  for (const picture of pictures) {
    const [lapX, lapY] = [Math.min(overlapFor(frame.width), picture.width / 2), Math.min(overlapFor(frame.height), picture.height / 2)];
    const besideX = frame.y < picture.y + picture.height && frame.y + frame.height > picture.y;
    const besideY = frame.x < picture.x + picture.width && frame.x + frame.width > picture.x;
    // Over the right and the left edge, over the lower and the upper.
    if (besideX) for (const x of [picture.x + picture.width - lapX, picture.x + lapX - frame.width]) if (Math.abs(x - frame.x) <= Math.min(tolerance, best.dx === null ? Infinity : Math.abs(best.dx))) best.dx = x - frame.x;
    if (besideY) for (const y of [picture.y + picture.height - lapY, picture.y + lapY - frame.height]) if (Math.abs(y - frame.y) <= Math.min(tolerance, best.dy === null ? Infinity : Math.abs(best.dy))) best.dy = y - frame.y;
  }
  return best;
}

/** @param {Rect} frame @param {readonly Rect[]} pictures @param {number} tolerance @returns {{dx: number | null, dy: number | null}} */
function levelOffset(frame, pictures, tolerance) {
  /** @type {{dx: number | null, dy: number | null}} */ const best = { dx: null, dy: null };
  for (const picture of pictures) {
    if (isEmpty(intersect(frame, picture))) continue;
    const [dx, dy] = [picture.x - frame.x, picture.y - frame.y];
    // Level along one axis only: a frame that would lie on the picture altogether is meant as it is.
    if (Math.abs(picture.height - frame.height) < 1 && Math.abs(dy) <= tolerance && Math.abs(dx) > tolerance) best.dy = dy;
    if (Math.abs(picture.width - frame.width) < 1 && Math.abs(dx) <= tolerance && Math.abs(dy) > tolerance) best.dx = dx;
  }
  return best;
}

/** The band that a frame shares with the picture that it carries on; null where it lies free or inside. @param {Rect} frame @param {readonly Rect[]} pictures */
export function overlapOf(frame, pictures) {
  for (let i = pictures.length - 1; i >= 0; i--) {
    const band = intersect(frame, pictures[i]);
    if (isEmpty(band)) continue;
    const acrossX = band.width < frame.width - 0.5 && band.height > frame.height - 0.5;
    const acrossY = band.height < frame.height - 0.5 && band.width > frame.width - 0.5;
    if (acrossX !== acrossY) return { band, amount: Math.round(acrossX ? band.width : band.height) };
  }
  return null;
}

/**
 * The size of a dragged frame: sides in the model's steps, within its ratio.
 * @param {Point} from  Where the drag began. @param {Point} to @param {FrameShape} shape @param {{square?: boolean, centred?: boolean}} [how]
 * @returns {Rect}
 */
export function dragFrame(from, to, shape, how = {}) {
  const double = how.centred ? 2 : 1;
  let [width, height] = [side(Math.abs(to.x - from.x) * double, shape), side(Math.abs(to.y - from.y) * double, shape)];
  if (how.square) width = height = Math.max(width, height);
  // Too narrow: the shorter side grows, as the longer one is what the hand is at.
  if (width > height * shape.maxAspect) height = step(width / shape.maxAspect, shape, Math.ceil);
  if (height > width * shape.maxAspect) width = step(height / shape.maxAspect, shape, Math.ceil);
  if (how.centred) return { x: from.x - width / 2, y: from.y - height / 2, width, height };
  return { x: to.x < from.x ? from.x - width : from.x, y: to.y < from.y ? from.y - height : from.y, width, height };
}

/** @param {number} length @param {FrameShape} shape */
const side = (length, shape) => Math.min(shape.max, Math.max(shape.min, step(length, shape, Math.round)));

/** @param {number} length @param {FrameShape} shape @param {(value: number) => number} round */
const step = (length, shape, round) => round(length / shape.multiple) * shape.multiple;

/**
 * Where to put a frame that comes without a place: the middle of the view, or the free place nearest to it, beside what is there and in view
 * if that can be. Over something it would be another task than the button said; whoever wants that lays it there by hand.
 * @param {Size} size @param {Point} middle @param {Rect} visible @param {readonly Rect[]} things  Bounds of all that lies near the view.
 * @returns {Rect}
 */
export function placeFrame(size, middle, visible, things) {
  const centred = { x: Math.round(middle.x - size.width / 2), y: Math.round(middle.y - size.height / 2), ...size };
  // Free places that are as near as can be touch something: a thing's side, or the line through the middle.
  const near = [...things].sort((a, b) => distance(a, middle) - distance(b, middle)).slice(0, placedBeside);
  const outermost = things.length === 0 ? [] : [Math.max(...things.map((thing) => thing.x + thing.width)) + besideGap];
  const xs = [centred.x, ...outermost, ...near.flatMap((thing) => [thing.x + thing.width + besideGap, thing.x - besideGap - size.width])];
  const ys = [centred.y, ...near.flatMap((thing) => [thing.y, thing.y + thing.height + besideGap, thing.y - besideGap - size.height])];
  const places = [];
  for (const x of xs) {
    for (const y of ys) {
      const rect = { x: Math.round(x), y: Math.round(y), ...size };
      const hidden = 1 - areaOf(intersect(rect, visible)) / areaOf(rect);
      places.push({ rect, cost: hidden * 2 + Math.hypot(rect.x - centred.x, rect.y - centred.y) / Math.hypot(size.width, size.height) });
    }
  }
  places.sort((a, b) => a.cost - b.cost);
  // To the right of everything there is always room.
  return places.find(({ rect }) => things.every((thing) => isEmpty(intersect(rect, thing))))?.rect ?? centred;
}

/** @param {Rect} rect @param {Point} point */
const distance = (rect, point) => Math.hypot(Math.max(rect.x - point.x, 0, point.x - rect.x - rect.width), Math.max(rect.y - point.y, 0, point.y - rect.y - rect.height));

/** @param {Rect} rect */
const areaOf = (rect) => rect.width * rect.height;
