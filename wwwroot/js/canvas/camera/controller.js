// @ts-check
// Moves the camera in time: glides, wheel steps that melt into each other, the throw after a flick. Every hand on the board interrupts.
import { clampZoom, panBy, toWorld, visibleRect, zoomAt } from '../geometry/camera.js';
import { between, fitBetween, isSame, NO_INSETS } from './paths.js';

/** @typedef {import('../geometry/camera.js').Camera} Camera */
/** @typedef {import('../geometry/rect.js').Point} Point */
/** @typedef {import('../geometry/rect.js').Rect} Rect */
/** @typedef {import('../geometry/rect.js').Size} Size */
/** @typedef {{kind: 'glide', from: Camera, to: Camera, start: number} | {kind: 'chase', to: Camera} | {kind: 'throw', vx: number, vy: number}} Motion */

// A glide is long enough to see where one goes and short enough not to wait for it.
const glideMs = 220;
// Wheel steps come as jumps of 10 to 20 %; half of what is left is done every 35 ms.
const wheelHalfLifeMs = 35;
// A thrown board loses half its speed in this time; tuned by hand against the scrolling of tablets.
const throwHalfLifeMs = 160;
const slowestThrowPxPerMs = 0.02;

/** Holds the camera of one view. No timers: the frame loop calls `tick` while `isMoving`. */
export class CameraController {
  /** @type {Camera} */ #camera = { x: 0, y: 0, zoom: 1 };
  /** @type {Size} */ #view = { width: 1, height: 1 };
  /** @type {Motion | null} */ #motion = null;
  #lastTick = 0;

  /**
   * @param {{onChange: () => void, reducedMotion: boolean, now?: () => number}} options  `onChange`: the camera moved or is about to.
   */
  constructor(options) {
    this.onChange = options.onChange;
    this.reducedMotion = options.reducedMotion;
    this.now = options.now ?? (() => performance.now());
    // What floating panels cover: fits and centres leave it free.
    /** @type {import('./paths.js').Insets} */
    this.insets = NO_INSETS;
  }

  get camera() { return this.#camera; }
  get zoom() { return this.#camera.zoom; }
  get view() { return this.#view; }
  get isMoving() { return this.#motion !== null; }
  get visible() { return visibleRect(this.#camera, this.#view); }

  /** The world point in the middle of what the panels leave free. */
  get centre() {
    const { left, top, right, bottom } = this.insets;
    return toWorld(this.#camera, { x: (left + this.#view.width - right) / 2, y: (top + this.#view.height - bottom) / 2 });
  }

  /** What of the world is seen between the panels. */
  get free() {
    const { left, top, right, bottom } = this.insets;
    const { width, height } = this.#view;
    return visibleRect({ ...toWorld(this.#camera, { x: left, y: top }), zoom: this.#camera.zoom }, { width: Math.max(1, width - left - right), height: Math.max(1, height - top - bottom) });
  }

  /** @param {Size} view  CSS pixels. The middle stays in the middle. */
  resize(view) {
    const first = this.#view.width <= 1;
    if (!first) this.#camera = panBy(this.#camera, (view.width - this.#view.width) / 2, (view.height - this.#view.height) / 2);
    this.#view = view;
    this.onChange();
  }

  /** Stops whatever moves by itself. */
  interrupt() { this.#motion = null; }

  /** Is at once where it was going. */
  finish() {
    if (this.#motion !== null && this.#motion.kind !== 'throw') this.jump(this.#motion.to);
  }

  /** @param {Camera} camera */
  jump(camera) {
    this.#motion = null;
    this.#camera = camera;
    this.onChange();
  }

  /** @param {number} dxPx @param {number} dyPx */
  pan(dxPx, dyPx) { this.jump(panBy(this.#camera, dxPx, dyPx)); }

  /** @param {Point} cursor @param {number} factor  At once: a pinch is smooth by itself. */
  pinch(cursor, factor) { this.jump(zoomAt(this.#camera, cursor, factor)); }

  /** @param {Point} cursor @param {number} factor  Steps of a wheel or a key, melted together. */
  step(cursor, factor) {
    const target = this.#motion?.kind === 'chase' ? this.#motion.to : this.#camera;
    this.#go({ kind: 'chase', to: zoomAt(target, cursor, factor) });
  }

  /** @param {Camera} camera */
  glide(camera) {
    this.#go({ kind: 'glide', from: this.#camera, to: camera, start: this.now() });
  }

  /** @param {Rect | null} content @param {{maxZoom?: number, padding_px?: number}} [options] */
  fit(content, options = {}) {
    this.glide(fitBetween(content, this.#view, this.insets, options));
  }

  /** @param {number} zoom  About the middle of the view. */
  zoomTo(zoom) {
    const { left, top, right, bottom } = this.insets;
    // The zoom as it was asked for: a factor there and back would leave 99.99999 %.
    this.glide({ ...zoomAt(this.#camera, { x: (left + this.#view.width - right) / 2, y: (top + this.#view.height - bottom) / 2 }, zoom / this.#camera.zoom), zoom: clampZoom(zoom) });
  }

  /** @param {number} vx @param {number} vy  CSS pixels a millisecond, at the moment of letting go. */
  throw(vx, vy) {
    if (!this.reducedMotion && Math.hypot(vx, vy) > 0.25) this.#go({ kind: 'throw', vx, vy });
  }

  /** Brings a rectangle into view by the shortest way; does nothing if it is there. @param {Rect} rect */
  reveal(rect) {
    const { left, top, right, bottom } = this.insets;
    const zoom = this.#camera.zoom;
    const margin = 24;
    const low = toWorld(this.#camera, { x: left + margin, y: top + margin });
    const high = toWorld(this.#camera, { x: this.#view.width - right - margin, y: this.#view.height - bottom - margin });
    if (rect.width > high.x - low.x || rect.height > high.y - low.y) return this.fit(rect, { maxZoom: zoom });
    const dx = rect.x < low.x ? rect.x - low.x : Math.max(0, rect.x + rect.width - high.x);
    const dy = rect.y < low.y ? rect.y - low.y : Math.max(0, rect.y + rect.height - high.y);
    if (dx !== 0 || dy !== 0) this.glide({ x: this.#camera.x + dx, y: this.#camera.y + dy, zoom });
  }

  /** Advances what moves. @param {number} now  Of the frame. */
  tick(now) {
    const motion = this.#motion;
    if (motion === null) return;
    // A hidden tab comes back seconds later: then the motion is simply over.
    const dt = Math.min(100, Math.max(0, now - this.#lastTick));
    this.#lastTick = now;
    if (motion.kind === 'glide') {
      const t = Math.min(1, Math.max(0, (now - motion.start) / glideMs));
      this.#camera = between(motion.from, motion.to, 1 - (1 - t) ** 3);
      if (t >= 1) this.#motion = null;
    } else if (motion.kind === 'chase') {
      this.#camera = between(this.#camera, motion.to, 1 - 0.5 ** (dt / wheelHalfLifeMs));
      if (isSame(this.#camera, motion.to, this.#view, 0.3)) {
        this.#camera = motion.to;
        this.#motion = null;
      }
    } else {
      this.#camera = panBy(this.#camera, motion.vx * dt, motion.vy * dt);
      const loss = 0.5 ** (dt / throwHalfLifeMs);
      motion.vx *= loss;
      motion.vy *= loss;
      if (Math.hypot(motion.vx, motion.vy) < slowestThrowPxPerMs) this.#motion = null;
    }
    this.onChange();
  }

  /** @param {Motion} motion */
  #go(motion) {
    if (this.reducedMotion && motion.kind !== 'throw') return this.jump(motion.to);
    if (this.#motion === null) this.#lastTick = this.now();
    this.#motion = motion;
    this.onChange();
  }
}
