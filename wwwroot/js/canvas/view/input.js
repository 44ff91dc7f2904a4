// @ts-check
// Everything that pointers, wheels and fingers do to the view: the tool gets presses, the camera gets pans and pinches.

import { pressureOf } from '../mask/strokes.js';

/** @typedef {import('./stage.js').Stage} Stage */
/** @typedef {import('../tools/tool.js').Toolbox} Toolbox */
/** @typedef {import('../tools/tool.js').ToolEvent} ToolEvent */
/** @typedef {import('../geometry/rect.js').Point} Point */
/** @typedef {{id: number, type: string, at: Point, start: Point, time: number}} Finger */
/** @typedef {'idle' | 'tool' | 'pan' | 'pinch' | 'spent'} Mode  `spent`: the fingers that are still down mean nothing any more. */

const doubleClickMs = 350;
const longPressMs = 500;
const tapMs = 260;
const still_px = 10;
// What a wheel step of 100 units zooms by; between those of maps (too fast) and of documents (too slow).
const zoomPerUnit = 0.0022;
const pinchPerUnit = 0.012;
// Places over the canvas that have pointers of their own.
const ownPointers = 'button, input, textarea, select, a, [contenteditable="true"], [data-own-pointer], .cw-strip, .cw-progress-chip';

export class Input {
  /** @type {Map<number, Finger>} */ #fingers = new Map();
  /** @type {Mode} */ #mode = 'idle';
  /** @type {{time: number, at: Point, count: number}} */ #lastPress = { time: -Infinity, at: { x: 0, y: 0 }, count: 0 };
  /** @type {{at: Point, time: number}[]} */ #trail = [];
  /** @type {{centre: Point, spread: number, time: number, moved: number}} */ #pinch = { centre: { x: 0, y: 0 }, spread: 0, time: 0, moved: 0 };
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #longPress;
  /** @type {{kind: 'wheel' | 'pad', until: number}} */ #wheel = { kind: 'wheel', until: 0 };
  #isSpaceHeld = false;
  #cursor = '';
  #gestureScale = 1;
  #listeners = new AbortController();

  /**
   * @param {{root: HTMLElement, stage: Stage, toolbox: Toolbox, onPointer: (world: Point | null) => void, onUndo: () => void, onMenu: (at: Point) => void, onPress: () => void}} options
   */
  constructor(options) {
    this.options = options;
    const { root } = options;
    const { signal } = this.#listeners;
    root.style.touchAction = 'none';
    root.addEventListener('pointerdown', (event) => this.#down(event), { signal });
    root.addEventListener('pointermove', (event) => this.#move(event), { signal });
    root.addEventListener('pointerup', (event) => this.#up(event), { signal });
    root.addEventListener('pointercancel', (event) => this.#lost(event), { signal });
    root.addEventListener('lostpointercapture', (event) => this.#lost(event), { signal });
    root.addEventListener('pointerleave', () => this.#left(), { signal });
    root.addEventListener('wheel', (event) => this.#wheeled(event), { signal, passive: false });
    root.addEventListener('contextmenu', (event) => this.#menu(event), { signal });
    // The middle button's scroll wheel of some browsers, and text selection by a drag that began on the canvas.
    root.addEventListener('mousedown', (event) => { if (event.button === 1) event.preventDefault(); }, { signal });
    // Safari tells of trackpad pinches by events of its own.
    for (const name of ['gesturestart', 'gesturechange']) root.addEventListener(name, (event) => this.#gesture(/** @type {any} */ (event)), { signal });
  }

  /** Space makes any tool the hand, as long as it is down. @param {boolean} held */
  holdSpace(held) {
    if (this.#isSpaceHeld === held) return;
    this.#isSpaceHeld = held;
    this.#showCursor(held && this.#mode !== 'pan' ? 'grab' : undefined);
  }

  /** The tool has changed under a pointer that does not move. */
  refreshCursor() { this.#showCursor(undefined); }

  /** Escape: as if the press had never been. @returns {boolean} Whether there was one. */
  cancel() {
    if (this.#mode !== 'tool') return false;
    this.options.toolbox.current.cancel?.();
    this.#mode = 'spent';
    return true;
  }

  destroy() {
    clearTimeout(this.#longPress);
    this.#listeners.abort();
  }

  /** @param {PointerEvent} event */
  #down(event) {
    const target = /** @type {Element} */ (event.target);
    if (target.closest(ownPointers) !== null) return;
    const { root, stage, toolbox } = this.options;
    if (event.pointerType === 'mouse' && event.button === 2) return;
    stage.camera.interrupt();
    this.options.onPress();
    const at = this.#at(event);
    this.#fingers.set(event.pointerId, { id: event.pointerId, type: event.pointerType, at, start: at, time: event.timeStamp });
    root.setPointerCapture(event.pointerId);
    if (event.pointerType === 'touch' && this.#fingers.size === 2) return this.#startPinch(event.timeStamp);
    if (this.#fingers.size > 1) return;
    if (event.button === 1 || this.#isSpaceHeld || (toolbox.current.name === 'hand' && event.button === 0)) {
      this.#mode = 'pan';
      this.#trail = [{ at, time: event.timeStamp }];
      return this.#showCursor('grabbing');
    }
    if (event.button !== 0) return;
    const isSecond = event.timeStamp - this.#lastPress.time < doubleClickMs && distance(at, this.#lastPress.at) < still_px;
    this.#lastPress = { time: event.timeStamp, at, count: isSecond ? this.#lastPress.count + 1 : 1 };
    this.#mode = 'tool';
    toolbox.current.down?.(this.#toolEvent(event, [event]));
    if (event.pointerType === 'touch') this.#longPress = setTimeout(() => {
      if (this.#mode !== 'tool') return;
      this.cancel();
      this.options.onMenu(at);
    }, longPressMs);
  }

  /** @param {PointerEvent} event */
  #move(event) {
    const { stage, toolbox } = this.options;
    const at = this.#at(event);
    const finger = this.#fingers.get(event.pointerId);
    if (event.pointerType !== 'touch') {
      stage.live.pointer = at;
      this.options.onPointer(this.#world(at));
    }
    if (finger === undefined) {
      if (this.#mode !== 'idle' || event.pointerType === 'touch') return;
      if (/** @type {Element} */ (event.target).closest(ownPointers) !== null) return this.#left();
      const cursor = toolbox.current.hover?.(this.#toolEvent(event, [event]));
      return this.#showCursor(this.#isSpaceHeld ? 'grab' : typeof cursor === 'string' ? cursor : undefined);
    }
    const before = finger.at;
    finger.at = at;
    if (distance(at, finger.start) > still_px) clearTimeout(this.#longPress);
    if (this.#mode === 'pan') {
      stage.camera.pan(at.x - before.x, at.y - before.y);
      this.#trail.push({ at, time: event.timeStamp });
      if (this.#trail.length > 24) this.#trail.shift();
    } else if (this.#mode === 'pinch') {
      this.#movePinch();
    } else if (this.#mode === 'tool') {
      // Between two frames a pen says more than one place; a stroke wants them all.
      const all = event.getCoalescedEvents?.() ?? [];
      toolbox.current.move?.(this.#toolEvent(event, all.length > 0 ? all : [event]));
    }
  }

  /** @param {PointerEvent} event */
  #up(event) {
    const { stage, toolbox } = this.options;
    if (!this.#fingers.delete(event.pointerId)) return;
    clearTimeout(this.#longPress);
    const mode = this.#mode;
    if (mode === 'pinch') {
      this.#mode = 'spent';
      if (event.timeStamp - this.#pinch.time < tapMs && this.#pinch.moved < still_px * 1.5) this.options.onUndo();
    }
    if (this.#fingers.size > 0 && mode === 'pinch') return;
    if (this.#fingers.size === 0) this.#mode = 'idle';
    if (mode === 'pan') {
      this.#throw(event.timeStamp);
      this.#showCursor(undefined);
    } else if (mode === 'tool') {
      toolbox.current.up?.(this.#toolEvent(event, [event]));
      if (event.pointerType !== 'touch') toolbox.current.hover?.(this.#toolEvent(event, [event]));
      this.#showCursor(undefined);
    }
    stage.invalidate();
  }

  /** @param {PointerEvent} event */
  #lost(event) {
    if (!this.#fingers.delete(event.pointerId)) return;
    clearTimeout(this.#longPress);
    if (this.#mode === 'tool') this.options.toolbox.current.cancel?.();
    this.#mode = this.#fingers.size === 0 ? 'idle' : 'spent';
  }

  #left() {
    const { stage } = this.options;
    if (stage.live.pointer === null && stage.live.hover === null) return;
    stage.live.pointer = null;
    stage.live.hover = null;
    if (this.#mode === 'idle') stage.live.newFrame = null;
    if (this.#mode === 'idle') Object.assign(stage.live, { guides: [], overlap: null });
    this.options.onPointer(null);
    stage.invalidate();
  }

  /** @param {number} time */
  #startPinch(time) {
    clearTimeout(this.#longPress);
    if (this.#mode === 'tool') this.options.toolbox.current.cancel?.();
    this.#mode = 'pinch';
    this.#pinch = { ...this.#span(), time, moved: 0 };
  }

  #movePinch() {
    const { camera } = this.options.stage;
    const now = this.#span();
    const before = this.#pinch;
    if (before.spread > 0 && now.spread > 0) {
      camera.pan(now.centre.x - before.centre.x, now.centre.y - before.centre.y);
      // Fingers that only pan never keep their distance to the pixel: a little of it is not meant.
      const factor = now.spread / before.spread;
      camera.pinch(now.centre, factor);
    }
    const first = [...this.#fingers.values()].reduce((most, finger) => Math.max(most, distance(finger.at, finger.start)), 0);
    this.#pinch = { ...now, time: before.time, moved: Math.max(before.moved, first) };
  }

  /** @returns {{centre: Point, spread: number}} */
  #span() {
    const [a, b] = [...this.#fingers.values()];
    if (b === undefined) return { centre: a.at, spread: 0 };
    return { centre: { x: (a.at.x + b.at.x) / 2, y: (a.at.y + b.at.y) / 2 }, spread: distance(a.at, b.at) };
  }

  /** A board that is let go of while it moves moves on. @param {number} time */
  #throw(time) {
    const recent = this.#trail.filter((step) => time - step.time < 90);
    if (recent.length < 2) return;
    const [first, last] = [recent[0], recent[recent.length - 1]];
    const ms = Math.max(8, last.time - first.time);
    // A hand that has stopped before it lets go does not throw.
    if (time - last.time < 40) this.options.stage.camera.throw((last.at.x - first.at.x) / ms, (last.at.y - first.at.y) / ms);
  }

  /** @param {WheelEvent} event */
  #wheeled(event) {
    if (/** @type {Element} */ (event.target).closest('[data-own-wheel]') !== null) return;
    event.preventDefault();
    const { stage } = this.options;
    const unit = event.deltaMode === 1 ? 16 : event.deltaMode === 2 ? 400 : 1;
    const [dx, dy] = [event.deltaX * unit, event.deltaY * unit];
    const at = this.#at(event);
    const isWheel = this.#isWheel(event);
    if (event.ctrlKey || event.metaKey) {
      // A trackpad's pinch says ctrl with small steps; a wheel with Ctrl says it with large ones.
      if (Math.abs(dy) < 40) stage.camera.pinch(at, Math.exp(-dy * pinchPerUnit));
      else stage.camera.step(at, Math.exp(-clamp(dy, 240) * zoomPerUnit));
    } else if (stage.prefs.wheel === 'zoom' || (stage.prefs.wheel === 'auto' && isWheel && !event.shiftKey)) {
      stage.camera.step(at, Math.exp(-clamp(dy, 240) * zoomPerUnit));
    } else if (event.shiftKey && dx === 0) {
      stage.camera.pan(-dy, 0);
    } else {
      stage.camera.pan(-dx, -dy);
    }
    if (stage.live.pointer !== null && this.#mode === 'idle') this.options.onPointer(this.#world(at));
  }

  // A wheel turns in whole notches along one axis; a trackpad glides in small steps along both. Once decided it holds for the gesture.
  /** @param {WheelEvent} event */
  #isWheel(event) {
    const notch = /** @type {{wheelDeltaY?: number}} */ (event).wheelDeltaY;
    if (event.timeStamp > this.#wheel.until) {
      const isNotch = event.deltaX === 0 && (event.deltaMode !== 0 || (notch !== undefined && notch !== 0 && Math.abs(notch) % 120 === 0 && Math.abs(event.deltaY) >= 50) || Math.abs(event.deltaY) >= 100);
      this.#wheel.kind = isNotch ? 'wheel' : 'pad';
    }
    this.#wheel.until = event.timeStamp + 180;
    return this.#wheel.kind === 'wheel';
  }

  /** @param {{type: string, scale: number, clientX: number, clientY: number, preventDefault(): void}} event */
  #gesture(event) {
    event.preventDefault();
    if (event.type === 'gesturestart') this.#gestureScale = 1;
    else this.options.stage.camera.pinch(this.#at(event), event.scale / this.#gestureScale);
    this.#gestureScale = event.scale || 1;
  }

  /** @param {MouseEvent} event */
  #menu(event) {
    if (/** @type {Element} */ (event.target).closest('input, textarea, [contenteditable="true"]') !== null) return;
    event.preventDefault();
    // A long press has opened it already; the browser's own event follows on some systems.
    if (/** @type {PointerEvent} */ (event).pointerType !== 'touch') this.options.onMenu(this.#at(event));
  }

  /** @param {string | undefined} cursor */
  #showCursor(cursor) {
    const next = cursor ?? (this.#isSpaceHeld ? 'grab' : this.options.toolbox.current.cursor);
    if (next === this.#cursor) return;
    this.#cursor = next;
    this.options.root.style.cursor = next;
  }

  /** @param {{clientX: number, clientY: number}} event @returns {Point} */
  #at(event) {
    const box = this.options.root.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }

  /** @param {Point} screen @returns {Point} */
  #world(screen) {
    const { camera } = this.options.stage.camera;
    return { x: camera.x + screen.x / camera.zoom, y: camera.y + screen.y / camera.zoom };
  }

  /** @param {PointerEvent} event @param {readonly PointerEvent[]} all @returns {ToolEvent} */
  #toolEvent(event, all) {
    const screen = this.#at(event);
    return {
      screen,
      world: this.#world(screen),
      shift: event.shiftKey,
      alt: event.altKey,
      ctrl: event.ctrlKey || event.metaKey,
      pointerType: event.pointerType,
      clicks: this.#lastPress.count,
      samples: all.map((one) => ({ ...this.#world(this.#at(one)), pressure: pressureOf(one) })),
    };
  }
}

/** @param {Point} a @param {Point} b */
const distance = (a, b) => Math.hypot(a.x - b.x, a.y - b.y);

/** @param {number} value @param {number} most */
const clamp = (value, most) => Math.min(most, Math.max(-most, value));
