// @ts-check
// What can be made of the selected picture, under it; and the grip from which a line is drawn to the picture that it shall be blended with.
import { element, icon, placeAt, setAttribute, setText } from '../overlay/dom.js';
import { isAtWork, isStaged, screenBounds } from '../overlay/model.js';
import { wordsOf } from '../overlay/text.js';
import { placeStrip } from '../staging/place.js';
import { offered } from './kinds.js';
import { KIND_WORDS } from './words.js';

/** @typedef {import('../geometry/rect.js').Rect} Rect */
/** @typedef {import('../geometry/rect.js').Point} Point */
/** @typedef {import('../overlay/model.js').OverlayModel} OverlayModel */
/** @typedef {import('./kinds.js').CardKind} CardKind */

// Smaller pictures on the screen have no room for a grip of their own; the bar is under them all the same.
const gripLeast_px = 96;
const still_px = 4;
// From the lower edge of the picture, and what is put under a thing anyway.
const waitsRoom_px = 24;

/**
 * @param {HTMLElement} parent
 * @param {{text: Record<string, string>, run: (command: string, args?: object) => any, stage: import('../view/stage.js').Stage, toWorld: (clientX: number, clientY: number) => Point,
 *   insets: () => import('../camera/paths.js').Insets, obstacle: () => Rect | null}} options
 * @returns {import('../overlay/model.js').Overlay}
 */
export function makeBar(parent, { text, run, stage, toWorld, insets, obstacle }) {
  const words = wordsOf(text);
  const layer = element('div', { class: 'cw-op-bars' });
  const bar = element('div', { class: 'cw-op-bar cw-panel', role: 'toolbar', 'aria-label': words('BarLabel'), 'data-own-pointer': true });
  const hintWords = element('span', { role: 'status' });
  const stop = element('button', { type: 'button', class: 'cw-button quiet icon small', tabindex: '-1', 'data-stop': true, 'aria-label': words('BlendStop'), title: `${words('BlendStop')} (Esc)` }, icon('close'));
  stop.addEventListener('click', () => run('tool', { name: 'select' }));
  const hint = element('div', { class: 'cw-op-hint', 'data-own-pointer': true }, hintWords, stop);
  hint.hidden = true;
  // Instead of the bar, while what was made of the picture waits: why there is none, and the way to what is to be done.
  const waitsShow = element('button', { type: 'button', class: 'cw-button small', tabindex: '-1', 'data-stop': true }, words('BarWaitsShow'));
  waitsShow.addEventListener('click', () => {
    run('select', { ids: [waitsFor] });
    // The button goes with it: the keyboard goes on among the pictures.
    /** @type {HTMLElement | null} */ (parent.querySelector(`.cw-strip[data-for="${CSS.escape(waitsFor)}"] [aria-checked="true"]`))?.focus({ preventScroll: true });
  });
  const waits = element('div', { class: 'cw-op-waits cw-panel', role: 'status', 'data-own-pointer': true }, element('span', {}, words('BarWaits')), waitsShow);
  waits.hidden = true;
  const grip = element('button', { type: 'button', class: 'cw-op-grip', tabindex: '-1', 'aria-hidden': 'true', title: words('BlendGrip') }, icon('join_inner'));
  layer.append(bar, waits, hint, grip);
  parent.append(layer);
  const listeners = new AbortController();
  let size = { width: 0, height: 0 };
  let waitsSize = size;
  let waitsFor = '';
  const sizes = new ResizeObserver(() => {
    size = { width: bar.offsetWidth, height: bar.offsetHeight };
    waitsSize = { width: waits.offsetWidth, height: waits.offsetHeight };
    stage.invalidate();
  });
  sizes.observe(bar);
  sizes.observe(waits);
  let made = '';
  /** @type {OverlayModel | null} */ let last = null;
  /** @type {object | null} */ let lastCamera = null;
  /** @type {Rect} */ let lastBox = { x: 0, y: 0, width: 0, height: 0 };
  let lastSize = size;
  let lastWaitsSize = size;
  listenToGrip();
  return { update, destroy };

  /** @param {OverlayModel} model @param {import('../geometry/camera.js').Camera} camera */
  function update(model, camera) {
    if (last === model && lastCamera === camera && lastSize === size && lastWaitsSize === waitsSize) return;
    last = model;
    lastCamera = camera;
    lastSize = size;
    lastWaitsSize = waitsSize;
    // What goes on with a picture while the other is looked for.
    const isLinking = model.tool === 'blend';
    setText(hintWords, isLinking ? words(model.link === null ? 'BlendFrom' : 'BlendTo') : '');
    hint.hidden = !isLinking;
    const items = model.selection.size > 2 ? [] : stage.selected;
    const isOn = model.canEdit && model.tool === 'select' && !model.isDragging && model.editing === null && model.operation === null && items.every((item) => !item.locked);
    const able = isOn ? offered(items) : [];
    const busy = able.length === 0 ? undefined : busyWith(model, items.map((item) => item.id));
    const kinds = busy === undefined ? able : [];
    const room = { width: layer.clientWidth, height: layer.clientHeight, insets: insets(), obstacle: obstacle() };
    waits.hidden = busy === undefined || !isStaged(busy);
    if (busy !== undefined && !waits.hidden) {
      waitsFor = busy.frameId;
      // Within the picture: below it their strip may lie.
      const box = around(items.map((item) => screenBounds(model, camera, item.id)));
      const place = placeStrip({ ...box, height: Math.max(0, box.height - waitsSize.height - waitsRoom_px) }, waitsSize, room);
      waits.classList.toggle('is-away', place === null);
      if (place !== null) placeAt(waits, place.x, place.y);
    }
    bar.hidden = kinds.length === 0;
    if (kinds.length === 0) grip.hidden = true;
    if (kinds.length === 0) return;
    const boxes = items.map((item) => screenBounds(model, camera, item.id));
    lastBox = around(boxes);
    make(kinds, items[0].id);
    const place = placeStrip(lastBox, size, room);
    bar.classList.toggle('is-away', place === null);
    if (place !== null) placeAt(bar, place.x, place.y);
    grip.hidden = items.length !== 1 || Math.min(lastBox.width, lastBox.height) < gripLeast_px;
    if (!grip.hidden) placeAt(grip, lastBox.x + lastBox.width, lastBox.y + lastBox.height / 2);
  }

  /** @param {readonly CardKind[]} kinds @param {string} id */
  function make(kinds, id) {
    setAttribute(bar, 'data-for', id);
    if (made === kinds.join(' ')) return;
    made = kinds.join(' ');
    bar.replaceChildren(...kinds.map((kind) => {
      const { short, title, icon: symbol, key } = KIND_WORDS[kind];
      const button = element('button', { type: 'button', class: 'cw-button quiet small', tabindex: '-1', 'data-stop': true, 'data-operate': kind, 'aria-keyshortcuts': key, title: `${words(title)} (${key})` },
        icon(symbol), element('span', { class: 'cw-op-word' }, words(short)));
      button.addEventListener('click', () => run('operate', { kind }));
      return button;
    }));
  }

  // A press on the grip asks for the other picture, a drag leads straight to it.
  function listenToGrip() {
    const { signal } = listeners;
    /** @type {{x: number, y: number, from: string, isMoving: boolean} | null} */ let press = null;
    grip.addEventListener('pointerdown', (event) => {
      const [item] = stage.selected;
      if (event.button !== 0 || item === undefined) return;
      event.stopPropagation();
      grip.setPointerCapture(event.pointerId);
      press = { x: event.clientX, y: event.clientY, from: item.id, isMoving: false };
    }, { signal });
    grip.addEventListener('pointermove', (event) => {
      if (press === null) return;
      press.isMoving ||= Math.hypot(event.clientX - press.x, event.clientY - press.y) > still_px;
      if (!press.isMoving) return;
      const to = toWorld(event.clientX, event.clientY);
      stage.live.link = { from: press.from, to, over: pictureAt(to, press.from) };
      stage.invalidate();
    }, { signal });
    grip.addEventListener('pointerup', (event) => {
      const done = press;
      end();
      if (done === null) return;
      if (!done.isMoving) return run('operate', { kind: 'interpolation' });
      const other = pictureAt(toWorld(event.clientX, event.clientY), done.from);
      if (other !== null) run('operate', { kind: 'interpolation', tiles: [done.from, other] });
    }, { signal });
    for (const name of ['pointercancel', 'lostpointercapture']) grip.addEventListener(name, end, { signal });
    function end() {
      press = null;
      stage.live.link = null;
      stage.invalidate();
    }
  }

  /** @param {Point} world @param {string} except */
  function pictureAt(world, except) {
    return stage.scene.hitTest(world, stage.px(5), (item) => item.node.kind === 'tile' && !item.locked && item.id !== except)?.id ?? null;
  }

  function destroy() {
    listeners.abort();
    sizes.disconnect();
    layer.remove();
  }
}

/** @param {readonly Rect[]} boxes @returns {Rect} */
function around(boxes) {
  const [left, top] = [Math.min(...boxes.map((box) => box.x)), Math.min(...boxes.map((box) => box.y))];
  return { x: left, y: top, width: Math.max(...boxes.map((box) => box.x + box.width)) - left, height: Math.max(...boxes.map((box) => box.y + box.height)) - top };
}

/** What was made of a picture waits to be chosen from: that is the thing to do now, and its strip may lie where the bar would. What is enlarged has the progress of it over itself. @param {OverlayModel} model @param {readonly string[]} ids */
const busyWith = (model, ids) => model.jobs.find((job) => job.mine && job.operation?.tiles.some((id) => ids.includes(id)) === true && (isStaged(job) || (isAtWork(job) && job.operation.kind === 'upscale')) && model.state.isShown(job.frameId));
