// @ts-check
// The whole board in a corner: where everything is, and where one looks. Click or drag to go there.
import { paperOf } from '../render/notes.js';
import { marksOf } from './marks.js';
import { boundsOfPoints, union } from '../geometry/rect.js';

/** @typedef {import('../view/stage.js').Stage} Stage */
/** @typedef {import('../geometry/rect.js').Rect} Rect */

const everyMs = 120;
const padding_px = 6;

export class Minimap {
  #listeners = new AbortController();
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #later;
  #last = 0;
  /** @type {Rect} */ #world = { x: 0, y: 0, width: 1, height: 1 };
  #isHeld = false;

  /**
   * @param {HTMLElement} parent
   * @param {{stage: Stage, palette: () => import('../render/palette.js').Palette, picture: (sha256: string) => import('../render/pictureCache.js').Bitmap | null}} options
   */
  constructor(parent, options) {
    this.options = options;
    this.element = document.createElement('div');
    this.element.className = 'cw-minimap';
    this.element.dataset.ownPointer = '';
    this.element.setAttribute('role', 'img');
    this.element.setAttribute('aria-label', options.stage.text('Minimap', 'Map of the board'));
    this.canvas = document.createElement('canvas');
    this.element.append(this.canvas);
    parent.append(this.element);
    this.context = /** @type {CanvasRenderingContext2D} */ (this.canvas.getContext('2d'));
    const { signal } = this.#listeners;
    this.element.addEventListener('pointerdown', (event) => {
      if (event.button !== 0) return;
      this.#isHeld = true;
      this.element.setPointerCapture(event.pointerId);
      this.#go(event, true);
    }, { signal });
    this.element.addEventListener('pointermove', (event) => {
      if (this.#isHeld) this.#go(event, false);
    }, { signal });
    for (const name of ['pointerup', 'pointercancel', 'lostpointercapture']) this.element.addEventListener(name, () => { this.#isHeld = false; }, { signal });
  }

  /** Something has moved: draws soon, a few times a second at most. */
  update() {
    if (this.#later !== undefined) return;
    this.#later = setTimeout(() => {
      this.#later = undefined;
      this.#last = performance.now();
      this.#draw();
    }, Math.max(0, everyMs - (performance.now() - this.#last)));
  }

  /** Where it lies in its parent, CSS pixels; null while it is not shown. @returns {Rect | null} */
  get box() {
    const { offsetLeft: x, offsetTop: y, offsetWidth: width, offsetHeight: height, classList } = this.element;
    return width === 0 || classList.contains('is-empty') ? null : { x, y, width, height };
  }

  destroy() {
    clearTimeout(this.#later);
    this.#listeners.abort();
    this.element.remove();
  }

  #draw() {
    const { stage } = this.options;
    const [width, height] = [this.element.clientWidth, this.element.clientHeight];
    // An empty board has no map, and a phone no room for one.
    this.element.classList.toggle('is-empty', stage.scene.items.length === 0);
    if (width === 0 || height === 0 || stage.scene.items.length === 0) return;
    const ratio = Math.min(2, window.devicePixelRatio || 1);
    if (this.canvas.width !== Math.round(width * ratio) || this.canvas.height !== Math.round(height * ratio)) {
      this.canvas.width = Math.round(width * ratio);
      this.canvas.height = Math.round(height * ratio);
    }
    const { context } = this;
    const palette = this.options.palette();
    const view = stage.camera.visible;
    // While one drags on the map it must not run away under the hand.
    if (!this.#isHeld) this.#world = union(stage.bounds ?? view, clampView(view, stage.bounds));
    const { scale, x, y } = this.#fit();
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, this.canvas.width, this.canvas.height);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.imageSmoothingQuality = 'low';
    for (const { rect, sha256, frame, note } of marksOf(stage)) {
      const box = { x: (rect.x - x) * scale, y: (rect.y - y) * scale, width: Math.max(1.5, rect.width * scale), height: Math.max(1.5, rect.height * scale) };
      if (sha256 !== null) {
        const picture = box.width < 3 ? null : this.options.picture(sha256);
        context.fillStyle = palette.muted;
        if (picture === null) context.fillRect(box.x, box.y, box.width, box.height);
        else context.drawImage(/** @type {ImageBitmap} */ (picture), box.x, box.y, box.width, box.height);
      }
      if (frame !== null) {
        context.strokeStyle = stage.selection.has(frame) ? palette.select : palette.muted;
        context.lineWidth = 1;
        context.strokeRect(box.x + 0.5, box.y + 0.5, Math.max(1, box.width - 1), Math.max(1, box.height - 1));
      }
      if (note !== null) {
        context.fillStyle = paperOf(note, palette);
        context.fillRect(box.x, box.y, box.width, box.height);
      }
    }
    context.strokeStyle = palette.select;
    context.lineWidth = 1.5;
    context.beginPath();
    context.roundRect((view.x - x) * scale, (view.y - y) * scale, view.width * scale, view.height * scale, 2);
    context.fillStyle = palette.select;
    context.globalAlpha = 0.1;
    context.fill();
    context.globalAlpha = 1;
    context.stroke();
  }

  #fit() {
    const [width, height] = [this.element.clientWidth, this.element.clientHeight];
    const scale = Math.min((width - 2 * padding_px) / this.#world.width, (height - 2 * padding_px) / this.#world.height);
    return { scale, x: this.#world.x - (width / scale - this.#world.width) / 2, y: this.#world.y - (height / scale - this.#world.height) / 2 };
  }

  /** @param {PointerEvent} event @param {boolean} isFirst */
  #go(event, isFirst) {
    const { camera } = this.options.stage;
    const box = this.element.getBoundingClientRect();
    const { scale, x, y } = this.#fit();
    const at = { x: x + (event.clientX - box.left) / scale, y: y + (event.clientY - box.top) / scale };
    const { centre } = camera;
    const to = { x: camera.camera.x + at.x - centre.x, y: camera.camera.y + at.y - centre.y, zoom: camera.zoom };
    if (isFirst) camera.glide(to);
    else camera.jump(to);
  }
}

// A view far off the board would shrink the map to a dot: it is shown at the map's edge instead.
/** @param {Rect} view @param {Rect | null} board @returns {Rect} */
function clampView(view, board) {
  if (board === null) return view;
  const far = Math.max(board.width, board.height, 2_048);
  const low = { x: Math.max(view.x, board.x - far), y: Math.max(view.y, board.y - far) };
  const high = { x: Math.min(view.x + view.width, board.x + board.width + far), y: Math.min(view.y + view.height, board.y + board.height + far) };
  if (high.x <= low.x || high.y <= low.y) return board;
  return boundsOfPoints([low, high]) ?? board;
}
