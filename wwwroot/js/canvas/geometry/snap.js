// @ts-check
// Snapping while dragging, as a pure function: the left, middle and right of the moving rectangle against those of the others (and the
// same for top, middle and bottom), and its top left corner against the grid. Edges win over the grid, the nearest edge wins.

import { bottom, centre, offset, right } from './rect.js';

/** @typedef {import('./rect.js').Rect} Rect */
/** @typedef {{ isVertical: boolean, position: number, from: number, to: number }} SnapGuide A line to draw: where two things line up. World units. */
/** @typedef {{ dx: number, dy: number, guides: SnapGuide[] }} SnapResult */

/**
 * @param {Rect} moving Upright bounds of what is dragged, where the pointer alone would put it.
 * @param {readonly Rect[]} others Upright bounds of what it can line up with: the caller passes what is on screen.
 * @param {number} tolerance World units; the caller divides its pixels by the zoom.
 * @param {number} [gridSize] World units; 0 for no grid.
 * @returns {SnapResult}
 */
export function snap(moving, others, tolerance, gridSize = 0) {
  const horizontal = nearest(columns(moving), others, columns, tolerance);
  const vertical = nearest(rows(moving), others, rows, tolerance);
  const dx = horizontal ?? toGrid(moving.x, gridSize, tolerance);
  const dy = vertical ?? toGrid(moving.y, gridSize, tolerance);

  // Guides are found after both offsets are known: they must span the places where things end up.
  const placed = offset(moving, dx, dy);
  /** @type {SnapGuide[]} */
  const guides = [];
  if (horizontal !== null)
    addGuides(guides, true, columns(placed), placed.y, bottom(placed), others);
  if (vertical !== null)
    addGuides(guides, false, rows(placed), placed.x, right(placed), others);
  return { dx, dy, guides };
}

/** @param {Rect} r */
const columns = (r) => [r.x, centre(r).x, right(r)];

/** @param {Rect} r */
const rows = (r) => [r.y, centre(r).y, bottom(r)];

/** @param {number[]} own @param {readonly Rect[]} others @param {(r: Rect) => number[]} lines @param {number} tolerance @returns {number | null} */
function nearest(own, others, lines, tolerance) {
  /** @type {number | null} */
  let best = null;
  for (const other of others) {
    for (const line of lines(other)) {
      for (const edge of own) {
        const distance = line - edge;
        if (Math.abs(distance) <= tolerance && (best === null || Math.abs(distance) < Math.abs(best)))
          best = distance;
      }
    }
  }
  return best;
}

/** @param {number} position @param {number} gridSize @param {number} tolerance */
function toGrid(position, gridSize, tolerance) {
  if (gridSize <= 0)
    return 0;
  const distance = roundHalfEven(position / gridSize) * gridSize - position;
  return Math.abs(distance) <= tolerance ? distance : 0;
}

// As .NET rounds, so that both sides snap to the same line.
/** @param {number} value */
function roundHalfEven(value) {
  const rounded = Math.round(value);
  return Math.abs(value % 1) === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}

/** @param {SnapGuide[]} guides @param {boolean} isVertical @param {number[]} own @param {number} spanFrom @param {number} spanTo @param {readonly Rect[]} others */
function addGuides(guides, isVertical, own, spanFrom, spanTo, others) {
  const same = 1e-6;
  for (const position of new Set(own)) {
    let from = spanFrom, to = spanTo, met = false;
    for (const other of others) {
      if (!(isVertical ? columns(other) : rows(other)).some((line) => Math.abs(line - position) < same))
        continue;
      met = true;
      from = Math.min(from, isVertical ? other.y : other.x);
      to = Math.max(to, isVertical ? bottom(other) : right(other));
    }
    if (met)
      guides.push({ isVertical, position, from, to });
  }
}
