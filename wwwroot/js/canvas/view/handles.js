// @ts-check
// The grips of what is selected, and what pulling them does. Pure.
import { inverse, map } from '../geometry/affine.js';
import { normalise, sinCos } from '../geometry/angle.js';
import { centreOf, toParent } from '../geometry/transform.js';

/** @typedef {import('../geometry/transform.js').Transform} Transform */
/** @typedef {import('../geometry/rect.js').Point} Point */
/** @typedef {import('./scene.js').Item} Item */
/** @typedef {'nw' | 'n' | 'ne' | 'e' | 'se' | 's' | 'sw' | 'w'} Grip */
/** @typedef {{name: Grip | 'rotate', at: Point}} Handle  World units. */
/** @typedef {{keepRatio: boolean, fromCentre: boolean, min: number, max: number}} ResizeRules */

// Where each grip pulls: -1 the left or top side, 1 the right or bottom, 0 neither.
/** @type {Record<Grip, [number, number]>} */
export const PULLS = { nw: [-1, -1], n: [0, -1], ne: [1, -1], e: [1, 0], se: [1, 1], s: [0, 1], sw: [-1, 1], w: [-1, 0] };

const rotateOffset_px = 24;
/** @type {readonly Grip[]} */
const cornerGrips = ['nw', 'ne', 'se', 'sw'];
/** @type {readonly Grip[]} */
const sideGrips = ['n', 'e', 's', 'w'];

/**
 * The box around what is selected: turned with a single thing, upright around several.
 * @param {readonly Item[]} items
 * @returns {Transform | null}
 */
export function selectionBox(items) {
  if (items.length === 0) return null;
  if (items.length === 1) return items[0].world;
  const left = Math.min(...items.map((item) => item.bounds.x));
  const top = Math.min(...items.map((item) => item.bounds.y));
  const right = Math.max(...items.map((item) => item.bounds.x + item.bounds.width));
  const bottom = Math.max(...items.map((item) => item.bounds.y + item.bounds.height));
  return { x: left, y: top, width: right - left, height: bottom - top, rotation: 0 };
}

/**
 * Which grips to offer. A picture keeps its ratio, so it has corners only; a frame never turns.
 * @param {readonly Item[]} items @param {Transform} box @param {number} zoom @param {(world: Point) => boolean} [isCovered]  Whether a panel of the page lies there, where nothing can be gripped.
 * @returns {Handle[]}
 */
export function handlesOf(items, box, zoom, isCovered = () => false) {
  if (items.some((item) => item.locked)) return [];
  const [width_px, height_px] = [box.width * zoom, box.height * zoom];
  // Smaller than this, the grips would cover what they grip.
  if (Math.max(width_px, height_px) < 24) return [];
  const toWorld = toParent(box);
  const single = items.length === 1 ? items[0].node.kind : null;
  /** @type {Grip[]} */
  const grips = [...(Math.min(width_px, height_px) < 20 ? /** @type {Grip[]} */ (['se']) : cornerGrips)];
  if (single === 'frame' || single === 'note') grips.push(...sideGrips.filter((grip) => (PULLS[grip][0] === 0 ? width_px : height_px) > 56));
  /** @type {Handle[]} */
  const handles = grips.map((name) => ({ name, at: map(toWorld, { x: box.width * (1 + PULLS[name][0]) / 2, y: box.height * (1 + PULLS[name][1]) / 2 }) }));
  if (single === 'tile') handles.push({ name: 'rotate', at: rotateAt(toWorld, box, zoom, isCovered) });
  return handles;
}

// Above the picture; under a panel it comes down into the picture, as far as it has to and the middle allows: it turns alike from there.
/** @param {import('../geometry/affine.js').Affine} toWorld @param {Transform} box @param {number} zoom @param {(world: Point) => boolean} isCovered @returns {Point} */
function rotateAt(toWorld, box, zoom, isCovered) {
  const at = (/** @type {number} */ y_px) => map(toWorld, { x: box.width / 2, y: y_px / zoom });
  const usual = at(-rotateOffset_px);
  if (!isCovered(usual)) return usual;
  for (let y_px = rotateOffset_px; y_px < box.height * zoom / 2 - rotateOffset_px; y_px += rotateOffset_px / 2) if (!isCovered(at(y_px))) return at(y_px);
  return usual;
}

/** The grip under a point. @param {readonly Handle[]} handles @param {Point} world @param {number} reach  World units. @returns {Handle | null} */
export function gripAt(handles, world, reach) {
  let best = null, nearest = reach;
  for (const handle of handles) {
    const distance = Math.hypot(handle.at.x - world.x, handle.at.y - world.y);
    if (distance <= nearest) [best, nearest] = [handle, distance];
  }
  return best;
}

/**
 * Pulls a grip to a point; the opposite side (or the centre) stays where it is.
 * @param {Transform} box @param {Grip} grip @param {Point} to  World units. @param {ResizeRules} rules
 * @returns {Transform}
 */
export function resize(box, grip, to, rules) {
  const [pullX, pullY] = PULLS[grip];
  const local = map(inverse(toParent(box)), to);
  const double = rules.fromCentre ? 2 : 1;
  const anchor = { x: rules.fromCentre ? box.width / 2 : pullX > 0 ? 0 : box.width, y: rules.fromCentre ? box.height / 2 : pullY > 0 ? 0 : box.height };
  let width = pullX === 0 ? box.width : (local.x - anchor.x) * pullX * double;
  let height = pullY === 0 ? box.height : (local.y - anchor.y) * pullY * double;
  if (rules.keepRatio) {
    const scale = pullX === 0 ? height / box.height : pullY === 0 ? width / box.width : Math.max(width / box.width, height / box.height);
    const least = rules.min / Math.min(box.width, box.height), most = rules.max / Math.max(box.width, box.height);
    const share = Math.min(Math.max(scale, Math.min(least, 1)), Math.max(most, 1));
    [width, height] = [box.width * share, box.height * share];
  } else {
    width = pullX === 0 ? width : Math.min(rules.max, Math.max(rules.min, width));
    height = pullY === 0 ? height : Math.min(rules.max, Math.max(rules.min, height));
  }
  // The anchor is a point of the old box; the new centre lies half the new size away from it, turned as the box is.
  const fixed = map(toParent(box), { x: box.width * (1 - (rules.fromCentre ? 0 : pullX)) / 2, y: box.height * (1 - (rules.fromCentre ? 0 : pullY)) / 2 });
  const { sin, cos } = sinCos(box.rotation);
  const [offX, offY] = [rules.fromCentre ? 0 : width / 2 * pullX, rules.fromCentre ? 0 : height / 2 * pullY];
  const centre = { x: fixed.x + cos * offX - sin * offY, y: fixed.y + sin * offX + cos * offY };
  return { x: centre.x - width / 2, y: centre.y - height / 2, width, height, rotation: box.rotation };
}

/** What a member of a box becomes when the box does. @param {Transform} member @param {Transform} before @param {Transform} after  Both upright, one ratio. @returns {Transform} */
export function follow(member, before, after) {
  const scale = after.width / before.width;
  const centre = centreOf(member);
  const [x, y] = [after.x + (centre.x - before.x) * scale, after.y + (centre.y - before.y) * scale];
  const [width, height] = [member.width * scale, member.height * scale];
  return { x: x - width / 2, y: y - height / 2, width, height, rotation: member.rotation };
}

/**
 * The angle that a turned thing gets when the rotate grip is held at a point.
 * @param {Transform} box @param {Point} to @param {boolean} inSteps  Of 15 degrees; without, right angles still hold for two degrees.
 */
export function turnTo(box, to, inSteps) {
  const centre = centreOf(box);
  const degrees = Math.atan2(to.y - centre.y, to.x - centre.x) * 180 / Math.PI + 90;
  const right = Math.round(degrees / 90) * 90;
  if (inSteps) return normalise(Math.round(degrees / 15) * 15);
  return normalise(Math.abs(degrees - right) < 2 ? right : Math.round(degrees * 10) / 10);
}

/** @typedef {'left' | 'right' | 'top' | 'middle' | 'bottom' | 'centre'} Alignment */

/**
 * Lines things up: along the box around them, or along the first if it is locked.
 * @param {readonly Item[]} items @param {Alignment} how
 * @returns {Map<string, Transform>} New places on the board.
 */
export function align(items, how) {
  const box = /** @type {Transform} */ (selectionBox(items));
  /** @type {Map<string, Transform>} */ const places = new Map();
  if (items.length < 2) return places;
  for (const { id, world, bounds } of items) {
    let [dx, dy] = [0, 0];
    if (how === 'left') dx = box.x - bounds.x;
    else if (how === 'right') dx = box.x + box.width - bounds.x - bounds.width;
    else if (how === 'centre') dx = box.x + box.width / 2 - bounds.x - bounds.width / 2;
    else if (how === 'top') dy = box.y - bounds.y;
    else if (how === 'bottom') dy = box.y + box.height - bounds.y - bounds.height;
    else dy = box.y + box.height / 2 - bounds.y - bounds.height / 2;
    if (dx !== 0 || dy !== 0) places.set(id, { ...world, x: world.x + dx, y: world.y + dy });
  }
  return places;
}

const cursorSteps = ['ns-resize', 'nesw-resize', 'ew-resize', 'nwse-resize'];

/** The pointer over a grip, turned with the box. @param {Grip | 'rotate'} grip @param {number} rotation */
export function cursorOf(grip, rotation) {
  if (grip === 'rotate') return 'grab';
  const [x, y] = PULLS[grip];
  const degrees = Math.atan2(y, x) * 180 / Math.PI + 90 + rotation;
  return cursorSteps[((Math.round(degrees / 45) % 4) + 4) % 4];
}

