// @ts-check
// What is held of the pictures: least recently drawn goes first, and never more than a fixed number of pixels. No fetching, no canvas.

/** @typedef {{width: number, height: number, close(): void}} Bitmap  An ImageBitmap, or a stand-in in tests. */
/** @typedef {{bitmap: Bitmap, pixels: number, lastUse: number}} Held */

/** Decoded levels of pictures under a budget. What it evicts it also closes: an ImageBitmap keeps its pixels until then. */
export class PictureCache {
  /** @type {Map<string, Map<number, Held>>} */ #pictures = new Map();
  #pixels = 0;
  #reserved = 0;
  #clock = 0;

  /** @param {number} budgetPixels */
  constructor(budgetPixels) { this.budgetPixels = budgetPixels; }

  /** Pixels held and promised. */
  get pixels() { return this.#pixels + this.#reserved; }

  get count() {
    let count = 0;
    for (const levels of this.#pictures.values()) count += levels.size;
    return count;
  }

  /** @param {string} sha256 @param {number} lod */
  has(sha256, lod) { return this.#pictures.get(sha256)?.has(lod) ?? false; }

  /** Called once for each frame that is drawn: what is used after counts as used in it. */
  nextFrame() { this.#clock++; }

  /**
   * The level that was asked for or what comes nearest to it: rather a finer one, then the finest of the coarser.
   * @param {string} sha256 @param {number} lod
   * @returns {{bitmap: Bitmap, lod: number} | null}
   */
  best(sha256, lod) {
    const levels = this.#pictures.get(sha256);
    if (levels === undefined) return null;
    let best = -1;
    for (const level of levels.keys()) {
      if (best < 0) best = level;
      else if (level <= lod) best = best <= lod ? Math.max(best, level) : level;
      else if (best > lod) best = Math.min(best, level);
    }
    const held = levels.get(best);
    if (held === undefined) return null;
    held.lastUse = this.#clock;
    return { bitmap: held.bitmap, lod: best };
  }

  /** The coarsest level that is here, without counting as use: for the map. @param {string} sha256 @returns {Bitmap | null} */
  peek(sha256) {
    const levels = this.#pictures.get(sha256);
    return levels === undefined ? null : /** @type {Held} */ (levels.get(Math.max(...levels.keys()))).bitmap;
  }

  /**
   * Makes room before a picture is decoded, so that the budget holds at every moment.
   * @param {number} pixels @param {(sha256: string, lod: number) => boolean} keep  What must stay.
   * @returns {boolean} False if there is no room without letting go of what must stay; then nothing was promised.
   */
  reserve(pixels, keep) {
    if (this.pixels + pixels > this.budgetPixels) {
      /** @type {{sha256: string, lod: number, held: Held}[]} */ const loose = [];
      for (const [sha256, levels] of this.#pictures) for (const [lod, held] of levels) if (!keep(sha256, lod)) loose.push({ sha256, lod, held });
      const free = loose.reduce((sum, entry) => sum + entry.held.pixels, 0);
      if (this.pixels - free + pixels > this.budgetPixels) return false;
      loose.sort((a, b) => a.held.lastUse - b.held.lastUse);
      for (const entry of loose) {
        if (this.pixels + pixels <= this.budgetPixels) break;
        this.drop(entry.sha256, entry.lod);
      }
    }
    this.#reserved += pixels;
    return true;
  }

  /** @param {number} pixels  Gives a promise back: the picture did not come. */
  release(pixels) { this.#reserved -= pixels; }

  /** Keeps what room was reserved for. @param {string} sha256 @param {number} lod @param {Bitmap} bitmap @param {number} pixels  As reserved. */
  put(sha256, lod, bitmap, pixels) {
    this.#reserved -= pixels;
    this.drop(sha256, lod);
    let levels = this.#pictures.get(sha256);
    if (levels === undefined) this.#pictures.set(sha256, (levels = new Map()));
    levels.set(lod, { bitmap, pixels, lastUse: this.#clock });
    this.#pixels += pixels;
  }

  /** @param {string} sha256 @param {number} lod */
  drop(sha256, lod) {
    const levels = this.#pictures.get(sha256);
    const held = levels?.get(lod);
    if (levels === undefined || held === undefined) return;
    levels.delete(lod);
    if (levels.size === 0) this.#pictures.delete(sha256);
    this.#pixels -= held.pixels;
    held.bitmap.close();
  }

  clear() {
    for (const [sha256, levels] of [...this.#pictures]) for (const lod of [...levels.keys()]) this.drop(sha256, lod);
  }
}
