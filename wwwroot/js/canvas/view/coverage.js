// @ts-check
// What lies under a frame, from geometry alone: the local answer while a frame is dragged, before the hub's planner answers. Pure.
import { inverse, map } from '../geometry/affine.js';
import { corners, toParent } from '../geometry/transform.js';

/** @typedef {import('../geometry/rect.js').Rect} Rect */
/** @typedef {import('../geometry/rect.js').Point} Point */
/** @typedef {import('../geometry/transform.js').Transform} Transform */
/** @typedef {{world: Transform, bounds: Rect, solid: string | undefined}} Cover  A picture; `solid` is its 16 x 16 grid in hex, undefined where it is opaque everywhere. */
/** @typedef {{from: Point, to: Point, kept: boolean}} EdgeRun  A piece of the frame's outline. */
/** @typedef {{task: 'textToImage' | 'inpaint' | 'outpaint' | 'nothing', covered: Rect[], uncovered: Rect[], edges: EdgeRun[], newShare: number, painted: boolean}} CoverageEstimate  `painted`: a mask asks for more than what is bare. */

const gridSide = 16;
// Less than this share is none: as FrameLimits.Negligible says.
const negligible = 0.001;

/** @param {string} solid @param {number} column @param {number} row */
const isSolid = (solid, column, row) => (parseInt(solid.slice(row * 4, row * 4 + 4), 16) & (0x8000 >> column)) !== 0;

/** Whether a picture hides what lies under a point of the board. @param {Cover} cover @param {Point} point */
export function covers(cover, point) {
  const local = map(inverse(toParent(cover.world)), point);
  const [u, v] = [local.x / cover.world.width, local.y / cover.world.height];
  if (u < 0 || v < 0 || u >= 1 || v >= 1) return false;
  return cover.solid === undefined || isSolid(cover.solid, Math.floor(u * gridSide), Math.floor(v * gridSide));
}

/**
 * @param {Rect} frame @param {readonly Cover[]} tiles  Those near the frame. @param {boolean} painted  Whether a mask is painted within it.
 * @returns {CoverageEstimate}
 */
export function estimate(frame, tiles, painted) {
  const near = tiles.filter((tile) => tile.bounds.x < frame.x + frame.width && tile.bounds.y < frame.y + frame.height && tile.bounds.x + tile.bounds.width > frame.x && tile.bounds.y + tile.bounds.height > frame.y);
  const xs = lines(near, frame.x, frame.x + frame.width, 'x');
  const ys = lines(near, frame.y, frame.y + frame.height, 'y');
  /** @type {Rect[]} */ const covered = [];
  /** @type {Rect[]} */ const uncovered = [];
  for (let row = 0; row + 1 < ys.length; row++) {
    // Neighbouring cells of one kind are one rectangle: a frame over one edge gives two, not forty.
    for (let column = 0; column + 1 < xs.length;) {
      const kept = isCovered(near, (xs[column] + xs[column + 1]) / 2, (ys[row] + ys[row + 1]) / 2);
      let end = column + 1;
      while (end + 1 < xs.length && isCovered(near, (xs[end] + xs[end + 1]) / 2, (ys[row] + ys[row + 1]) / 2) === kept) end++;
      add(kept ? covered : uncovered, { x: xs[column], y: ys[row], width: xs[end] - xs[column], height: ys[row + 1] - ys[row] });
      column = end;
    }
  }
  const whole = frame.width * frame.height;
  const newShare = whole > 0 ? uncovered.reduce((sum, part) => sum + part.width * part.height, 0) / whole : 1;
  const task = newShare >= 1 - negligible ? 'textToImage' : newShare > negligible ? 'outpaint' : painted ? 'inpaint' : 'nothing';
  return { task, covered, uncovered, edges: edges(frame, near), newShare, painted };
}

/**
 * The outline of a frame, cut where it goes from kept to new. Exact for upright pictures and for turned ones without holes.
 * @param {Rect} frame @param {readonly Cover[]} tiles
 * @returns {EdgeRun[]}
 */
export function edges(frame, tiles) {
  const right = frame.x + frame.width, bottom = frame.y + frame.height;
  // A hair inside: an edge that lies flush on a picture's edge belongs to what the frame holds.
  const inset = Math.min(frame.width, frame.height) * 1e-4;
  /** @type {[Point, Point, Point][]} */
  const sides = [
    [{ x: frame.x, y: frame.y }, { x: right, y: frame.y }, { x: 0, y: inset }],
    [{ x: right, y: frame.y }, { x: right, y: bottom }, { x: -inset, y: 0 }],
    [{ x: right, y: bottom }, { x: frame.x, y: bottom }, { x: 0, y: -inset }],
    [{ x: frame.x, y: bottom }, { x: frame.x, y: frame.y }, { x: inset, y: 0 }],
  ];
  /** @type {EdgeRun[]} */ const runs = [];
  for (const [from, to, inwards] of sides) {
    const [a, b] = [{ x: from.x + inwards.x, y: from.y + inwards.y }, { x: to.x + inwards.x, y: to.y + inwards.y }];
    const cuts = [0, 1];
    for (const tile of tiles) addCrossings(cuts, a, b, tile);
    cuts.sort((p, q) => p - q);
    for (let i = 0; i + 1 < cuts.length; i++) {
      const [start, end] = [cuts[i], cuts[i + 1]];
      if (end - start < 1e-6) continue;
      const kept = isCovered(tiles, a.x + (b.x - a.x) * (start + end) / 2, a.y + (b.y - a.y) * (start + end) / 2);
      const last = runs[runs.length - 1];
      const point = { x: from.x + (to.x - from.x) * end, y: from.y + (to.y - from.y) * end };
      if (last !== undefined && last.kept === kept && i > 0) last.to = point;
      else runs.push({ from: { x: from.x + (to.x - from.x) * start, y: from.y + (to.y - from.y) * start }, to: point, kept });
    }
  }
  return runs;
}

/** Where the line from a to b crosses the sides of a picture (and of its grid's cells), as shares of the line. @param {number[]} cuts @param {Point} a @param {Point} b @param {Cover} tile */
function addCrossings(cuts, a, b, tile) {
  const toLocal = inverse(toParent(tile.world));
  const [p, q] = [map(toLocal, a), map(toLocal, b)];
  const steps = tile.solid === undefined ? 1 : gridSide;
  for (let i = 0; i <= steps; i++) {
    for (const share of [(tile.world.width * i / steps - p.x) / (q.x - p.x), (tile.world.height * i / steps - p.y) / (q.y - p.y)]) if (share > 0 && share < 1) cuts.push(share);
  }
}

/** @param {readonly Cover[]} tiles @param {number} x @param {number} y */
function isCovered(tiles, x, y) {
  for (const tile of tiles) if (covers(tile, { x, y })) return true;
  return false;
}

// The lines along which the frame is cut: the pictures' edges; for turned ones and those with holes also a mesh.
/** @param {readonly Cover[]} tiles @param {number} low @param {number} high @param {'x' | 'y'} axis */
function lines(tiles, low, high, axis) {
  const found = new Set([low, high]);
  for (const tile of tiles) {
    const turned = tile.world.rotation % 90 !== 0;
    const [from, to] = axis === 'x' ? [tile.bounds.x, tile.bounds.x + tile.bounds.width] : [tile.bounds.y, tile.bounds.y + tile.bounds.height];
    const steps = turned ? 32 : tile.solid === undefined ? 1 : gridSide;
    for (let i = 0; i <= steps; i++) found.add(from + (to - from) * i / steps);
    if (turned) for (const corner of corners(tile.world)) found.add(corner[axis]);
  }
  return [...found].filter((line) => line >= low && line <= high).sort((p, q) => p - q);
}

// Grows the rectangle of the row above where it has the same columns.
/** @param {Rect[]} parts @param {Rect} part */
function add(parts, part) {
  const above = parts.findIndex((other) => other.x === part.x && other.width === part.width && Math.abs(other.y + other.height - part.y) < 1e-9);
  if (above >= 0) parts[above] = { ...parts[above], height: part.y + part.height - parts[above].y };
  else parts.push(part);
}
