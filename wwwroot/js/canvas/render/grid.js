// @ts-check
// The dots of the board: they say where the plane is and how far one has zoomed, and nothing more.

/** @typedef {import('../geometry/camera.js').Camera} Camera */

// Dots are between these many CSS pixels apart; a finer set fades in as one comes nearer, so that nothing ever jumps.
const nearest_px = 18;
const steps = 4;
const base = 8;

/** The grid's spacing in world units at a zoom; also what things snap to. @param {number} zoom */
export function gridSpacing(zoom) {
  let spacing = base;
  while (spacing * zoom < nearest_px) spacing *= steps;
  while (spacing > 1 && spacing / steps * zoom >= nearest_px) spacing /= steps;
  return spacing;
}

/**
 * @param {CanvasRenderingContext2D} context  In device pixels. @param {Camera} camera @param {number} ratio  Device pixels for each CSS pixel.
 * @param {string} colour
 */
export function drawGrid(context, camera, ratio, colour) {
  const spacing = gridSpacing(camera.zoom);
  const apart_px = spacing * camera.zoom;
  // 0 where the set has just come up, 1 where it becomes the coarse one of the next.
  const nearness = Math.min(1, Math.max(0, (apart_px - nearest_px) / (nearest_px * (steps - 1))));
  context.fillStyle = colour;
  if (nearness > 0.06) {
    context.globalAlpha = nearness;
    dots(context, camera, ratio, spacing, spacing * steps, 0.75);
  }
  context.globalAlpha = 1;
  dots(context, camera, ratio, spacing * steps, Infinity, 0.85 + 0.3 * nearness);
}

/** @param {CanvasRenderingContext2D} context @param {Camera} camera @param {number} ratio @param {number} spacing @param {number} except  Multiples of this are left out. @param {number} radius_px */
function dots(context, camera, ratio, spacing, except, radius_px) {
  const scale = camera.zoom * ratio;
  const size = Math.max(1, Math.round(radius_px * 2 * ratio));
  const half = size / 2;
  const { width, height } = context.canvas;
  const firstColumn = Math.ceil(camera.x / spacing), lastColumn = Math.floor((camera.x + width / scale) / spacing);
  const firstRow = Math.ceil(camera.y / spacing), lastRow = Math.floor((camera.y + height / scale) / spacing);
  const share = except / spacing;
  context.beginPath();
  for (let row = firstRow; row <= lastRow; row++) {
    const y = Math.round((row * spacing - camera.y) * scale - half);
    const isCoarse = row % share === 0;
    for (let column = firstColumn; column <= lastColumn; column++) {
      if (isCoarse && column % share === 0) continue;
      context.rect(Math.round((column * spacing - camera.x) * scale - half), y, size, size);
    }
  }
  context.fill();
}
