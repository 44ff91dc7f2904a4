// @ts-check
// What a job makes anew inside its frame, as a picture of it: what no picture covers, and what is painted. Previews are seen through it, so
// that what is kept is never painted over, not even for a moment.
import { inverse, scaling, then, translation } from '../geometry/affine.js';
import { inflate, intersect, isEmpty } from '../geometry/rect.js';
import { isPainted, renderMask } from '../mask/raster.js';
import { hasMask, maskSpace } from '../mask/target.js';

/** @typedef {import('../geometry/rect.js').Rect} Rect */

// As fine as a preview ever is; the last picture brings its own edge along.
const longestSide = 512;
// How far new parts reach softly into what is kept, as a share of the frame.
const softShare = 0.03;

/**
 * @param {import('./stage.js').Stage} stage @param {string} frameId @param {Rect} rect  Where the frame was when the job was made, world units.
 * @returns {OffscreenCanvas | null} Opaque where something new comes; null where that is the whole frame.
 */
export function newArea(stage, frameId, rect) {
  const frame = stage.scene.find(frameId) ?? null;
  const { task, uncovered } = stage.estimateOf(rect, frame);
  if (task === 'textToImage' || task === 'nothing') return null;
  const scale = Math.min(1, longestSide / Math.max(rect.width, rect.height));
  const [width, height] = [Math.max(1, Math.round(rect.width * scale)), Math.max(1, Math.round(rect.height * scale))];
  const area = new OffscreenCanvas(width, height);
  const context = /** @type {OffscreenCanvasRenderingContext2D} */ (area.getContext('2d'));
  const soft = Math.max(width, height) * softShare;
  context.shadowColor = '#000';
  context.shadowBlur = soft * 2;
  for (const part of uncovered) {
    // Parts that touch the frame's edge go on beyond it: the softness is between new and kept only.
    const part_px = inflate({ x: (part.x - rect.x) * scale, y: (part.y - rect.y) * scale, width: part.width * scale, height: part.height * scale }, 0.5);
    context.fillRect(part_px.x, part_px.y, part_px.width, part_px.height);
  }
  context.shadowColor = 'transparent';
  for (const item of stage.scene.items) {
    if (!hasMask(item) || !isPainted(item.node.mask) || (item.node.kind === 'frame' && item.id !== frameId) || isEmpty(intersect(item.bounds, rect))) continue;
    const space = maskSpace(item);
    const raster = renderMask(item.node.mask, space.maskToRaster, space.width, space.height);
    const picture = new ImageData(raster.width, raster.height);
    for (let i = 0; i < raster.values.length; i++) picture.data[i * 4 + 3] = Math.round(raster.values[i] * 255);
    const canvas = new OffscreenCanvas(raster.width, raster.height);
    /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext('2d')).putImageData(picture, 0, 0);
    const { a, b, c, d, e, f } = then(then(inverse(then(space.worldToMask, space.maskToRaster)), translation(-rect.x, -rect.y)), scaling(scale, scale));
    context.setTransform(a, b, c, d, e, f);
    context.drawImage(canvas, 0, 0);
    context.setTransform(1, 0, 0, 1, 0, 0);
  }
  return area;
}
