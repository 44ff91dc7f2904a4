// @ts-check
// The jobs of this board as the canvas needs them: who paints where, which candidate is looked at, and what accepting one writes.
import { between } from '../document/orderkey.js';
import { newId } from '../document/ids.js';
import { maskClear, nodeDelete, tileAdd } from '../document/ops.js';
import { BoardState } from '../document/state.js';
import { centre, intersect, isEmpty } from '../geometry/rect.js';
import { isPainted } from '../mask/raster.js';
import { slotsOf } from '../operations/layout.js';
import { isLaidOut, placeIn, slotsFor } from '../operations/slots.js';
import { isPart } from '../overlay/model.js';

/** @typedef {import('./stage.js').Stage} Stage */
/** @typedef {import('../geometry/rect.js').Rect} Rect */
/** @typedef {import('../document/state.js').TileContent} TileContent */
/** @typedef {{image: number, content: TileContent, placement: Rect, rating?: number | null, accepted: boolean, reported?: boolean, similarity?: number | null}} JobResult  `similarity`: to its words, a cosine. */
/**
 * @typedef {object} JobView
 * @property {string} id
 * @property {string} boardId
 * @property {string} frameId
 * @property {string} actor
 * @property {string} authorName
 * @property {boolean} mine
 * @property {'queued' | 'running' | 'succeeded' | 'failed' | 'canceled'} state
 * @property {string} task
 * @property {number | null} [place]
 * @property {number} step
 * @property {number} steps
 * @property {number | null} [etaMs]
 * @property {import('../document/state.js').FrameSettings} settings
 * @property {JobResult[]} results
 * @property {import('../operations/layout.js').PictureOperation | null} [operation]  What it makes of pictures on the board.
 * @property {boolean} [discarded]
 * @property {number} [withheld]
 * @property {{code: string, message: string} | null} [error]
 * @property {string} [createdAt]
 */

const gap = 32;

export class Jobs {
  /** @type {Map<string, JobView>} */ #jobs = new Map();

  /** The pictures of jobs that are tiles or were some, by tile. @type {Map<string, {job: string, image: number, alive: boolean}>} */ #made = new Map();

  /** The same by job. @type {Map<string, Set<string>>} */ #tilesOf = new Map();

  /** @type {import('../document/state.js').BoardState | null} */ #seen = null;

  /**
   * @param {{stage: Stage, boardId: string, previews: import('../render/previews.js').Previews, colourOf: (actor: string) => string | null,
   *   ask: (path: string, body?: object) => Promise<boolean>}} options
   */
  constructor(options) { this.options = options; }

  /** @type {readonly JobView[] | null} */ #list = null;

  /** The newest last; the same list, by identity, until something changes. @returns {readonly JobView[]} */
  get list() { return this.#list ??= [...this.#jobs.values()].sort((a, b) => (a.createdAt ?? '').localeCompare(b.createdAt ?? '')); }

  /** @param {string} id @returns {JobView | undefined} */
  find(id) { return this.#jobs.get(id); }

  /**
   * The board is another one. What lies on it is accepted, whether or not the note that says so has reached the server; what an undo took
   * off it is not any more. So writing a tile is the one thing that accepts a picture, for everybody and after a reload alike.
   * @param {import('../document/state.js').BoardState} state
   */
  follow(state) {
    const before = this.#seen;
    this.#seen = state;
    /** @type {Set<string>} */ const touched = new Set();
    for (const id of state.changesSince(before ?? BoardState.empty)) {
      const node = state.find(id);
      const known = this.#made.get(id);
      if (node?.kind === 'tile' && node.content.job !== undefined && node.content.image !== undefined) {
        if (known?.alive === node.alive.value) continue;
        this.#made.set(id, { job: node.content.job, image: node.content.image, alive: node.alive.value });
        this.#tilesOf.set(node.content.job, (this.#tilesOf.get(node.content.job) ?? new Set()).add(id));
        touched.add(node.content.job);
      } else if (node === undefined && known !== undefined) {
        // Written here and refused by the server: it never was.
        this.#made.delete(id);
        this.#tilesOf.get(known.job)?.delete(id);
        touched.add(known.job);
      }
    }
    for (const id of touched) {
      const job = this.#jobs.get(id);
      if (job === undefined) continue;
      const isNew = !isStaged(job);
      const next = this.#asOnBoard(job);
      if (next === job) continue;
      this.change(next);
      if (isNew && isStaged(next) && this.ofFrame(job.frameId)?.id === id) this.look(id, next.results[0].image);
    }
  }

  /** @param {JobView} job @returns {JobView} The same where the board says nothing else. */
  #asOnBoard(job) {
    const tiles = this.#tilesOf.get(job.id);
    if (tiles === undefined || tiles.size === 0) return job;
    const lying = new Set([...tiles].map((tile) => this.#made.get(tile)).filter((made) => made?.alive === true).map((made) => made?.image));
    return job.results.every((result) => result.accepted === lying.has(result.image)) ? job : { ...job, results: job.results.map((result) => ({ ...result, accepted: lying.has(result.image) })) };
  }

  /** What a frame shows: its running job, or the newest whose candidates wait. @param {string} frameId @returns {JobView | undefined} */
  ofFrame(frameId) {
    const jobs = this.list.filter((job) => job.frameId === frameId).reverse();
    return jobs.find((job) => isOpen(job)) ?? jobs.find((job) => isStaged(job)) ?? (jobs[0]?.state === 'failed' && jobs[0].discarded !== true ? jobs[0] : undefined);
  }

  /** @param {JobView} job */
  change(job) {
    if (job.boardId !== undefined && job.boardId !== this.options.boardId) return;
    const { stage } = this.options;
    job = this.#asOnBoard(job);
    const before = this.#jobs.get(job.id);
    this.#jobs.set(job.id, job);
    this.#list = null;
    if (isOpen(job)) {
      stage.setCandidate(job.frameId, null);
      stage.running.set(job.frameId, { colour: this.options.colourOf(job.actor), name: job.mine ? null : job.authorName });
    } else {
      if (this.ofFrame(job.frameId)?.state !== 'running') stage.running.delete(job.frameId);
      if (job.state === 'succeeded' && isStaged(job) && (before === undefined || isOpen(before))) this.look(job.id, job.results[0]?.image ?? 0);
      else if (!isStaged(job) && stage.candidates.get(job.frameId)?.job === job.id) stage.setCandidate(job.frameId, null);
      if (job.state !== 'succeeded') this.#clearPreviews(job.frameId);
      // An earlier try of this frame still waits to be decided about.
      const waiting = this.ofFrame(job.frameId);
      if (waiting !== undefined && waiting.id !== job.id && isStaged(waiting) && !stage.candidates.has(job.frameId)) this.look(waiting.id, waiting.results[0].image);
    }
    this.#layOut(job.frameId);
    stage.invalidate(true);
    stage.changed();
    // Wherever it was canceled, here or in the queue: only now is it known that nothing will come.
    if (job.state === 'canceled' && before !== undefined && isOpen(before)) this.clearAway(job.id);
  }

  /** A job of before this visit. @param {JobView} job */
  restore(job) {
    const told = job;
    this.change(job);
    job = this.#jobs.get(job.id) ?? job;

    // The note of then was lost: the server's own lists and the history go by it.
    const images = job.results.filter((result) => result.accepted && !told.results.some((one) => one.image === result.image && one.accepted)).map((result) => result.image);
    if (images.length > 0 && this.options.stage.canEdit) void this.options.ask(`${job.id}/accept`, images);
    if (isStaged(job) && this.ofFrame(job.frameId)?.id === job.id) this.look(job.id, job.results[0].image);
    if (job.state === 'canceled') this.clearAway(job.id);
  }

  /** Shows a candidate in its frame; only here. @param {string} id @param {number | null} image */
  look(id, image) {
    const { stage } = this.options;
    const job = this.#jobs.get(id);
    const result = job?.results.find((one) => one.image === image);
    if (job === undefined) return;
    if (result === undefined) stage.setCandidate(job.frameId, null);
    else stage.setCandidate(job.frameId, { content: result.content, world: this.#placeOf(job, result), frameId: job.frameId, job: id, image: result.image });
    this.#layOut(job.frameId);
    stage.invalidate(true);
    stage.changed();
  }

  /** A picture has been loaded: where it is a candidate the last preview above it can go. @param {string} sha256 */
  loaded(sha256) {
    const { stage, previews } = this.options;
    for (const [frameId, candidate] of stage.candidates) if (candidate.content.sha256 === sha256) previews.clear(frameId);
    for (const slots of stage.slots.values()) for (const { key, candidate } of slots) if (candidate?.content.sha256 === sha256) previews.clear(key);
  }

  /**
   * Writes candidates as tiles; the frame has done its work and goes. One undo step brings all of it back.
   * Several lie side by side; where they are parts of the picture around them they stay where they belong, over each other, and only the first shows.
   * @param {string} id @param {readonly number[]} images @param {boolean} sideBySide
   * @returns {string[]} The new tiles.
   */
  accept(id, images, sideBySide) {
    const { stage } = this.options;
    const job = this.#jobs.get(id);
    const chosen = job?.results.filter((result) => images.includes(result.image)) ?? [];
    if (job === undefined || chosen.length === 0) return [];
    const frame = stage.scene.find(job.frameId);
    const step = (frame?.world.width ?? chosen[0].placement.width) + gap;
    /** @type {import('../document/wire.js').BoardOp[]} */ const ops = [];
    /** @type {string[]} */ const tiles = [];
    let order = stage.topKey();
    const isStack = isPart(job.task);
    chosen.forEach((result, i) => {
      const tile = newId();
      const place = chosen.length === 1 && job.operation?.kind === 'variation' ? this.#besideSource(job, result) : this.#placeOf(job, result);
      // Those of an operation lie in places of their own already.
      const x = place.x + (sideBySide && !isStack && !isLaidOut(job) ? i * step : 0);
      const style = isStack && i > 0 ? { opacity: 1, hidden: true, locked: false } : undefined;
      ops.push(tileAdd({ node: tile, transform: { ...place, x }, order, content: result.content, ...(style && { style }) }));
      order = between(order, null, stage.doc.client);
      tiles.push(tile);
    });
    if (frame !== undefined) {
      // The mask has done its work too: what it asked for lies above it now.
      for (const item of stage.scene.items) if (job.task === 'inpaint' && item.node.kind === 'tile' && isPainted(item.node.mask) && !isEmpty(intersect(item.bounds, frame.bounds))) ops.push(maskClear(item.id));
      ops.push(nodeDelete(frame.id));
    }
    if (!stage.do(ops)) return [];
    stage.setCandidate(job.frameId, null);
    this.#clearPreviews(job.frameId);
    stage.select(isStack ? tiles.slice(0, 1) : tiles);
    this.change({ ...job, results: job.results.map((result) => ({ ...result, accepted: result.accepted || images.includes(result.image) })) });
    void this.options.ask(`${id}/accept`, [...images]);
    return tiles;
  }

  /** @param {string} id */
  discard(id) {
    const job = this.#jobs.get(id);
    if (job === undefined) return;
    this.#clearPreviews(job.frameId);
    this.change({ ...job, discarded: true });
    this.clearAway(id);
    void this.options.ask(`${id}/discard`);
  }

  /** The frame of an operation that came to nothing goes: it was dropped for that alone. @param {string} id */
  clearAway(id) {
    const { stage } = this.options;
    const job = this.#jobs.get(id);
    if (job?.operation != null && job.mine && stage.canEdit && this.ofFrame(job.frameId) === undefined && stage.scene.find(job.frameId) !== undefined) stage.do(nodeDelete(job.frameId));
  }

  /** @param {string} id @param {number} image @param {number | null} stars */
  rate(id, image, stars) {
    this.#mark(id, image, { rating: stars });
    return this.options.ask(`${id}/results/${image}/rating`, { stars });
  }

  /** @param {string} id @param {number} image */
  report(id, image) {
    this.#mark(id, image, { reported: true });
    return this.options.ask(`${id}/results/${image}/report`);
  }

  /** Where a result lies on the board. What is only larger lies exactly on what it was made of. @param {JobView} job @param {JobResult} result @returns {import('../geometry/transform.js').Transform} */
  #placeOf(job, result) {
    const original = job.operation?.kind === 'upscale' ? this.options.stage.scene.find(job.operation.tiles[0])?.world : undefined;
    if (original !== undefined) return { x: original.x, y: original.y, width: original.width, height: original.height, rotation: original.rotation };
    return { ...placeIn(job, result.placement, result.image), rotation: 0 };
  }

  /** One variation that is kept of several comes to lie next to its picture: there is nothing between them any more. @param {JobView} job @param {JobResult} result @returns {import('../geometry/transform.js').Transform} */
  #besideSource(job, result) {
    const source = this.options.stage.scene.find(job.operation?.tiles[0] ?? '')?.bounds;
    const place = this.#placeOf(job, result);
    if (source === undefined || !isLaidOut(job)) return place;
    const from = centre(source);
    const far = (/** @type {Rect} */ rect) => Math.hypot(centre(rect).x - from.x, centre(rect).y - from.y);
    return { ...slotsOf('variation', job.settings.count ?? 1, result.placement).reduce((near, slot) => (far(slot) < far(near) - 1 ? slot : near)), rotation: 0 };
  }

  /** @param {string} frameId */
  #layOut(frameId) {
    const { stage, previews } = this.options;
    const job = this.ofFrame(frameId);
    const frame = job?.results[0]?.placement ?? stage.scene.find(frameId)?.bounds;
    const slots = job === undefined || frame === undefined ? [] : slotsFor(job, frame);
    for (const { key } of stage.slots.get(frameId) ?? []) if (key !== frameId && !slots.some((slot) => slot.key === key)) previews.clear(key);
    stage.setSlots(frameId, slots);
  }

  /** @param {string} frameId */
  #clearPreviews(frameId) {
    const { stage, previews } = this.options;
    for (const { key } of stage.slots.get(frameId) ?? []) previews.clear(key);
    previews.clear(frameId);
  }

  /** @param {string} id @param {number} image @param {Partial<JobResult>} what */
  #mark(id, image, what) {
    const job = this.#jobs.get(id);
    if (job !== undefined) this.change({ ...job, results: job.results.map((result) => (result.image === image ? { ...result, ...what } : result)) });
  }
}

/** @param {JobView} job */
export const isOpen = (job) => job.state === 'queued' || job.state === 'running';

/** Candidates wait to be looked at. @param {JobView} job */
export const isStaged = (job) => job.state === 'succeeded' && job.discarded !== true && job.results.length > 0 && !job.results.some((result) => result.accepted);
