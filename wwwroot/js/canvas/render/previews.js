// @ts-check
// Pictures in the making, inside their frames: each fades in over the one before.

/** @typedef {import('../geometry/rect.js').Rect} Rect */
/** @typedef {{frame: Rect, crop: Rect}} PreviewPlace  Where the frame was when the job was made, and what the picture shows: more than the frame where there is context. World units. */
/** @typedef {{frameId: string, place: PreviewPlace | null, shown: ImageBitmap | null, next: ImageBitmap | null, start: number}} Preview */

const fadeMs = 120;

/** The newest preview of each frame. The only owner of their bitmaps. */
export class Previews {
  /** @type {Map<string, Preview>} */ #frames = new Map();

  /** @param {{onChange: () => void, reducedMotion: boolean}} options */
  constructor(options) { this.options = options; }

  /**
   * Shows a preview; resolves when it is decoded and about to be painted (then the hub may send the next).
   * @param {string} frameId @param {Blob} blob @param {PreviewPlace | null} place  Null: the frame itself. @param {() => boolean} isCurrent  Asked after decoding: the job may be over by then.
   */
  async show(frameId, blob, place, isCurrent) {
    const bitmap = await createImageBitmap(blob);
    if (!isCurrent()) return bitmap.close();
    const preview = this.#frames.get(frameId) ?? { frameId, place, shown: null, next: null, start: 0 };
    preview.place = place;
    if (preview.next !== null) {
      preview.shown?.close();
      preview.shown = preview.next;
    }
    preview.next = bitmap;
    preview.start = performance.now();
    this.#frames.set(frameId, preview);
    this.options.onChange();
  }

  /** @param {string} frameId */
  has(frameId) { return this.#frames.has(frameId); }

  /** @param {string} frameId */
  clear(frameId) {
    const preview = this.#frames.get(frameId);
    if (preview === undefined) return;
    preview.shown?.close();
    preview.next?.close();
    this.#frames.delete(frameId);
    this.options.onChange();
  }

  /**
   * Draws one frame's preview: all of the picture, seen through the frame only.
   * @param {CanvasRenderingContext2D} context @param {string} frameId @param {Rect} frame  World units, where the frame is now. @param {(rect: Rect) => Rect} toBox  To device pixels. @param {number} now
   * @returns {boolean} Whether it is still fading.
   */
  draw(context, frameId, frame, toBox, now) {
    const preview = this.#frames.get(frameId);
    if (preview === undefined || preview.next === null) return false;
    const clip = toBox(preview.place?.frame ?? frame);
    const box = toBox(preview.place?.crop ?? frame);
    context.save();
    context.beginPath();
    context.rect(clip.x, clip.y, clip.width, clip.height);
    context.clip();
    const t = this.options.reducedMotion ? 1 : Math.min(1, (now - preview.start) / fadeMs);
    if (preview.shown !== null && t < 1) context.drawImage(preview.shown, box.x, box.y, box.width, box.height);
    context.globalAlpha = t;
    context.drawImage(preview.next, box.x, box.y, box.width, box.height);
    context.restore();
    if (t >= 1 && preview.shown !== null) {
      preview.shown.close();
      preview.shown = null;
    }
    return t < 1;
  }

  destroy() {
    for (const frameId of [...this.#frames.keys()]) this.clear(frameId);
  }
}
