// @ts-check
// What lies over the canvas as DOM: focusable nodes, notes being written, cursors, rings and strips. Made by their own folders; fed here,
// with one model whose parts are the same by identity as long as nothing about them has changed.
import { makeNodes } from '../a11y/nodes.js';
import { nodeDelete, nodeSet } from '../document/ops.js';
import { makeProgress } from '../frames/progress.js';
import { makeNoteEditor } from '../notes/editor.js';
import { joinTabOrder } from '../overlay/tab-order.js';
import { makeCursors } from '../presence/cursors.js';
import { makeBar } from '../operations/bar.js';
import { makeCard } from '../operations/card.js';
import { makeLink } from '../operations/link.js';
import { makeOver } from '../operations/over.js';
import { makeSlotMarks } from '../operations/slotMarks.js';
import { makeStrips } from '../staging/strip.js';

/** @typedef {import('./stage.js').Stage} Stage */
/** @typedef {import('./stage.js').Candidate} Candidate */
/** @typedef {import('../overlay/model.js').OverlayModel} OverlayModel */

export class Overlays {
  /** @type {OverlayModel | null} */ #model = null;
  /** @type {string | null} */ #focusNext = null;
  /** @type {ReadonlyMap<string, Candidate> | null} */ #candidates = null;
  /** @type {ReadonlyMap<string, number>} */ #shownCandidates = new Map();

  /**
   * @param {{root: HTMLElement, stage: Stage, connection: import('../sync/connection.js').BoardConnection, jobs: import('./jobs.js').Jobs, renderer: import('../render/renderer.js').Renderer,
   *   run: (command: string, args?: any) => any, text: Record<string, string>, tilesUrl: string, reducedMotion: boolean, toWorld: (clientX: number, clientY: number) => import('../geometry/rect.js').Point, obstacle: () => import('../geometry/rect.js').Rect | null, isWatch?: boolean}} options  `obstacle`: what strips keep clear of. `isWatch`: nobody here chooses among candidates.
   */
  constructor(options) {
    this.options = options;
    const { root, stage, text, tilesUrl, reducedMotion, obstacle } = options;
    const insets = () => stage.camera.insets;
    const run = (/** @type {string} */ command, /** @type {any} */ args) => this.#run(command, args);
    this.nodes = makeNodes(root, { text, run, onFocus: (id) => { if (!stage.selection.has(id)) run('select', { ids: [id] }); } });
    this.progress = makeProgress(root, { text, run, insets });
    this.tabs = joinTabOrder(root);
    this.card = makeCard(root, { text, run, tilesUrl: tilesUrl.replace(/\/$/, ''), insets, stage });
    this.all = [
      this.nodes,
      makeOver(root, { reducedMotion }),
      makeSlotMarks(root),
      this.progress,
      makeLink(root),
      ...(options.isWatch ? [] : [this.card, makeBar(root, { text, run, insets, obstacle, stage, toWorld: options.toWorld }), makeStrips(root, { text, run, tilesUrl: tilesUrl.replace(/\/$/, ''), insets, obstacle, under: (rect) => stage.tilesUnder(rect) })]),
      makeNoteEditor(root, {
        text,
        onText: (id, value) => void stage.do(nodeSet(id, { text: value })),
        onEnd: (id) => this.#endNote(id),
      }),
      makeCursors(root, { client: options.connection.client, reducedMotion }),
    ];
  }

  /** After each frame. Costs nothing where neither the model nor the camera has changed. */
  update() {
    const { stage, connection, jobs } = this.options;
    if (this.#candidates !== stage.candidates) {
      this.#candidates = stage.candidates;
      this.#shownCandidates = new Map([...stage.candidates.values()].map((candidate) => [candidate.job, candidate.image]));
    }
    const next = {
      state: stage.scene.state, drafts: stage.scene.drafts, jobs: jobs.list, people: connection.people, selection: stage.selection,
      shownCandidates: this.#shownCandidates, editing: stage.editing, canEdit: stage.canEdit,
      slots: stage.slots, operation: stage.operation, link: stage.live.link, tool: stage.tool, isDragging: stage.live.isDragging,
    };
    const before = this.#model;
    if (before === null || Object.entries(next).some(([key, value]) => before[/** @type {keyof OverlayModel} */ (key)] !== value)) this.#model = /** @type {OverlayModel} */ (/** @type {unknown} */ (next));
    for (const overlay of this.all) overlay.update(/** @type {OverlayModel} */ (this.#model), stage.camera.camera);
    if (this.#focusNext !== null && this.nodes.focus(this.#focusNext)) this.#focusNext = null;
  }

  /** A preview is on the screen. @param {string} frameId @param {string} name */
  previewed(frameId, name) { this.progress.previewed(frameId, name); }

  /** The keyboard goes to a thing, once it is there; not if it is elsewhere on the page. @param {string} id */
  focusNode(id) {
    const { root } = this.options;
    if (document.activeElement !== null && document.activeElement !== document.body && !root.contains(document.activeElement)) return;
    this.#focusNext = id;
    this.options.stage.invalidate();
  }

  /** The card that has been opened takes the keyboard, once it is there. */
  showCard() {
    this.card.focusNext();
    this.options.stage.invalidate();
  }

  /** Opens a note for writing. All that is written until it closes is one undo step. @param {string} id */
  editNote(id) {
    const { stage } = this.options;
    const node = stage.doc.view.find(id);
    if (node?.kind !== 'note' || !stage.canNote || (!stage.canEdit && node.createdBy !== stage.doc.actor)) return;
    stage.editing = id;
    stage.doc.beginGesture();
    stage.invalidate(true);
  }

  /** The colour of a person's things, as CSS; null for one who is not here. @param {string} actor @returns {string | null} */
  colourOf(actor) {
    const person = this.options.connection.people.find((one) => one.actor === actor);
    return person === undefined ? null : getComputedStyle(this.options.root).getPropertyValue(`--cw-person-${person.colour}`).trim() || null;
  }

  destroy() {
    this.tabs.destroy();
    for (const overlay of this.all) overlay.destroy();
  }

  /** @param {string} id */
  #endNote(id) {
    const { stage, root } = this.options;
    const node = stage.doc.view.find(id);
    // A note without a word is a slip of the hand.
    if (node?.kind === 'note' && node.alive.value && node.text.value.trim() === '') stage.do(nodeDelete(id));
    stage.doc.endGesture();
    stage.editing = null;
    root.focus({ preventScroll: true });
    stage.invalidate(true);
  }

  // What is asked for here has no field beside it to show a refusal: it is told as a notice.
  /** @param {string} command @param {any} args */
  #run(command, args) {
    const { stage } = this.options;
    const result = this.options.run(command, args);
    if (result instanceof Promise) {
      result.then((answer) => {
        if (answer?.refusal != null) stage.notify({ kind: 'warning', text: stage.text(`Refusal_${answer.refusal.code}`, answer.refusal.message) });
      }, () => stage.notify({ kind: 'warning', text: stage.text('Offline', 'There is no connection. Your changes are kept; try again in a moment.') }));
    }
    return result;
  }
}
