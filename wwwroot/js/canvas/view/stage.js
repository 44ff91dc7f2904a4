// @ts-check
// What the tools and the drawing share: the document through one narrow door, the scene, the camera, the selection, and what is under way
// in the hand. Tools know nothing else; the drawing only reads.
import { between } from '../document/orderkey.js';
import { newId } from '../document/ids.js';
import { frameAdd, nodeDelete, nodeSet, noteAdd, tileAdd } from '../document/ops.js';
import { gridSpacing } from '../render/grid.js';
import { DEFAULT_FRAME } from './frameSnap.js';
import { estimate } from './coverage.js';
import { handlesOf, selectionBox } from './handles.js';
import { isPainted } from '../mask/raster.js';
import { topCovered } from '../operations/placeCard.js';
import { containsPoint, intersect, isEmpty, unionAll } from '../geometry/rect.js';

/** @typedef {import('../document/state.js').BoardState} BoardState */
/** @typedef {import('../document/wire.js').BoardOp} BoardOp */
/** @typedef {import('../document/wire.js').Refusal} Refusal */
/** @typedef {import('../geometry/transform.js').Transform} Transform */
/** @typedef {import('../geometry/rect.js').Rect} Rect */
/** @typedef {import('../geometry/rect.js').Point} Point */
/** @typedef {import('../geometry/snap.js').SnapGuide} SnapGuide */
/** @typedef {import('./scene.js').Item} Item */
/** @typedef {import('./scene.js').Scene} Scene */
/** @typedef {import('../camera/controller.js').CameraController} CameraController */
/** @typedef {import('./coverage.js').CoverageEstimate} CoverageEstimate */
/** @typedef {'viewer' | 'commenter' | 'editor' | 'owner'} Role */
/**
 * @typedef {object} Doc  The document as the view sees it; sync/connection.js is one, a replica alone is another (tests).
 * @property {BoardState} view
 * @property {string} client
 * @property {string} actor
 * @property {Role} role
 * @property {boolean} canUndo
 * @property {boolean} canRedo
 * @property {(ops: BoardOp | readonly BoardOp[]) => Refusal | null} do
 * @property {(node: string) => Refusal | null} takeBack
 * @property {() => void} beginGesture
 * @property {() => void} endGesture
 * @property {() => boolean} undo
 * @property {() => boolean} redo
 */
/** @typedef {{task: string, frame: Rect, crop?: Rect, covered: Rect[], uncovered: Rect[], painted?: Rect | null, context: Rect[], price?: number, refusal?: Refusal | null}} Plan  The hub's answer for a frame. */
/** @typedef {{size: number, softness: number}} Brush  `size` is the diameter in CSS pixels, so that zooming in paints finer. */
/**
 * @typedef {object} Live  In the hand, never in the document.
 * @property {Rect | null} marquee
 * @property {readonly SnapGuide[]} guides
 * @property {null | {band: Rect, amount: number}} overlap
 * @property {Rect | null} newFrame  The frame that a click or drag would drop.
 * @property {null | {rect: Rect, text: string}} measure  A size to show beside what is being pulled.
 * @property {null | {id: string, painting: import('../mask/painting.js').Painting}} stroke
 * @property {Point[] | null} lasso
 * @property {Point | null} pointer  CSS pixels; null when the pointer is elsewhere.
 * @property {string | null} hover  What the pointer is over.
 * @property {Link | null} link
 * @property {boolean} isDragging
 */
/** @typedef {{content: import('../document/state.js').TileContent, world: Transform, frameId: string, job: string, image: number}} Candidate  A result looked at, not accepted. */
/** @typedef {{from: string, to: Point, over: string | null}} Link  Drawn from a picture to the one that it shall be blended with. */
/** @typedef {{kind: 'info' | 'success' | 'warning' | 'error', text: string, action?: {text: string, command: string, args?: object}}} Notice  `action`: a button in it, and the command that it runs. */

export class Stage {
  /** @type {Set<string>} */ #selection = new Set();

  /**
   * @param {{doc: Doc, scene: Scene, camera: CameraController, text: Record<string, string>, reducedMotion: boolean, invalidate: (scene: boolean) => void,
   *   notify: (notice: Notice) => void, onChange: () => void, frameShape?: import('./frameSnap.js').FrameShape}} options
   */
  constructor(options) {
    this.doc = options.doc;
    this.scene = options.scene;
    this.camera = options.camera;
    this.reducedMotion = options.reducedMotion;
    this.frameShape = options.frameShape ?? DEFAULT_FRAME;
    this.options = options;
    this.prefs = { grid: true, snap: true, /** @type {'auto' | 'zoom' | 'pan'} */ wheel: 'auto' };
    /** @type {Brush} */
    this.brush = { size: 72, softness: 0.4 };
    /** @type {Live} */
    this.live = { marquee: null, guides: [], overlap: null, newFrame: null, measure: null, stroke: null, lasso: null, pointer: null, hover: null, link: null, isDragging: false };
    /** By frame; another map for each change. @type {ReadonlyMap<string, Candidate>} */
    this.candidates = new Map();
    /** Pictures of a job that lie beside each other, by its frame; another map for each change. @type {ReadonlyMap<string, readonly import('../operations/slots.js').Slot[]>} */
    this.slots = new Map();
    /** What somebody is about to order; another object for each change. @type {import('../operations/operations.js').Operation | null} */
    this.operation = null;
    /** The note that is being written. @type {string | null} */
    this.editing = null;
    /** @type {Map<string, Plan>} */
    this.plans = new Map();
    /** @type {import('../document/state.js').FrameSettings | null} What the next frame starts with when no other is selected; told by the page. */
    this.nextSettings = null;
    /** @type {Map<string, {colour: string | null, name: string | null}>} Frames with a running job, and whose it is. */
    this.running = new Map();
    /** Pictures on their way up. @type {Set<import('./uploads.js').Arriving>} */
    this.arriving = new Set();
    /** @type {string} */
    this.tool = 'select';
  }

  get canEdit() { return this.doc.role === 'editor' || this.doc.role === 'owner'; }
  get canNote() { return this.doc.role !== 'viewer'; }

  /** What is selected; groups by their id. @returns {ReadonlySet<string>} */
  get selection() { return this.#selection; }

  /** All that is selected and seen, groups opened. @returns {Item[]} */
  get selected() { return [...this.#selection].flatMap((id) => this.scene.membersOf(id)); }

  /** The one selected frame; null for none or several. @returns {Item | null} */
  get selectedFrame() {
    const frames = this.selected.filter((item) => item.node.kind === 'frame');
    return frames.length === 1 ? frames[0] : null;
  }

  /** All that is to be seen: also what waits to be chosen beside its frame. @returns {import('../geometry/rect.js').Rect | null} */
  get bounds() {
    const beside = [...this.slots].filter(([frameId]) => this.scene.find(frameId) !== undefined).flatMap(([, slots]) => slots.map((slot) => slot.rect));
    return beside.length === 0 || this.scene.bounds === null ? this.scene.bounds : unionAll([this.scene.bounds, ...beside]);
  }

  /** The grips of what is selected, and the box they are on; null where there are none. Groups move but are not pulled. */
  get handles() {
    const items = this.selected;
    const box = selectionBox(items);
    if (box === null || this.tool !== 'select' || items.some((item) => !this.#selection.has(item.id))) return null;
    // Somebody's picture is being made in it, or looked at: its place is what they asked for.
    if (items.some((item) => this.running.has(item.id) || this.candidates.has(item.id))) return null;
    const top_px = topCovered(this.camera.view, this.camera.insets);
    return { box, handles: handlesOf(items, box, this.camera.zoom, (at) => (at.y - this.camera.camera.y) * this.camera.zoom < top_px) };
  }

  /** @param {Iterable<string>} ids */
  select(ids) {
    const next = new Set(ids);
    if (next.size === this.#selection.size && [...next].every((id) => this.#selection.has(id))) return;
    this.#selection = next;
    this.changed();
  }

  /** The document has changed: what is gone is not selected any more. */
  prune() {
    const rest = [...this.#selection].filter((id) => this.scene.membersOf(id).length > 0);
    if (rest.length < this.#selection.size) this.select(rest);
  }

  /** Something to draw again. @param {boolean} [scene]  Also the pictures, not only what lies over them. */
  invalidate(scene = false) { this.options.invalidate(scene); }

  /** Something that the page shows has changed too. */
  changed() {
    this.options.invalidate(false);
    this.options.onChange();
  }

  /** @param {Notice} notice */
  notify(notice) { this.options.notify(notice); }

  /** A localized string. @param {string} key @param {string} fallback  English. @param {Record<string, string | number>} [values]  For `{name}` in it. */
  text(key, fallback, values = {}) {
    return (this.options.text[key] ?? fallback).replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
  }

  /** Does ops and says so if they are refused. @param {BoardOp | readonly BoardOp[]} ops @returns {boolean} */
  do(ops) {
    if (Array.isArray(ops) && ops.length === 0) return true;
    const refusal = this.doc.do(ops);
    if (refusal === null) return true;
    // Somebody deleted it first: usual among several people, nothing to say.
    if (refusal.code !== 'node_gone') this.notify({ kind: 'warning', text: this.text(`Refusal_${refusal.code}`, refusal.sentence) });
    return false;
  }

  /** A frame that was dropped for something that came to nothing goes, and leaves nothing to undo. @param {string} id */
  takeBack(id) { return this.doc.takeBack(id) === null; }

  /** World units for a length on the screen. @param {number} px */
  px(px) { return px / this.camera.zoom; }

  /** 0 if things do not snap to the grid now. */
  get snapGrid() { return this.prefs.snap && this.prefs.grid ? gridSpacing(this.camera.zoom) : 0; }

  /** How near is near enough to snap, in world units; 0 when snapping is off (or held off with Ctrl). @param {boolean} held */
  snapTolerance(held) { return this.prefs.snap !== held ? this.px(7) : 0; }

  /** Upright bounds of what is in view and not of what is being moved. @param {(item: Item) => boolean} filter @returns {Rect[]} */
  neighbours(filter) {
    const visible = this.camera.visible;
    /** @type {Rect[]} */ const rects = [];
    for (const item of this.scene.items) if (!isEmpty(intersect(item.bounds, visible)) && filter(item)) rects.push(item.bounds);
    return rects;
  }

  /** Pictures near a rectangle, as the coverage wants them. @param {Rect} rect */
  coversNear(rect) {
    const covers = [];
    for (const item of this.scene.items) if (item.node.kind === 'tile' && !isEmpty(intersect(item.bounds, rect))) covers.push({ world: item.world, bounds: item.bounds, solid: item.node.content.solid });
    return covers;
  }

  /** Pictures that lie in a rectangle, the lowest first. @param {Rect} rect @returns {{content: import('../document/state.js').TileContent, world: Transform}[]} */
  tilesUnder(rect) {
    const tiles = [];
    for (const { node, world, bounds } of this.scene.items) if (node.kind === 'tile' && !isEmpty(intersect(bounds, rect))) tiles.push({ content: node.content, world });
    return tiles;
  }

  /** What lies under a frame where it is now, from geometry alone. @param {Rect} rect @param {Item | null} item @returns {CoverageEstimate} */
  estimateOf(rect, item) {
    let painted = item?.node.kind === 'frame' && isPainted(item.node.mask);
    if (!painted) for (const other of this.scene.items) if (other.node.kind === 'tile' && !isEmpty(intersect(other.bounds, rect)) && isPainted(other.node.mask)) painted = true;
    return estimate(rect, this.coversNear(rect), painted === true);
  }

  /** The order key above everything on the board itself. */
  topKey() {
    const members = this.doc.view.members(undefined);
    const top = members.length === 0 ? null : this.doc.view.find(members[members.length - 1])?.order.value ?? null;
    return between(top, null, this.doc.client);
  }

  /** Drops a frame and selects it. @param {Rect} rect @param {import('../document/state.js').FrameSettings} [given] @returns {string | null} Its id. */
  addFrame(rect, given) {
    const id = newId();
    // The settings of the last frame are what one usually wants again; its prompt is not.
    const like = this.selectedFrame?.node;
    const settings = given ?? (like?.kind === 'frame' ? { ...like.settings.value, prompt: '' } : this.nextSettings ?? undefined);
    if (!this.do(frameAdd({ node: id, transform: { ...rect, rotation: 0 }, order: this.topKey(), ...(settings && { settings }) }))) return null;
    this.select([id]);
    return id;
  }

  /** Copies what is selected and selects the copies. @param {number} dx @param {number} dy  World units. @returns {string[]} */
  duplicate(dx, dy) {
    /** @type {BoardOp[]} */ const ops = [];
    /** @type {string[]} */ const ids = [];
    let low = /** @type {string | null} */ (null);
    // In painting order, so that the copies lie over each other as the originals do.
    const chosen = new Set(this.selected.map((item) => item.id));
    for (const { node, world } of this.scene.items) {
      if (!chosen.has(node.id) || node.kind === 'group') continue;
      const id = newId();
      const order = low === null ? this.topKey() : between(low, null, this.doc.client);
      const placed = { node: id, transform: { x: world.x + dx, y: world.y + dy, width: world.width, height: world.height, rotation: world.rotation }, order, style: { ...node.style.value, locked: false } };
      if (node.kind === 'tile') ops.push(tileAdd({ ...placed, content: node.content }));
      else if (node.kind === 'frame') ops.push(frameAdd({ ...placed, settings: node.settings.value }));
      else ops.push(noteAdd({ ...placed, text: node.text.value }));
      low = order;
      ids.push(id);
    }
    if (ops.length === 0 || !this.do(ops)) return [];
    this.select(ids);
    return ids;
  }

  /** Looks at a result in its frame, or at none any more. @param {string} frameId @param {Candidate | null} candidate */
  setCandidate(frameId, candidate) {
    if (candidate === null && !this.candidates.has(frameId)) return;
    const next = new Map(this.candidates);
    if (candidate === null) next.delete(frameId);
    else next.set(frameId, candidate);
    this.candidates = next;
  }

  /** @param {string} frameId @param {readonly import('../operations/slots.js').Slot[]} slots */
  setSlots(frameId, slots) {
    if (slots.length === 0 && !this.slots.has(frameId)) return;
    const next = new Map(this.slots);
    if (slots.length === 0) next.delete(frameId);
    else next.set(frameId, slots);
    this.slots = next;
  }

  /** The one under a point, of several that lie beside each other. @param {Point} world @returns {Candidate | null} */
  candidateAt(world) {
    for (const [frameId, slots] of this.slots) {
      const slot = this.scene.find(frameId) === undefined ? undefined : slots.find(({ rect, candidate }) => candidate !== null && containsPoint(rect, world));
      if (slot !== undefined) return slot.candidate;
    }
    return null;
  }

  /** @param {import('../operations/operations.js').Operation | null} operation */
  setOperation(operation) {
    this.operation = operation;
    this.invalidate();
  }

  deleteSelected() {
    const ops = [...this.#selection].filter((id) => this.scene.membersOf(id).some((item) => !item.locked)).map((id) => nodeDelete(id));
    if (ops.length === 0) return;
    const deleted = [...this.#selection];
    const items = this.selected;
    if (!this.do(ops)) return;
    this.select([]);
    // A picture that was paid for may go by a slip of the hand: the way back is said at once.
    this.notify({ kind: 'info', text: this.#deletedText(items), action: { text: this.text('Undo', 'Undo'), command: 'undo', args: { deleted } } });
  }

  /** @param {readonly Item[]} items */
  #deletedText(items) {
    if (items.length !== 1) return this.text('DeletedSeveral', '{count} deleted', { count: items.length });
    switch (items[0].node.kind) {
      case 'frame': return this.text('DeletedFrame', 'Frame deleted');
      case 'note': return this.text('DeletedNote', 'Note deleted');
      default: return this.text('DeletedPicture', 'Picture deleted');
    }
  }

  /** Writes new places in one step. @param {ReadonlyMap<string, Transform>} places  On the board itself. */
  moveTo(places) {
    /** @type {BoardOp[]} */ const ops = [];
    for (const [id, world] of places) ops.push(nodeSet(id, { transform: this.scene.toDocument(id, rounded(world)) }));
    return this.do(ops);
  }
}

// Thousandths of a unit: finer than any screen shows, and short in the log.
/** @param {Transform} world @returns {Transform} */
function rounded(world) {
  /** @type {(value: number) => number} */
  const round = (value) => Math.round(value * 1000) / 1000;
  return { x: round(world.x), y: round(world.y), width: round(world.width), height: round(world.height), rotation: round(world.rotation) };
}
