// @ts-check
// The lower canvas: ground, dots, pictures, and what is in the making inside frames. Redrawn only when one of these or the camera changes.
import { drawGrid } from './grid.js';
import { levelFor, levels } from './selector.js';
import { NotePictures } from './notes.js';
import { sinCos } from '../geometry/angle.js';

/** @typedef {import('../view/stage.js').Stage} Stage */
/** @typedef {import('../geometry/transform.js').Transform} Transform */
/** @typedef {import('../document/state.js').TileContent} TileContent */
/** @typedef {import('./pictures.js').Pictures} Pictures */
/** @typedef {import('./previews.js').Previews} Previews */
/** @typedef {import('./palette.js').Palette} Palette */

// A picture that comes in fades up from its place; one that only gets finer does not.
const arriveMs = 180;
// Shown larger than this many device pixels for each of its own, a picture shows its pixels as they are.
const crispFrom = 6;

export class SceneLayer {
  /** When each picture was first there to be drawn. @type {Map<string, number>} */ #arrived = new Map();
  #notes = new NotePictures();
  #drawn = 0;

  /** @param {{context: CanvasRenderingContext2D, stage: Stage, pictures: Pictures, previews: Previews}} parts */
  constructor(parts) { this.parts = parts; }

  /** How many pictures the last frame drew. */
  get drawn() { return this.#drawn; }

  /**
   * @param {Palette} palette @param {number} ratio  Device pixels for each CSS pixel. @param {number} now
   * @returns {boolean} Whether something is still fading.
   */
  draw(palette, ratio, now) {
    const { context, stage, pictures } = this.parts;
    const { camera, visible } = stage.camera;
    const { width, height } = context.canvas;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.globalAlpha = 1;
    context.fillStyle = palette.canvas;
    context.fillRect(0, 0, width, height);
    if (stage.prefs.grid) drawGrid(context, camera, ratio, palette.grid);

    pictures.cache.nextFrame();
    const scale = camera.zoom * ratio;
    const [right, bottom] = [visible.x + visible.width, visible.y + visible.height];
    let isFading = false;
    this.#drawn = 0;
    for (const item of stage.scene.items) {
      const { bounds, node } = item;
      if (bounds.x >= right || bounds.y >= bottom || bounds.x + bounds.width <= visible.x || bounds.y + bounds.height <= visible.y) continue;
      if (node.kind === 'tile') {
        isFading = this.#tile(node.content, item.world, item.opacity, scale, palette, now) || isFading;
        this.#drawn++;
      } else if (node.kind === 'note') {
        this.#notes.draw(context, item, camera, ratio, palette, stage.editing === item.id);
      } else if (node.kind === 'frame') {
        const candidate = stage.candidates.get(item.id);
        if (candidate !== undefined) isFading = this.#tile(candidate.content, candidate.world, 1, scale, palette, now) || isFading;
        isFading = this.#preview(item.id, item.world, scale, now) || isFading;
      }
    }
    // Pictures of one job beside each other reach further than their frame, which may be out of view.
    for (const [frameId, slots] of stage.slots) {
      if (stage.scene.find(frameId) === undefined) continue;
      for (const { key, rect, candidate } of slots) {
        if (rect.x >= right || rect.y >= bottom || rect.x + rect.width <= visible.x || rect.y + rect.height <= visible.y) continue;
        if (candidate !== null) isFading = this.#tile(candidate.content, candidate.world, 1, scale, palette, now) || isFading;
        isFading = this.#preview(key, rect, scale, now) || isFading;
      }
    }
    context.setTransform(1, 0, 0, 1, 0, 0);
    return isFading;
  }

  /** @param {string} key @param {import('../geometry/rect.js').Rect} rect @param {number} scale  Device pixels for each world unit. @param {number} now */
  #preview(key, rect, scale, now) {
    const { context, stage, previews } = this.parts;
    if (!previews.has(key)) return false;
    const { camera } = stage.camera;
    const toBox = (/** @type {import('../geometry/rect.js').Rect} */ { x, y, width, height }) => {
      const [left, top] = [Math.round((x - camera.x) * scale), Math.round((y - camera.y) * scale)];
      return { x: left, y: top, width: Math.round((x + width - camera.x) * scale) - left, height: Math.round((y + height - camera.y) * scale) - top };
    };
    // A turned picture before it has left its own transform behind.
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.imageSmoothingEnabled = true;
    context.imageSmoothingQuality = 'medium';
    return previews.draw(context, key, rect, toBox, now);
  }

  /** @param {TileContent} content @param {Transform} world @param {number} opacity @param {number} scale  Device pixels for each world unit. @param {Palette} palette @param {number} now */
  #tile(content, world, opacity, scale, palette, now) {
    const { context, stage, pictures } = this.parts;
    const { camera } = stage.camera;
    const density = scale * Math.max(world.width / content.pixelWidth, world.height / content.pixelHeight);
    const best = pictures.cache.best(content.sha256, levelFor(levels(content.pixelWidth, content.pixelHeight).length, density));
    let alpha = opacity;
    let isFading = false;
    if (best === null) {
      this.#arrived.delete(content.sha256);
    } else if (!stage.reducedMotion) {
      const arrived = this.#arrived.get(content.sha256);
      if (arrived === undefined) {
        if (this.#arrived.size > 20_000) this.#arrived.clear();
        this.#arrived.set(content.sha256, now);
      }
      const share = arrived === undefined ? 0.02 : Math.min(1, (now - arrived) / arriveMs);
      isFading = share < 1;
      alpha *= share;
    }

    let [x, y, width, height] = [0, 0, 0, 0];
    if (world.rotation === 0) {
      // Edges on whole device pixels: neighbours meet without a seam, and nothing is blurred by half a pixel.
      x = Math.round((world.x - camera.x) * scale);
      y = Math.round((world.y - camera.y) * scale);
      width = Math.max(1, Math.round((world.x + world.width - camera.x) * scale) - x);
      height = Math.max(1, Math.round((world.y + world.height - camera.y) * scale) - y);
      context.setTransform(1, 0, 0, 1, 0, 0);
    } else {
      const { sin, cos } = sinCos(world.rotation);
      const [cx, cy] = [(world.x + world.width / 2 - camera.x) * scale, (world.y + world.height / 2 - camera.y) * scale];
      width = world.width * scale;
      height = world.height * scale;
      context.setTransform(cos, sin, -sin, cos, cx - cos * width / 2 + sin * height / 2, cy - sin * width / 2 - cos * height / 2);
    }
    // A place where a picture will be is never bare ground: people would drop things onto it.
    if (best === null || isFading) {
      context.globalAlpha = opacity;
      context.fillStyle = palette.panel2;
      if (content.solid === undefined) context.fillRect(x, y, width, height);
    }
    if (best !== null) {
      context.globalAlpha = alpha;
      context.imageSmoothingEnabled = density < crispFrom;
      context.imageSmoothingQuality = 'low';
      context.drawImage(/** @type {ImageBitmap} */ (best.bitmap), x, y, width, height);
    }
    context.globalAlpha = 1;
    return isFading;
  }
}
