// @ts-check
// Pictures in the making, inside their frames: each fades in over the one before.

/** @typedef {import('../geometry/rect.js').Rect} Rect */
/** @typedef {{frame: Rect, crop: Rect}} PreviewPlace  Where the frame was when the job was made, and what the picture shows: more than the frame where there is context. World units. */
/** @typedef {{job: string, frameId: string, area: OffscreenCanvas | null, place: PreviewPlace | null, shown: ImageBitmap | null, next: ImageBitmap | null, start: number}} Preview  `area`: where the job makes something new; null is everywhere. */

const fadeMs = 120;

/** The newest preview of each frame. The only owner of their bitmaps. */
export class Previews {
  /** @type {Map<string, Preview>} */ #frames = new Map();
  /** By frame: one that was decoded late does not replace a newer one. @type {Map<string, number>} */ #newest = new Map();
  #turn = 0;

  /** @param {{onChange: () => void, reducedMotion: boolean}} options */
  constructor(options) { this.options = options; }

  /**
   * Shows a preview; resolves when it is on the screen (then the hub may send the next).
   * @param {{job: string, frameId: string, blob: Blob, place: PreviewPlace | null, areaOf: (frame: Rect) => OffscreenCanvas | null, isCurrent: () => boolean}} one
   *   `place` null: the frame itself. `areaOf`: asked once for each job. `isCurrent`: asked after decoding, the job may be over by then.
   * @returns {Promise<boolean>} Whether it is shown.
   */
  async show({ job, frameId, blob, place, areaOf, isCurrent }) {
    const turn = ++this.#turn;
    this.#newest.set(frameId, turn);
    let bitmap = await createImageBitmap(blob);
    if (!isCurrent() || this.#newest.get(frameId) !== turn) {
      bitmap.close();
      return false;
    }
    let preview = this.#frames.get(frameId);
    // What is kept is settled when a job's first preview comes: painting on meanwhile changes nothing about it.
    if (preview === undefined || preview.job !== job) preview = { job, frameId, place, area: place === null ? null : areaOf(place.frame), shown: null, next: preview?.next ?? null, start: 0 };
    preview.place = place;
    if (preview.area !== null && place !== null) bitmap = seenThrough(preview.area, bitmap, place);
    if (preview.next !== null) {
      preview.shown?.close();
      preview.shown = preview.next;
    }
    preview.next = bitmap;
    preview.start = performance.now();
    this.#frames.set(frameId, preview);
    this.options.onChange();
    await painted();
    return true;
  }

  /** @param {string} frameId */
  has(frameId) { return this.#frames.has(frameId); }

  /** @param {string} frameId */
  clear(frameId) {
    const preview = this.#frames.get(frameId);
    this.#newest.delete(frameId);
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
    const box = toBox((preview.area === null ? preview.place?.crop : preview.place?.frame) ?? frame);
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

/**
 * The part of a preview that lies in its frame, cut to what is new there.
 * @param {OffscreenCanvas} area @param {ImageBitmap} bitmap  Closed after this. @param {PreviewPlace} place
 * @returns {ImageBitmap}
 */
function seenThrough(area, bitmap, { frame, crop }) {
  const canvas = new OffscreenCanvas(area.width, area.height);
  const context = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext('2d'));
  const [sx, sy] = [area.width / frame.width, area.height / frame.height];
  context.drawImage(bitmap, (crop.x - frame.x) * sx, (crop.y - frame.y) * sy, crop.width * sx, crop.height * sy);
  context.globalCompositeOperation = 'destination-in';
  context.drawImage(area, 0, 0);
  bitmap.close();
  return canvas.transferToImageBitmap();
}

/** After the next frame has been drawn: the first callback comes before the drawing, the second after it. */
const painted = () => new Promise((/** @type {(value: void) => void} */ resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve())));
