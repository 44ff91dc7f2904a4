// @ts-check
// The card of an operation: its few settings, what it costs, and the one button that orders it. Beside its picture; a sheet on a phone.
import { DEFAULT_LIMITS } from '../document/limits.js';
import { fitBetween } from '../camera/paths.js';
import { unionAll } from '../geometry/rect.js';
import { bounds } from '../geometry/transform.js';
import { element, icon, placeAt, setAttribute, setText } from '../overlay/dom.js';
import { screenBounds, shownAt, toScreenRect } from '../overlay/model.js';
import { wordsOf } from '../overlay/text.js';
import { thumbnailUrl } from '../staging/strip.js';
import { caption, slider } from './fields.js';
import { filmControls } from './film.js';
import { MOST_PICTURES, missing } from './kinds.js';
import { PHONE_PX, besideCard, placeCard } from './placeCard.js';
import { KIND_WORDS } from './words.js';

/** @typedef {import('../overlay/model.js').OverlayModel} OverlayModel */
/** @typedef {import('../geometry/camera.js').Camera} Camera */
/** @typedef {import('./operations.js').Operation} Operation */
/** @typedef {{text: Record<string, string>, run: (command: string, args?: object) => any, tilesUrl: string, insets: () => import('../camera/paths.js').Insets, stage: import('../view/stage.js').Stage}} CardOptions */
/** @typedef {ReturnType<typeof wordsOf>} Words */
/** @typedef {{parts: readonly HTMLElement[], first: HTMLElement | null, show: (operation: Operation, model: OverlayModel) => void, destroy?: () => void}} Body */

// Keys that the controls of the card need for themselves; the board's own would move the picture.
const ownKeys = new Set(['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'Home', 'End', 'PageUp', 'PageDown', 'Enter', ' ']);

/** @param {HTMLElement} parent @param {CardOptions} options @returns {import('../overlay/model.js').Overlay & {focusNext(): void}} */
export function makeCard(parent, options) {
  const words = wordsOf(options.text);
  const layer = element('div', { class: 'cw-cards' });
  parent.append(layer);
  /** @type {Card | null} */ let card = null;
  let wantsFocus = false;
  /** @type {OverlayModel | null} */ let last = null;
  /** @type {Camera | null} */ let lastCamera = null;
  return {
    focusNext() { wantsFocus = true; },
    update(model, camera) {
      const { operation } = model;
      if (last === model && lastCamera === camera && !wantsFocus) return;
      last = model;
      lastCamera = camera;
      if (card !== null && card.id !== operation?.id) {
        card.destroy();
        card = null;
      }
      if (operation === null) return;
      card ??= new Card(layer, operation, words, options);
      card.show(operation, model);
      card.place(model, camera);
      if (wantsFocus) card.focus();
      wantsFocus = false;
    },
    destroy() {
      card?.destroy();
      layer.remove();
    },
  };
}

class Card {
  #root;
  #body;
  #order;
  #why = element('p', { class: 'cw-op-why cw-small', role: 'status' });
  #words;
  #options;
  #kind;
  #size = { width: 0, height: 0 };
  /** @type {(() => void) | null} */ #where = null;
  #roomFor_px = 0;
  #wantsFocus = false;
  #sizes = new ResizeObserver(() => {
    this.#size = { width: this.#root.offsetWidth, height: this.#root.offsetHeight };
    this.#where?.();
  });

  /** @param {HTMLElement} layer @param {Operation} operation @param {Words} words @param {CardOptions} options */
  constructor(layer, operation, words, options) {
    const { run } = options;
    this.id = operation.id;
    this.#kind = operation.kind;
    this.#words = words;
    this.#options = options;
    this.#body = bodyOf(operation, words, options);
    const { title, order } = KIND_WORDS[operation.kind];
    const close = element('button', { type: 'button', class: 'cw-button quiet icon small', tabindex: '-1', 'data-stop': true, 'aria-label': words('CardClose'), title: `${words('CardClose')} (Esc)` }, icon('close'));
    close.addEventListener('click', () => run('endOperation'));
    this.#order = element('button', { type: 'submit', class: 'cw-button primary', tabindex: '-1', 'data-stop': true });
    this.#root = element('form', { class: 'cw-op cw-panel', 'aria-label': words(title), tabindex: '-1', 'data-own-pointer': true, 'data-own-wheel': true, 'data-for': operation.tiles[0], 'data-kind': operation.kind },
      element('header', { class: 'cw-op-head' }, element('h2', {}, words(title)), close),
      ...this.#body.parts,
      ...(order === '' ? [] : [element('footer', { class: 'cw-op-foot' }, this.#why, this.#order)]));
    this.#root.addEventListener('submit', (event) => {
      event.preventDefault();
      if (this.#order.getAttribute('aria-disabled') !== 'true') run('orderOperation');
    });
    this.#root.addEventListener('keydown', (event) => {
      if (event.key === 'Escape') {
        run('endOperation');
        event.preventDefault();
      } else if (!ownKeys.has(event.key)) return;
      event.stopPropagation();
    });
    layer.append(this.#root);
    this.#sizes.observe(this.#root);
  }

  /** @param {Operation} operation @param {OverlayModel} model */
  show(operation, model) {
    const words = this.#words;
    this.#body.show(operation, model);
    const { order, orderFor } = KIND_WORDS[this.#kind];
    if (order === '') return;
    const { price, refusal, values, isOrdering } = operation;
    setText(this.#order, price === null ? words(order) : words(orderFor, { price }));
    const lacking = missing(this.#kind, values);
    setAttribute(this.#order, 'aria-disabled', String(lacking !== null || isOrdering || isFinal(refusal)));
    // Words that are missing need no explanation but where they are the same: the fields are right there.
    setText(this.#why, refusal !== null ? this.#options.stage.text(`Refusal_${refusal.code}`, refusal.message) : lacking === 'same' ? words('ChangeSame') : '');
    this.#why.classList.toggle('is-refused', refusal !== null);
  }

  /** @param {OverlayModel} model @param {Camera} camera */
  place(model, camera) {
    const operation = model.operation;
    if (operation === null) return;
    const layer = /** @type {HTMLElement} */ (this.#root.parentElement);
    const room = { width: layer.clientWidth, height: layer.clientHeight, insets: this.#options.insets() };
    this.#where = () => {
      if (this.#size.height === 0) return;
      const boxes = operation.tiles.map((id) => screenBounds(model, camera, id));
      const { stage } = this.#options;
      const others = stage.scene.items.filter((item) => item.node.kind === 'tile' && !operation.tiles.includes(item.id)).map((item) => toScreenRect(camera, item.bounds));
      const place = placeCard(/** @type {import('../geometry/rect.js').Rect} */ (unionAll(boxes)), this.#size, room, others);
      placeAt(this.#root, place.x, place.y);
      this.#root.classList.add('is-placed');
      if (this.#wantsFocus) this.#focusFirst();
      this.#wantsFocus = false;
      // Once for each height that it has had: after that one looks where one wants to.
      if (this.#size.height > this.#roomFor_px) {
        this.#roomFor_px = this.#size.height;
        const world = unionAll(operation.tiles.map((id) => bounds(shownAt(model, id))));
        // Over a sheet the picture gets all of what is left, to be seen at all.
        const maxZoom = room.width <= PHONE_PX ? Math.max(1, stage.camera.zoom) : stage.camera.zoom;
        if (place.isCovering || room.width <= PHONE_PX) stage.camera.glide(fitBetween(world, stage.camera.view, besideCard(this.#size, room), { maxZoom, padding_px: 16 }));
      }
    };
    this.#where();
  }

  /** Once it is to be seen: what is hidden takes no focus. */
  focus() {
    this.#wantsFocus = true;
    this.#where?.();
  }

  // A text field with the focus brings up a touch screen's keyboard, over half of what one wants to see.
  #focusFirst() {
    const first = this.#body.first ?? this.#order;
    (first instanceof HTMLTextAreaElement && matchMedia('(pointer: coarse)').matches ? this.#root : first).focus({ preventScroll: true });
  }

  destroy() {
    this.#sizes.disconnect();
    this.#body.destroy?.();
    this.#root.remove();
  }
}

/** What another press would not change. @param {import('./operations.js').Refusal | null} refusal */
const isFinal = (refusal) => refusal !== null && !['offline', 'unanswered', 'queue_full'].includes(refusal.code);

/** @param {Operation} operation @param {Words} words @param {CardOptions} options @returns {Body} */
function bodyOf(operation, words, options) {
  switch (operation.kind) {
    case 'variation': return variationBody(words, options);
    case 'interpolation': return blendBody(operation, words, options);
    case 'textDiff': return changeBody(words, options);
    case 'upscale': return largerBody(words);
    default: return filmControls(words, options.run);
  }
}

/** @param {Words} words @param {CardOptions} options @param {number} [min] */
function countOf(words, { run }, min = 1) {
  return slider({ label: words('OperationCount'), low: '', high: '', min, max: MOST_PICTURES, step: 1, words: String, onInput: (count) => run('operation', { count }) });
}

/** @param {Words} words */
const percent = (words) => (/** @type {number} */ value) => words('Percent', { value: Math.round(value * 100) });

/** @param {Words} words @param {CardOptions} options @returns {Body} */
function variationBody(words, options) {
  const how = slider({ label: words('VaryHow'), low: words('VaryLittle'), high: words('VaryMuch'), max: 1, step: 0.05, words: percent(words), onInput: (eta) => options.run('operation', { eta }) });
  const count = countOf(words, options);
  const sketch = sketchLine(words, options.run);
  return {
    parts: [how.root, count.root, sketch.root],
    first: how.input,
    show(operation) {
      how.show(operation.values.eta);
      count.show(operation.values.count);
      sketch.show(operation);
    },
  };
}

/** @param {Operation} operation @param {Words} words @param {CardOptions} options @returns {Body} */
function blendBody(operation, words, options) {
  const { stage, tilesUrl } = options;
  const count = countOf(words, options);
  const ends = operation.tiles.map((id) => {
    const node = stage.scene.find(id)?.node;
    return node?.kind === 'tile' ? element('img', { class: 'cw-op-end', src: thumbnailUrl(tilesUrl, node.content), alt: '', draggable: 'false' }) : element('span', { class: 'cw-op-end' });
  });
  const steps = element('span', { class: 'cw-op-steps' });
  return {
    parts: [element('div', { class: 'cw-op-row', 'aria-hidden': 'true' }, ends[0], steps, ends[1]), count.root],
    first: count.input,
    show({ values }) {
      count.show(values.count);
      if (steps.childElementCount !== values.count) steps.replaceChildren(...Array.from({ length: values.count }, () => element('span', { class: 'cw-op-step' })));
    },
  };
}

/** @param {Words} words @param {CardOptions} options @returns {Body} */
function changeBody(words, { run }) {
  const order = () => run('orderOperation');
  const maxLength = DEFAULT_LIMITS.maxPromptLength;
  const from = caption({ label: words('ChangeFrom'), placeholder: words('ChangeFromHint'), maxLength, onInput: (value) => run('operation', { from: value }), onEnter: order });
  const to = caption({ label: words('ChangeTo'), placeholder: words('ChangeToHint'), maxLength, onInput: (value) => run('operation', { to: value }), onEnter: order });
  const how = slider({ label: words('ChangeHow'), low: words('ChangeLittle'), high: words('ChangeMuch'), max: 1, step: 0.02, words: percent(words), onInput: (share) => run('operation', { share }) });
  const sketch = sketchLine(words, run);
  let isFirst = true;
  return {
    parts: [from.root, to.root, how.root, sketch.root],
    first: to.input,
    show(operation) {
      from.show(operation.values.from);
      if (isFirst && operation.values.to !== '' && to.input.value === '') {
        // The words that are there already, ready to be changed where the hand is.
        to.input.value = operation.values.to;
        isFirst = false;
      }
      to.show(operation.values.to);
      how.show(operation.values.share);
      sketch.show(operation);
    },
  };
}

/** @param {Words} words @returns {Body} */
function largerBody(words) {
  const line = element('p', { class: 'cw-small cw-muted' });
  return {
    parts: [line, element('p', { class: 'cw-small cw-muted' }, words('LargerWhere'))],
    first: null,
    show({ tiles, factor }, model) {
      const node = model.state.find(tiles[0]);
      if (node?.kind !== 'tile') return;
      const { pixelWidth: width, pixelHeight: height } = node.content;
      // How much larger is the model's own: known with the price.
      setText(line, factor === null ? words('LargerFrom', { from: `${width} × ${height}` }) : words('LargerHint', { factor, from: `${width} × ${height}`, to: `${width * factor} × ${height * factor}` }));
    },
  };
}

/** What becomes of the sketch, and a way to see the picture as it was. @param {Words} words @param {CardOptions['run']} run */
function sketchLine(words, run) {
  const line = element('span', { class: 'cw-small cw-muted', role: 'status' });
  const hold = element('button', { type: 'button', class: 'cw-button quiet small', tabindex: '-1', 'data-stop': true, 'aria-pressed': 'false' }, icon('compare'), words('CompareHold'));
  const peek = (/** @type {boolean} */ on) => {
    setAttribute(hold, 'aria-pressed', String(on));
    run('peek', { on });
  };
  hold.addEventListener('pointerdown', (event) => {
    hold.setPointerCapture(event.pointerId);
    peek(true);
  });
  for (const name of ['pointerup', 'pointercancel', 'lostpointercapture', 'blur']) hold.addEventListener(name, () => { if (hold.getAttribute('aria-pressed') === 'true') peek(false); });
  hold.addEventListener('keydown', (event) => {
    if ((event.key !== ' ' && event.key !== 'Enter') || event.repeat) return;
    event.preventDefault();
    peek(true);
  });
  hold.addEventListener('keyup', (event) => { if (event.key === ' ' || event.key === 'Enter') peek(false); });
  hold.addEventListener('contextmenu', (event) => event.preventDefault());
  return {
    root: element('div', { class: 'cw-op-sketch' }, line, hold),
    /** @param {Operation} operation */
    show({ sketch, isPeeking }) {
      setText(line, isPeeking ? words('SketchBefore') : sketch.state === 'refused' ? sketch.refusal ?? '' : sketch.state === 'busy' ? words('SketchBusy') : sketch.state === 'asking' ? words('SketchAsking') : sketch.state === 'shown' ? words('SketchShown') : words('SketchHint'));
      hold.hidden = sketch.url === null;
    },
  };
}
