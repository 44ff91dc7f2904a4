// @ts-check
// The frame loop of one board view: draws when something changed, tells the loader what is wanted, and counts what it costs.
import { OverlayLayer } from './overlayLayer.js';
import { Pictures } from './pictures.js';
import { Previews } from './previews.js';
import { SceneLayer } from './sceneLayer.js';
import { readPalette, watchTheme } from './palette.js';
import { select } from './selector.js';

/** @typedef {import('../view/stage.js').Stage} Stage */
/** @typedef {{frames: number, scriptMs: number[], cadenceMs: number[], drawn: number}} FrameStats */

// More device pixels than this for each CSS pixel cost four times the work for what no eye sees on a picture.
const sharpest = 2;
// While the camera moves, what to fetch is worked out this often.
const selectEveryMs = 90;
const marchEveryMs = 80;

export class Renderer {
  #sceneDirty = true;
  #overlayDirty = true;
  #request = 0;
  #ratio = 1;
  #lastSelect = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #selectLater;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #marchLater;
  #lastFrame = 0;
  /** @type {FrameStats | null} */ #stats = null;
  #started = false;
  #destroyed = false;

  /**
   * @param {{root: HTMLElement, stage: Stage, tileUrl: (sha256: string, lod: number) => string, budgetPixels: number, reducedMotion: boolean,
   *   onFrame: (cameraMoved: boolean) => void, onPicture?: (sha256: string) => void}} options
   */
  constructor(options) {
    this.options = options;
    const { root, stage } = options;
    this.sceneCanvas = addCanvas(root, 'cw-scene');
    this.overlayCanvas = addCanvas(root, 'cw-overlay');
    const sceneContext = /** @type {CanvasRenderingContext2D} */ (this.sceneCanvas.getContext('2d', { alpha: false }));
    const overlayContext = /** @type {CanvasRenderingContext2D} */ (this.overlayCanvas.getContext('2d'));
    this.pictures = new Pictures({ url: options.tileUrl, budgetPixels: options.budgetPixels, onLoad: (sha256) => {
      options.onPicture?.(sha256);
      this.invalidate(true);
    } });
    this.previews = new Previews({ onChange: () => this.invalidate(true), reducedMotion: options.reducedMotion });
    this.scene = new SceneLayer({ context: sceneContext, stage, pictures: this.pictures, previews: this.previews });
    this.overlay = new OverlayLayer({ context: overlayContext, stage, previews: this.previews });
    this.palette = readPalette(root);
    this.overlay.setPalette(this.palette);
    this.theme = watchTheme(() => {
      this.palette = readPalette(root);
      this.overlay.setPalette(this.palette);
      this.invalidate(true);
    });
    this.sizes = new ResizeObserver(() => this.#resize());
  }

  /** Begins to draw; before this nothing is called back. */
  start() {
    this.#started = true;
    this.sizes.observe(this.options.root);
    this.#resize();
  }

  /** Draws at the next frame. @param {boolean} scene  The pictures too. */
  invalidate(scene) {
    this.#overlayDirty = true;
    if (scene) this.#sceneDirty = true;
    if (this.#request === 0 && this.#started && !this.#destroyed) this.#request = requestAnimationFrame((now) => this.#frame(now));
  }

  /** Counts from now on; returns what was counted before. Used by tests/load/canvas. @returns {FrameStats | null} */
  measure() {
    const before = this.#stats;
    this.#stats = { frames: 0, scriptMs: [], cadenceMs: [], drawn: 0 };
    return before;
  }

  destroy() {
    this.#destroyed = true;
    cancelAnimationFrame(this.#request);
    clearTimeout(this.#selectLater);
    clearTimeout(this.#marchLater);
    this.sizes.disconnect();
    this.theme.destroy();
    this.pictures.destroy();
    this.previews.destroy();
    this.overlay.destroy();
    this.sceneCanvas.remove();
    this.overlayCanvas.remove();
  }

  /** @param {number} now */
  #frame(now) {
    this.#request = 0;
    const started = performance.now();
    const { stage } = this.options;
    const { camera } = stage.camera;
    if (stage.camera.isMoving) stage.camera.tick(now);
    const moved = camera !== stage.camera.camera || this.#sceneDirty;
    if (this.#sceneDirty) {
      this.#sceneDirty = false;
      this.#select(now);
      if (this.scene.draw(this.palette, this.#ratio, now)) this.invalidate(true);
    }
    if (this.#overlayDirty) {
      this.#overlayDirty = false;
      clearTimeout(this.#marchLater);
      if (this.overlay.draw(this.#ratio, now)) this.#marchLater = setTimeout(() => this.invalidate(false), marchEveryMs);
    }
    this.options.onFrame(moved);
    if (stage.camera.isMoving) this.invalidate(true);
    if (this.#stats !== null) {
      this.#stats.frames++;
      this.#stats.drawn = this.scene.drawn;
      this.#stats.scriptMs.push(performance.now() - started);
      // Longer pauses are not dropped frames: nothing was asked for.
      if (now - this.#lastFrame < 250) this.#stats.cadenceMs.push(now - this.#lastFrame);
    }
    this.#lastFrame = now;
  }

  /** @param {number} now */
  #select(now) {
    clearTimeout(this.#selectLater);
    const wait = selectEveryMs - (now - this.#lastSelect);
    if (wait > 0) {
      this.#selectLater = setTimeout(() => this.#selectNow(), wait);
      return;
    }
    this.#selectNow();
  }

  #selectNow() {
    const { stage } = this.options;
    if (this.#destroyed || !stage.scene.hasState) return;
    this.#lastSelect = performance.now();
    this.pictures.want(select(stage.camera.camera, stage.camera.view, this.#ratio, tileViews(stage), this.options.budgetPixels));
  }

  #resize() {
    const { root, stage } = this.options;
    const [width, height] = [root.clientWidth, root.clientHeight];
    if (width === 0 || height === 0) return;
    this.#ratio = Math.min(sharpest, window.devicePixelRatio || 1);
    for (const canvas of [this.sceneCanvas, this.overlayCanvas]) {
      const [deviceWidth, deviceHeight] = [Math.round(width * this.#ratio), Math.round(height * this.#ratio)];
      if (canvas.width !== deviceWidth) canvas.width = deviceWidth;
      if (canvas.height !== deviceHeight) canvas.height = deviceHeight;
    }
    stage.camera.resize({ width, height });
    // A canvas that got another size is empty: draw before the browser shows it.
    cancelAnimationFrame(this.#request);
    this.#sceneDirty = this.#overlayDirty = true;
    if (stage.scene.hasState) this.#frame(performance.now());
    else this.#request = 0;
  }
}

/** @param {Stage} stage */
function* tileViews(stage) {
  for (const { node, world, bounds } of stage.scene.items) {
    if (node.kind !== 'tile') continue;
    const { sha256, pixelWidth, pixelHeight } = node.content;
    yield { sha256, pixelWidth, pixelHeight, width: world.width, height: world.height, bounds };
  }
  const beside = [...stage.slots.values()].flatMap((slots) => slots.map((slot) => slot.candidate)).filter((candidate) => candidate !== null);
  for (const { content: { sha256, pixelWidth, pixelHeight }, world } of [...stage.candidates.values(), ...beside]) yield { sha256, pixelWidth, pixelHeight, width: world.width, height: world.height, bounds: world };
}

/** @param {HTMLElement} root @param {string} name */
function addCanvas(root, name) {
  const canvas = document.createElement('canvas');
  canvas.className = name;
  canvas.setAttribute('aria-hidden', 'true');
  root.append(canvas);
  return canvas;
}
