// @ts-check
// Where a cursor is shown between two messages: it glides to the newest place, so that thirty messages a second, or ten, look alike. Pure.

/** @typedef {import('../geometry/rect.js').Point} Point */

// After so long two thirds of the way are done: short enough to point with, long enough to hide a late message.
const GLIDE_MS = 55;

// A jump across the board (a camera that moved, a tab that came back) is no movement of a hand.
const JUMP_PX = 1200;
const ARRIVED_PX = 0.1;

/**
 * @param {Point} at_world @param {Point} target_world @param {number} elapsedMs @param {number} zoom @returns {{ at: Point, isThere: boolean }}
 */
export function glide(at_world, target_world, elapsedMs, zoom) {
  const dx = target_world.x - at_world.x, dy = target_world.y - at_world.y;
  const far_px = Math.hypot(dx, dy) * zoom;
  if (far_px < ARRIVED_PX || far_px > JUMP_PX)
    return { at: target_world, isThere: true };
  const share = 1 - Math.exp(-elapsedMs / GLIDE_MS);
  return { at: { x: at_world.x + dx * share, y: at_world.y + dy * share }, isThere: false };
}
