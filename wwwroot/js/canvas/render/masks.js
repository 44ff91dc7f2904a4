// @ts-check
// Masks as stripes over what they belong to, with a marching edge. Stripes and not one tint: one colour is lost on a picture that has it. Rasters are made once for each change of a mask, not for each frame.
import { addEntry, isPainted, makeRaster } from '../mask/raster.js';
import { outline } from '../mask/outline.js';
import { hasMask, maskSpace } from '../mask/target.js';

/** @typedef {import('../view/scene.js').Item} Item */
/** @typedef {import('../mask/painting.js').Painting} Painting */
/** @typedef {import('../mask/raster.js').Raster} Raster */
/** @typedef {import('../mask/raster.js').PixelRect} PixelRect */
/** @typedef {{canvas: OffscreenCanvas, context: OffscreenCanvasRenderingContext2D, raster: Raster, entries: readonly import('../mask/raster.js').Entry[], place: string, edge: Path2D | null, tint: string, world: import('../geometry/transform.js').Transform}} MaskPicture */

// How much of each stripe is seen where the mask is full: the tint, and white between, so that one of the two stands out on any picture.
const [tintStrength, whiteStrength] = [0.62, 0.3];
// Two stripes, in pixels of the raster.
const hatch = 12;
// Masks that were not drawn for this many frames are let go of.
const keepFrames = 600;

/** What is drawn of masks. */
export class MaskPictures {
  /** @type {Map<string, MaskPicture & {used: number}>} */ #pictures = new Map();
  #frame = 0;

  /** @param {() => [number, number, number]} tint  Red, green, blue. */
  constructor(tint) { this.tint = tint; }

  nextFrame() {
    this.#frame++;
    if (this.#frame % 120 === 0) for (const [id, picture] of this.#pictures) if (this.#frame - picture.used > keepFrames) this.#pictures.delete(id);
  }

  /**
   * The picture of a thing's mask; null if nothing is painted.
   * @param {Item} item @param {Painting | null} painting  A stroke in the making on this very thing.
   * @returns {MaskPicture | null}
   */
  of(item, painting) {
    if (!hasMask(item)) return null;
    const entries = item.node.mask;
    if (painting === null && !isPainted(entries)) {
      this.#pictures.delete(item.id);
      return null;
    }
    const tint = this.tint().join();
    let picture = this.#pictures.get(item.id);
    // A frame that is dragged keeps the picture of where it was: its mask stays on the board, and is drawn anew when it lies still.
    const isDragged = item.world !== item.home;
    const place = item.node.kind === 'frame' ? `${item.home.x},${item.home.y},${item.home.width},${item.home.height}` : '';
    if (picture === undefined || picture.tint !== tint || (picture.place !== place && !isDragged) || (painting === null && picture.entries !== entries)) {
      picture = this.#make(item, entries, place, tint, picture);
      this.#pictures.set(item.id, picture);
    }
    if (painting !== null) {
      const dirty = painting.takeDirty();
      if (dirty !== null) {
        picture.edge = null;
        paint(picture, painting.shown, dirty, this.tint());
      }
      // Whatever becomes of the stroke, the picture is not that of the entries any more.
      picture.entries = [];
    }
    picture.used = this.#frame;
    return picture;
  }

  /** The line around what is painted, in the raster's pixels; told once the stroke is done. @param {MaskPicture} picture @returns {Path2D} */
  edgeOf(picture) {
    if (picture.edge === null) {
      picture.edge = new Path2D();
      for (const line of outline(picture.raster, Math.max(1, Math.round(Math.max(picture.raster.width, picture.raster.height) / 320)))) {
        picture.edge.moveTo(line[0], line[1]);
        for (let i = 2; i < line.length; i += 2) picture.edge.lineTo(line[i], line[i + 1]);
        picture.edge.closePath();
      }
    }
    return picture.edge;
  }

  destroy() { this.#pictures.clear(); }

  /** @param {Item} item @param {readonly import('../mask/raster.js').Entry[]} entries @param {string} place @param {string} tint @param {MaskPicture | undefined} before */
  #make(item, entries, place, tint, before) {
    const space = maskSpace(item);
    const raster = makeRaster(space.width, space.height);
    // Lists only grow: what was drawn of the same list is kept and only the rest is added.
    let from = 0;
    if (before !== undefined && before.place === place && before.entries.length > 0 && before.entries.length <= entries.length && before.raster.width === raster.width && before.raster.height === raster.height && before.entries.every((entry, i) => entry === entries[i])) {
      raster.values.set(before.raster.values);
      from = before.entries.length;
    }
    for (let i = from; i < entries.length; i++) addEntry(raster, entries[i], space.maskToRaster);
    const canvas = before?.canvas ?? new OffscreenCanvas(1, 1);
    if (canvas.width !== raster.width || canvas.height !== raster.height) {
      canvas.width = raster.width;
      canvas.height = raster.height;
    }
    const context = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext('2d'));
    const picture = { canvas, context, raster, entries, place, edge: null, tint, world: item.home, used: this.#frame };
    paint(picture, raster, { x: 0, y: 0, width: raster.width, height: raster.height }, this.tint());
    return picture;
  }
}

/** @param {MaskPicture} picture @param {Raster} raster @param {PixelRect} area @param {[number, number, number]} tint */
function paint(picture, raster, area, [red, green, blue]) {
  const image = new ImageData(area.width, area.height);
  const { data } = image;
  for (let y = 0, to = 0; y < area.height; y++) {
    for (let x = 0, at = (area.y + y) * raster.width + area.x; x < area.width; x++, at++, to += 4) {
      const value = raster.values[at];
      if (value === 0) continue;
      const isTint = (area.x + x + area.y + y) % hatch < hatch / 2;
      data[to] = isTint ? red : 255;
      data[to + 1] = isTint ? green : 255;
      data[to + 2] = isTint ? blue : 255;
      data[to + 3] = Math.round(value * (isTint ? tintStrength : whiteStrength) * 255);
    }
  }
  picture.context.putImageData(image, area.x, area.y);
  if (raster !== picture.raster) picture.raster = raster;
}
