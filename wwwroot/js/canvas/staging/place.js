// @ts-check
// Where a strip lies: under its frame, but never half outside of the view or below the page's own panels. Pure.

import { inflate, overlaps } from '../geometry/rect.js';

const GAP_PX = 12;
const EDGE_PX = 8;

/**
 * @param {import('../geometry/rect.js').Rect} frame_px On the screen.
 * @param {import('../geometry/rect.js').Size} strip_px
 * @param {{ width: number, height: number, insets: { left: number, top: number, right: number, bottom: number }, obstacle?: import('../geometry/rect.js').Rect | null }} room_px `obstacle`: the small map.
 * @returns {import('../geometry/rect.js').Point | null} Its top left corner; null where the frame is out of sight.
 */
export function placeStrip(frame_px, strip_px, { width, height, insets, obstacle }) {
  const right = frame_px.x + frame_px.width, bottom = frame_px.y + frame_px.height;
  if (right <= 0 || frame_px.x >= width || bottom <= 0 || frame_px.y >= height)
    return null;
  const lowest = height - insets.bottom - strip_px.height - EDGE_PX;

  // Beside each other on a phone there is no room for anything but the strip: the panels at the sides do not count there.
  const [from, to] = width - insets.left - insets.right < strip_px.width + 2 * EDGE_PX ? [0, width] : [insets.left, width - insets.right];
  const at = {
    x: clamp(frame_px.x + (frame_px.width - strip_px.width) / 2, from + EDGE_PX, to - strip_px.width - EDGE_PX),
    y: clamp(bottom + GAP_PX, insets.top + EDGE_PX, lowest),
  };
  if (!obstacle || !overlaps(inflate(obstacle, EDGE_PX), { ...at, ...strip_px }))
    return at;
  const beside = obstacle.x - EDGE_PX - strip_px.width;
  return beside >= from + EDGE_PX ? { x: beside, y: at.y } : { x: at.x, y: obstacle.y - EDGE_PX - strip_px.height };
}

/** @param {number} value @param {number} low @param {number} high Below `low` where there is no room: then the low end wins. */
const clamp = (value, low, high) => Math.max(low, Math.min(value, high));
