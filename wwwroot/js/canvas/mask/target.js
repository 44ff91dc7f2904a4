// @ts-check
// Which mask a brush paints, and how its coordinates lie on the board: a frame's mask is told in world units, a picture's in its own pixels. Pure.
import { IDENTITY, inverse, scaling, then, translation } from '../geometry/affine.js';
import { toParent } from '../geometry/transform.js';

/** @typedef {import('../view/scene.js').Item} Item */
/** @typedef {import('../geometry/affine.js').Affine} Affine */
/** @typedef {{id: string, worldToMask: Affine, maskToRaster: Affine, width: number, height: number, scale: number}} MaskSpace  `width` and `height` of the raster; `scale`: mask units for each world unit. */

// A raster this fine shows a soft edge well at any zoom, and one stroke costs a few milliseconds.
const longestSide = 640;

/** @param {Item} item @returns {item is Item & {node: import('../document/state.js').FrameNode | import('../document/state.js').TileNode}} */
export const hasMask = (item) => item.node.kind === 'frame' || item.node.kind === 'tile';

/** @param {Item} item  A frame or a tile. @returns {MaskSpace} */
export function maskSpace(item) {
  const { world, node } = item;
  const size = node.kind === 'tile' ? { width: node.content.pixelWidth, height: node.content.pixelHeight } : world;
  const share = Math.min(1, longestSide / Math.max(size.width, size.height));
  const [width, height] = [Math.max(1, Math.round(size.width * share)), Math.max(1, Math.round(size.height * share))];
  if (node.kind === 'tile') {
    const worldToMask = then(inverse(toParent(world)), scaling(size.width / world.width, size.height / world.height));
    return { id: item.id, worldToMask, maskToRaster: scaling(width / size.width, height / size.height), width, height, scale: Math.sqrt(size.width / world.width * size.height / world.height) };
  }
  return { id: item.id, worldToMask: IDENTITY, maskToRaster: then(translation(-world.x, -world.y), scaling(width / world.width, height / world.height)), width, height, scale: 1 };
}

/**
 * What a stroke that begins here paints: what is selected if the stroke touches it, else the topmost frame or picture under the pointer.
 * @param {readonly Item[]} selected @param {Item | null} under @param {(item: Item) => boolean} touches
 * @returns {Item | null}
 */
export function paintTarget(selected, under, touches) {
  const able = selected.filter((item) => hasMask(item) && !item.locked);
  // A selected frame owns the mask even where the stroke starts beside it: people begin outside to reach the edge.
  const frame = able.find((item) => item.node.kind === 'frame');
  if (frame !== undefined) return frame;
  return able.find(touches) ?? (under !== null && hasMask(under) && !under.locked ? under : able[0] ?? null);
}
