// @ts-check
// Fetches and decodes what the selector wants, a few at a time, and holds it under the budget.
import { PictureCache } from './pictureCache.js';

/** @typedef {import('./selector.js').TileSelection} TileSelection */
/** @typedef {import('./selector.js').TileKey} TileKey */

// Enough to fill the line, few enough that a pan does not wait behind what it has left behind.
const maxInFlight = 8;
// A picture that failed is asked for again after 2, 4, 8 ... seconds, at most a minute apart: the pyramid may still be in the making.
const firstRetryMs = 2_000;
const longestRetryMs = 60_000;

/** The pictures of one board view. */
export class Pictures {
  /** @type {Map<string, TileKey>} */ #wanted = new Map();
  /** @type {Map<string, AbortController>} */ #inFlight = new Map();
  /** @type {Map<string, {tries: number, notBefore: number}>} */ #failed = new Map();
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #retry;
  #destroyed = false;

  /**
   * @param {{url: (sha256: string, lod: number) => string, budgetPixels: number, onLoad: (sha256: string) => void}} options
   */
  constructor(options) {
    this.options = options;
    this.cache = new PictureCache(options.budgetPixels);
  }

  /** How many are on their way: tests and the load script wait for zero. */
  get loading() { return this.#inFlight.size; }

  /** True if everything wanted is here or has failed. */
  get isSettled() { return this.#inFlight.size === 0 && [...this.#wanted.values()].every((key) => this.cache.has(key.sha256, key.lod) || this.#failed.has(name(key))); }

  /** @param {TileSelection} selection */
  want(selection) {
    this.#wanted = new Map(selection.wanted.map((key) => [name(key), key]));
    // What has left the view is not worth finishing; the browser's cache keeps what is already on the disk.
    for (const [id, abort] of this.#inFlight) if (!this.#wanted.has(id)) abort.abort();
    this.#pump();
  }

  destroy() {
    this.#destroyed = true;
    clearTimeout(this.#retry);
    for (const abort of this.#inFlight.values()) abort.abort();
    this.cache.clear();
  }

  #isWanted = (/** @type {string} */ sha256, /** @type {number} */ lod) => this.#wanted.has(`${sha256}/${lod}`);

  #pump() {
    if (this.#destroyed) return;
    const now = performance.now();
    let soonest = Infinity;
    for (const [id, key] of this.#wanted) {
      if (this.#inFlight.size >= maxInFlight) return;
      if (this.#inFlight.has(id) || this.cache.has(key.sha256, key.lod)) continue;
      const failure = this.#failed.get(id);
      if (failure !== undefined && failure.notBefore > now) {
        soonest = Math.min(soonest, failure.notBefore);
        continue;
      }
      // The selection fits the budget as a whole; what has no room yet gets it when a picture on its way arrives or is given up.
      if (!this.cache.reserve(key.pixels, this.#isWanted)) continue;
      void this.#load(id, key);
    }
    clearTimeout(this.#retry);
    if (soonest < Infinity) this.#retry = setTimeout(() => this.#pump(), soonest - now + 1);
  }

  /** @param {string} id @param {TileKey} key */
  async #load(id, key) {
    const abort = new AbortController();
    this.#inFlight.set(id, abort);
    try {
      const response = await fetch(this.options.url(key.sha256, key.lod), { signal: abort.signal });
      if (!response.ok) throw new Error(`HTTP ${response.status}`);
      const blob = await response.blob();
      // Decodes beside the main thread; premultiplied as the canvas wants it.
      const bitmap = await createImageBitmap(blob);
      if (this.#destroyed || abort.signal.aborted) {
        bitmap.close();
        throw new DOMException('', 'AbortError');
      }
      this.cache.put(key.sha256, key.lod, bitmap, key.pixels);
      this.#failed.delete(id);
      this.options.onLoad(key.sha256);
    } catch {
      this.cache.release(key.pixels);
      if (!abort.signal.aborted) {
        const tries = (this.#failed.get(id)?.tries ?? 0) + 1;
        this.#failed.set(id, { tries, notBefore: performance.now() + Math.min(longestRetryMs, firstRetryMs * 2 ** (tries - 1)) });
        this.options.onLoad(key.sha256);
      }
    } finally {
      this.#inFlight.delete(id);
      this.#pump();
    }
  }
}

/** @param {TileKey} key */
function name(key) { return `${key.sha256}/${key.lod}`; }
