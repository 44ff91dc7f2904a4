// @ts-check
// The operation that somebody is about to order: what it is made of, how it is set, what it costs, and the sketch of it. One object for each
// change, so that overlays see by identity whether there is anything to do. Nothing of it is in the document until it is ordered.
import { newId } from '../document/ids.js';
import { frameAdd, nodeSet } from '../document/ops.js';
import { unionAll } from '../geometry/rect.js';
import { FIRST_VALUES, MOST_PICTURES, missing, operationOf, picturesOf, settingsOf, thetaOf, usualCount } from './kinds.js';
import { firstPlace, frameSize, slotsOf } from './layout.js';
import { Newest } from './newest.js';

/** @typedef {import('../view/stage.js').Stage} Stage */
/** @typedef {import('../view/scene.js').Item} Item */
/** @typedef {import('../document/state.js').TileContent} TileContent */
/** @typedef {import('./kinds.js').CardKind} CardKind */
/** @typedef {import('./kinds.js').OperationValues} OperationValues */
/** @typedef {import('./layout.js').OperationKind} OperationKind */
/** @typedef {{x: number, y: number, width: number, height: number}} Area */
/** @typedef {{prompt: string, film: null | {frames: number, width: number, height: number, picture: Area}}} Description  What is known of how a picture was made. `film`: a picture in it, and where in that the tile lies, in pixels of the same size. */
/** @typedef {{code: string, message: string}} Refusal */
/** @typedef {{state: 'none' | 'asking' | 'shown' | 'busy' | 'refused', url: string | null, refusal: string | null, askedAtMs: number}} SketchState  `askedAtMs`: when the slider was moved that this is of. */
/**
 * @typedef {object} Operation
 * @property {string} id
 * @property {CardKind} kind
 * @property {readonly string[]} tiles
 * @property {OperationValues} values
 * @property {Description | null} description  Null until known, and where nothing is.
 * @property {number} seed  The same for all sketches, so that only what is slid changes.
 * @property {number | null} price
 * @property {number | null} factor  How many times as wide and high the model makes a picture; null until known.
 * @property {Refusal | null} refusal
 * @property {boolean} isOrdering
 * @property {SketchState} sketch
 * @property {boolean} isPeeking  The picture as it was, while it is held.
 * @property {number | null} step  Of the film, from 1; null shows the picture.
 */

/** @type {SketchState} */
const NO_SKETCH = Object.freeze({ state: 'none', url: null, refusal: null, askedAtMs: 0 });
const PLAIN = Object.freeze({ opacity: 1, hidden: false, locked: false });
// A hand on a slider pauses for less than this between two places that it means.
const slidePauseMs = 60;
const typingPauseMs = 400;
const pricePauseMs = 120;
// The first time it is asked again so soon that nobody need be told: a quick hand is more often the reason than somebody's job.
const soonAgainMs = 350;
const busyAgainMs = 1_500;
const pageSeeds = 2 ** 31;
// Under the pictures their strip will lie.
const stripRoom_px = 140;

export class Operations {
  /** @type {Newest<object, any>} */ #prices;
  /** @type {Newest<{card: string, request: object, askedAtMs: number}, any>} */ #sketches;
  /** One after the other. */ #busyAnswers = 0;
  /** @type {Promise<void>} */ #described = Promise.resolve();
  /** The frame of an order that may have arrived though no answer came. @type {{operation: string, frameId: string} | null} */ #unanswered = null;

  /**
   * @param {{stage: Stage, invoke: (method: string, ...args: unknown[]) => Promise<any>, stream: (method: string, ...args: unknown[]) => Promise<any>, describe: (content: TileContent) => Promise<Description | null>,
   *   generate: (args: object) => Promise<{job?: {id: string}, refusal?: Refusal}>}} options
   */
  constructor(options) {
    this.options = options;
    const { invoke } = options;
    this.#prices = new Newest({
      ask: (/** @type {any} */ { operation, settings }) => invoke('PriceOf', operation, settings),
      // An answer may come to another card than it was asked for.
      onAnswer: (answer, /** @type {any} */ { card }) => { if (card === this.current?.id) this.#change({ price: answer.price ?? null, refusal: answer.refusal ?? null, factor: answer.factor ?? this.current?.factor ?? null }); },
      onError: () => this.#change({ price: null }),
    });
    this.#sketches = new Newest({
      ask: ({ request }) => options.stream('Sketch', request),
      onAnswer: (answer, { card, askedAtMs }) => { if (card === this.current?.id) this.#sketched(answer, askedAtMs); },
      onError: () => this.#change({ sketch: { ...this.#sketch, state: 'busy' } }),
      again: (answer) => (answer?.busy !== true ? null : this.#busyAnswers > 1 ? busyAgainMs : soonAgainMs),
    });
  }

  /** @returns {Operation | null} */
  get current() { return this.options.stage.operation; }

  get #sketch() { return this.current?.sketch ?? NO_SKETCH; }

  /** @param {CardKind} kind @param {readonly string[]} [given]  Without: what is selected. @returns {boolean} Whether it can be done with them. */
  open(kind, given) {
    const { stage } = this.options;
    const pictures = given === undefined ? picturesOf(stage.selected) : given.map((id) => stage.scene.find(id)).filter((item) => item !== undefined && item.node.kind === 'tile');
    if (!stage.canEdit || pictures.length !== (kind === 'interpolation' ? 2 : 1)) return false;
    const tiles = /** @type {Item[]} */ (pictures).map((item) => item.id);
    this.close();
    // Both are outlined, however the second was chosen.
    if (kind === 'interpolation') stage.select(tiles);
    stage.setOperation({
      id: newId(), kind, tiles, values: { ...FIRST_VALUES, count: usualCount(kind) }, description: null, seed: Math.floor(crypto.getRandomValues(new Uint32Array(1))[0] % pageSeeds),
      price: null, factor: null, refusal: null, isOrdering: false, sketch: NO_SKETCH, isPeeking: false, step: null,
    });
    this.#askPrice(0);
    this.#described = this.#describe();
    return true;
  }

  close() {
    this.#prices.drop();
    this.#sketches.drop();
    if (this.current !== null) this.options.stage.setOperation(null);
  }

  /** @param {Partial<OperationValues>} values @param {number} [movedAtMs] */
  set(values, movedAtMs = Date.now()) {
    const before = this.current;
    if (before === null) return;
    const next = { ...before.values, ...values };
    next.count = Math.min(MOST_PICTURES, Math.max(1, Math.round(next.count)));
    this.#change({ values: next, refusal: null });
    if (next.count !== before.values.count) this.#askPrice(pricePauseMs);
    const isWords = next.from !== before.values.from || next.to !== before.values.to;
    if (isWords || next.share !== before.values.share || next.eta !== before.values.eta) this.#askSketch(isWords ? typingPauseMs : slidePauseMs, movedAtMs);
    if (isWords) this.#askPrice(typingPauseMs);
  }

  /** @param {boolean} isPeeking */
  peek(isPeeking) { this.#change({ isPeeking }); }

  /** @param {number | null} step */
  film(step) { this.#change({ step }); }

  /** The board is another one: what was to be worked on may be gone. */
  follow() {
    const { stage } = this.options;
    if (this.current?.tiles.some((id) => stage.scene.find(id) === undefined)) this.close();
  }

  /** Something is told of a job: where nobody had answered its order, this is the answer. @param {{frameId: string, mine: boolean}} job */
  arrived({ frameId, mine }) {
    if (!mine || this.#unanswered?.frameId !== frameId) return;
    if (this.current?.id === this.#unanswered.operation) this.close();
    this.#unanswered = null;
  }

  /** Drops the frame where the pictures will lie and orders them. @returns {Promise<string | null>} The frame. */
  async order() {
    const { stage, generate } = this.options;
    const operation = this.current;
    if (operation === null || operation.kind === 'replay' || operation.isOrdering || missing(operation.kind, operation.values) !== null) return null;
    const { kind, tiles, values } = operation;
    const items = tiles.map((id) => stage.scene.find(id)).filter((item) => item !== undefined);
    if (items.length !== tiles.length) return null;
    this.#change({ isOrdering: true, refusal: null });
    // A quick hand is here before the words of the picture are.
    await this.#described;
    const settings = settingsOf(stage.nextSettings, kind, values, this.current?.id === operation.id ? this.current.description?.prompt ?? '' : '', operation.seed);
    // Of a press that nobody answered the frame lies there still, and belongs to the order that may have arrived.
    const earlier = this.#unanswered?.operation === operation.id ? stage.scene.find(this.#unanswered.frameId) : undefined;
    const rect = this.#place(kind, settings.count, items, earlier?.id);
    const frameId = earlier?.id ?? newId();
    const written = { transform: { ...rect, rotation: 0 }, settings: /** @type {any} */ (settings) };
    if (!stage.do(earlier === undefined ? frameAdd({ node: frameId, order: stage.topKey(), ...written, ...(settings.prompt === '' && { style: { ...PLAIN, name: this.#nameOf(kind) } }) }) : nodeSet(frameId, written))) {
      this.#change({ isOrdering: false });
      return null;
    }
    const { job, refusal = null } = await generate({ frameId, operation: operationOf(kind, tiles, values) });
    this.#unanswered = null;
    if (job === undefined) {
      if (refusal?.code === 'unanswered') this.#unanswered = { operation: operation.id, frameId };
      else stage.takeBack(frameId);
      if (this.current?.id === operation.id) this.#change({ isOrdering: false, refusal });
      else if (refusal !== null) stage.notify({ kind: 'warning', text: stage.text(`Refusal_${refusal.code}`, refusal.message) });
      return null;
    }
    if (this.current?.id === operation.id) this.close();
    const all = /** @type {import('../geometry/rect.js').Rect} */ (unionAll([...items.map((item) => item.bounds), ...slotsOf(kind, settings.count, rect)]));
    stage.camera.reveal({ ...all, height: all.height + stage.px(stripRoom_px) });
    return frameId;
  }

  /** What a frame without words is called. @param {OperationKind} kind */
  #nameOf(kind) {
    const { stage } = this.options;
    return kind === 'interpolation' ? stage.text('BlendShort', 'Blend') : kind === 'upscale' ? stage.text('LargerShort', 'Larger') : stage.text('Vary', 'Variations');
  }

  destroy() {
    this.#prices.destroy();
    this.#sketches.destroy();
  }

  /** @param {OperationKind} kind @param {number} count @param {readonly Item[]} items @param {string} [frameId]  Its own frame is not in the way. */
  #place(kind, count, items, frameId) {
    const { stage } = this.options;
    const [{ world, bounds }] = items;
    // Exactly on it, turned or not: the result takes its place from the tile when it is accepted.
    if (kind === 'upscale') return { x: world.x, y: world.y, width: world.width, height: world.height };
    const taken = [...stage.scene.items.filter((item) => item.id !== frameId).map((item) => item.bounds), ...[...stage.slots.values()].flatMap((slots) => slots.map((slot) => slot.rect))];
    return firstPlace(kind, count, items.map((item) => item.bounds), frameSize(world.rotation % 180 === 0 ? world : bounds, stage.frameShape), taken);
  }

  async #describe() {
    const operation = this.current;
    const item = operation === null ? undefined : this.options.stage.scene.find(operation.tiles[0]);
    if (operation === null || item?.node.kind !== 'tile' || operation.kind === 'interpolation' || operation.kind === 'upscale') return;
    /** @type {Description} */ let description = { prompt: '', film: null };
    try {
      description = await this.options.describe(item.node.content) ?? description;
    } catch {
      // Without it one writes the words oneself.
    }
    if (this.current?.id !== operation.id) return;
    const { values } = /** @type {Operation} */ (this.current);
    this.#change({ description, ...(operation.kind === 'textDiff' && values.from === '' && { values: { ...values, from: description.prompt, to: values.to === '' ? description.prompt : values.to } }) });
  }

  /** @param {number} inMs */
  #askPrice(inMs) {
    const operation = this.current;
    if (operation === null || operation.kind === 'replay') return;
    const { kind, tiles, values, description, seed } = operation;
    // Of a change that has no words yet, the price is all that can be told.
    const asked = missing(kind, values) === null ? values : { ...values, from: values.from.trim() || '-', to: values.to.trim() || '-' };
    this.#prices.put({ card: operation.id, operation: operationOf(kind, tiles, asked), settings: settingsOf(this.options.stage.nextSettings, kind, asked, description?.prompt ?? '', seed) }, inMs);
  }

  /** @param {number} inMs @param {number} askedAtMs */
  #askSketch(inMs, askedAtMs) {
    const operation = this.current;
    if (operation === null || (operation.kind !== 'textDiff' && operation.kind !== 'variation') || missing(operation.kind, operation.values) !== null) {
      this.#sketches.drop();
      this.#change({ sketch: NO_SKETCH });
      return;
    }
    const { kind, tiles, values, description, seed } = operation;
    // Of the model that will make the picture, as an order says it.
    const model = settingsOf(this.options.stage.nextSettings, kind, values, '', seed).model ?? null;
    const request = kind === 'textDiff'
      ? { kind, tiles, prompt: values.to.trim(), fromPrompt: values.from.trim(), theta: thetaOf(values.share), eta: null, seed, model }
      : { kind, tiles, prompt: description?.prompt ?? '', fromPrompt: null, theta: null, eta: values.eta, seed, model };
    this.#change({ sketch: { ...this.#sketch, state: 'asking', refusal: null } });
    this.#sketches.put({ card: operation.id, request, askedAtMs }, inMs);
  }

  /** @param {{url?: string | null, busy?: boolean, refusal?: string | null} | undefined} answer @param {number} askedAtMs */
  #sketched(answer, askedAtMs) {
    // A sketch of what the card was closed about is nobody's.
    if (this.current === null || answer == null) return;
    const before = this.#sketch;
    if (answer.url != null) this.#change({ sketch: { state: 'shown', url: answer.url, refusal: null, askedAtMs } });
    else if (answer.refusal != null) this.#change({ sketch: { ...before, state: 'refused', refusal: answer.refusal } });
    this.#busyAnswers = answer.busy === true ? this.#busyAnswers + 1 : 0;
    if (this.#busyAnswers > 1) this.#change({ sketch: { ...before, state: 'busy' } });
  }

  /** @param {Partial<Operation>} change */
  #change(change) {
    const operation = this.current;
    if (operation !== null) this.options.stage.setOperation({ ...operation, ...change });
  }
}
