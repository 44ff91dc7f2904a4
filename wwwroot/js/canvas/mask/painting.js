// @ts-check
// A stroke in the making over the mask as it is: local until the pointer goes up. No canvas; render/masks.js shows it.
import { combine, coverBrush, join, makeRaster, renderMask } from './raster.js';
import { smooth, thin } from './strokes.js';
import { map } from '../geometry/affine.js';

/** @typedef {import('./raster.js').Raster} Raster */
/** @typedef {import('./raster.js').Stroke} Stroke */
/** @typedef {import('./raster.js').PixelRect} PixelRect */
/** @typedef {import('./strokes.js').Freehand} Freehand */
/** @typedef {import('./target.js').MaskSpace} MaskSpace */

export class Painting {
  /** @type {number[][]} */ #raw = [];
  /** @type {number[]} */ #points = [];
  /** @type {PixelRect | null} */ #dirty = null;

  /**
   * @param {MaskSpace} space @param {readonly import('./raster.js').Entry[]} entries @param {{radius: number, softness: number, erase: boolean}} brush  Radius in mask units.
   * @param {Freehand} freehand
   */
  constructor(space, entries, brush, freehand) {
    this.space = space;
    this.brush = brush;
    this.freehand = freehand;
    this.base = renderMask(entries, space.maskToRaster, space.width, space.height);
    this.coverage = makeRaster(space.width, space.height);
    /** What to show. @type {Raster} */
    this.shown = { ...this.base, values: this.base.values.slice() };
  }

  /** @param {readonly {x: number, y: number, pressure: number}[]} samples  World units. @param {boolean} isLast */
  add(samples, isLast = false) {
    for (const sample of samples) {
      const at = map(this.space.worldToMask, sample);
      this.#raw.push([at.x, at.y, sample.pressure]);
    }
    const before = this.#points.length / 3;
    this.#points = smooth(this.freehand, this.#raw, this.brush.radius, isLast);
    // The smoothing only ever moves its last few points; what they covered before stays covered, a hair beside the line at most.
    const touched = coverBrush(this.coverage, this.#stroke(this.#points), this.space.maskToRaster, Math.max(0, before - 2));
    if (touched === null) return;
    for (let y = touched.y; y < touched.y + touched.height; y++) {
      const start = y * this.shown.width + touched.x;
      this.shown.values.set(this.base.values.subarray(start, start + touched.width), start);
    }
    combine(this.shown, this.coverage, this.brush.erase, touched);
    this.#dirty = this.#dirty === null ? touched : join(this.#dirty, touched);
  }

  /** What changed since the last call, in the raster's pixels. @returns {PixelRect | null} */
  takeDirty() {
    const dirty = this.#dirty;
    this.#dirty = null;
    return dirty;
  }

  /** The stroke as the op says it; null for none. @returns {Stroke | null} */
  finish() {
    if (this.#points.length === 0) return null;
    return this.#stroke(thin(this.#points, Math.max(0.02, this.brush.radius * 0.02)));
  }

  /** @param {readonly number[]} points @returns {Stroke} */
  #stroke(points) {
    return { shape: 'brush', radius: Math.round(this.brush.radius * 100) / 100, softness: this.brush.softness, erase: this.brush.erase, points };
  }
}

/**
 * The stroke of a lasso, told in the mask's coordinates.
 * @param {MaskSpace} space @param {readonly {x: number, y: number}[]} path  World units. @param {{fade: number, softness: number, erase: boolean}} brush  `fade` in mask units.
 * @returns {Stroke}
 */
export function lassoStroke(space, path, brush) {
  const flat = path.flatMap((point) => {
    const at = map(space.worldToMask, point);
    return [at.x, at.y, 1];
  });
  return { shape: 'lasso', radius: Math.max(0.01, Math.round(brush.fade * 100) / 100), softness: brush.softness, erase: brush.erase, points: thin(flat, Math.max(0.05, space.scale * 0.25)) };
}

