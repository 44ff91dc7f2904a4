// @ts-check
// Which level of which picture to hold for a view, never above a budget of pixels. Port of CanvasWeb.Canvas/Tiles; pure.
import { visibleRect } from '../geometry/camera.js';
import { area as areaOf, intersect } from '../geometry/rect.js';

/** @typedef {import('../geometry/camera.js').Camera} Camera */
/** @typedef {import('../geometry/rect.js').Size} Size */
/** @typedef {import('../geometry/rect.js').Rect} Rect */
/** @typedef {{sha256: string, pixelWidth: number, pixelHeight: number, width: number, height: number, bounds: Rect}} TileView  `bounds` upright on the board; `width` and `height` before turning. */
/** @typedef {{sha256: string, lod: number, pixels: number}} TileKey */
/** @typedef {{wanted: TileKey[], visibleCount: number, pixels: number, dropped: number}} TileSelection  The most urgent first; the first `visibleCount` are in the view. */
/** @typedef {{sha256: string, levels: Size[], level: number, distance: number, area: number}} Entry */

// The last level is the first whose longer side is at most this (TilePyramid.SmallestSide).
const smallestSide = 64;
// Half a view on each side is fetched ahead, one level coarser than it will be needed.
const aheadViews = 0.5;

/** @type {Map<number, Size[]>} */
const levelsOfSize = new Map();

/**
 * Sizes from the picture itself down to its thumbnail, halves rounded up. Remembered, as thousands of tiles share a few sizes.
 * @param {number} width @param {number} height
 * @returns {readonly Size[]}
 */
export function levels(width, height) {
  const key = width * 65_536 + height;
  let known = levelsOfSize.get(key);
  if (known === undefined) {
    known = [{ width, height }];
    for (let last = known[0]; Math.max(last.width, last.height) > smallestSide; last = known[known.length - 1]) known.push({ width: (last.width + 1) >> 1, height: (last.height + 1) >> 1 });
    if (levelsOfSize.size > 4_096) levelsOfSize.clear();
    levelsOfSize.set(key, known);
  }
  return known;
}

/**
 * The coarsest level that still has a pixel for each pixel of the screen.
 * @param {number} count @param {number} devicePixelsPerPixel  Device pixels for each pixel of level 0.
 */
export function levelFor(count, devicePixelsPerPixel) {
  // The slack keeps 0.4999999 from fetching four times the pixels of 0.5.
  let level = 0;
  for (let share = devicePixelsPerPixel * 2; level < count - 1 && share <= 1.001; share *= 2) level++;
  return level;
}

/**
 * @param {Camera} camera @param {Size} view @param {number} devicePixelRatio @param {Iterable<TileView>} tiles
 * @param {number} budgetPixels  Four bytes each once decoded.
 * @returns {TileSelection}
 */
export function select(camera, view, devicePixelRatio, tiles, budgetPixels) {
  const visible = visibleRect(camera, view);
  const middle = { x: visible.x + visible.width / 2, y: visible.y + visible.height / 2 };
  const [marginX, marginY] = [visible.width * aheadViews, visible.height * aheadViews];
  const ahead = { x: visible.x - marginX, y: visible.y - marginY, width: visible.width + 2 * marginX, height: visible.height + 2 * marginY };

  // 1. One entry for each picture, at the finest level that any of its places asks for.
  /** @type {Map<string, Entry>} */ const inView = new Map();
  /** @type {Map<string, Entry>} */ const around = new Map();
  for (const tile of tiles) {
    if (overlap(tile.bounds, ahead) <= 0) continue;
    const all = /** @type {Size[]} */ (levels(tile.pixelWidth, tile.pixelHeight));
    const density = camera.zoom * devicePixelRatio * Math.max(tile.width / tile.pixelWidth, tile.height / tile.pixelHeight);
    const area = overlap(tile.bounds, visible);
    const level = Math.min(all.length - 1, levelFor(all.length, density) + (area > 0 ? 0 : 1));
    merge(area > 0 ? inView : around, { sha256: tile.sha256, levels: all, level, distance: distance(tile.bounds, middle), area });
  }
  for (const sha256 of inView.keys()) around.delete(sha256);

  // 2. The same number of levels coarser for all, as few as fit; then the least urgent go.
  const wanted = sort(inView);
  let coarser = 0;
  while (cost(wanted, coarser) > budgetPixels && wanted.some((entry) => entry.level + coarser < entry.levels.length - 1)) coarser++;
  const chosen = wanted.map((entry) => ({ ...entry, level: Math.min(entry.level + coarser, entry.levels.length - 1) }));
  while (chosen.length > 0 && cost(chosen, 0) > budgetPixels) chosen.pop();
  const dropped = wanted.length - chosen.length;
  let pixels = cost(chosen, 0);

  // 3. What room is left makes the most urgent finer again.
  for (let i = 0; i < chosen.length; i++) {
    const entry = chosen[i];
    while (entry.level > wanted[i].level && pixels - pixelsOf(entry, 0) + pixelsOf(entry, -1) <= budgetPixels) {
      pixels += pixelsOf(entry, -1) - pixelsOf(entry, 0);
      entry.level--;
    }
  }

  // 4. And then fetches ahead.
  const visibleCount = chosen.length;
  if (dropped === 0 && coarser === 0) {
    for (const entry of sort(around)) {
      if (pixels + pixelsOf(entry, 0) > budgetPixels) break;
      chosen.push(entry);
      pixels += pixelsOf(entry, 0);
    }
  }
  return { wanted: chosen.map((entry) => ({ sha256: entry.sha256, lod: entry.level, pixels: pixelsOf(entry, 0) })), visibleCount, pixels, dropped };
}

/** @param {Map<string, Entry>} entries @param {Entry} entry */
function merge(entries, entry) {
  const other = entries.get(entry.sha256);
  if (other !== undefined) {
    entry.level = Math.min(entry.level, other.level);
    entry.distance = Math.min(entry.distance, other.distance);
    entry.area = Math.max(entry.area, other.area);
  }
  entries.set(entry.sha256, entry);
}

// Nearest to the middle of the view first, then the larger; the name last, so that equal boards give equal lists.
/** @param {Map<string, Entry>} entries */
function sort(entries) {
  return [...entries.values()].sort((a, b) => a.distance - b.distance || b.area - a.area || (a.sha256 < b.sha256 ? -1 : 1));
}

/** @param {Entry[]} entries @param {number} coarser */
function cost(entries, coarser) {
  let sum = 0;
  for (const entry of entries) sum += pixelsOf(entry, coarser);
  return sum;
}

/** @param {Entry} entry @param {number} coarser */
function pixelsOf(entry, coarser) {
  const size = entry.levels[Math.min(entry.levels.length - 1, Math.max(0, entry.level + coarser))];
  return size.width * size.height;
}

/** @param {Rect} a @param {Rect} b  The area they share; 0 for touching edges. */
const overlap = (a, b) => areaOf(intersect(a, b));

/** @param {Rect} rect @param {{x: number, y: number}} point */
function distance(rect, point) {
  return Math.hypot(Math.max(0, rect.x - point.x, point.x - rect.x - rect.width), Math.max(0, rect.y - point.y, point.y - rect.y - rect.height));
}
