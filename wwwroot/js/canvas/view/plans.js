// @ts-check
// Asks the hub what the frame that one looks at would do and cost. The answer is the planner's; until it is there the local estimate stands in.
import { inflate, intersect, isEmpty } from '../geometry/rect.js';

/** @typedef {import('./stage.js').Stage} Stage */
/** @typedef {import('./stage.js').Plan} Plan */
/** @typedef {import('../document/state.js').BoardState} BoardState */

const debounceMs = 80;
// A question that failed is not put again with every frame that is drawn.
const retryMs = 3_000;

export class Plans {
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #later;
  /** What each plan was asked for. @type {Map<string, object>} */ #asked = new Map();
  #destroyed = false;

  /** @param {{stage: Stage, invoke: (question: object) => Promise<any>, isSaved: () => boolean}} options */
  constructor(options) { this.options = options; }

  /** The board, the selection or the hover has changed. */
  refresh() {
    clearTimeout(this.#later);
    this.#later = setTimeout(() => {
      this.#later = undefined;
      this.#ask();
    }, debounceMs);
  }

  /** The same, unless it is on its way already. */
  refreshOnce() {
    if (this.#later === undefined) this.refresh();
  }

  /** Ops came in: forgets the plans of frames that they touch. @param {BoardState} state @param {BoardState} before */
  follow(state, before) {
    const { stage } = this.options;
    if (stage.plans.size === 0) return;
    for (const id of state.changesSince(before)) {
      const [after, earlier] = [state.find(id), before.find(id)];
      if (this.#asked.delete(id)) continue;
      if (after?.kind === 'note') continue;
      for (const frameId of [...this.#asked.keys()]) {
        const frame = stage.scene.find(frameId);
        if (frame === undefined) {
          this.#asked.delete(frameId);
          stage.plans.delete(frameId);
          continue;
        }
        // Context never reaches further than one more frame on each side.
        const near = inflate(frame.bounds, frame.bounds.width, frame.bounds.height);
        const isNear = (/** @type {BoardState} */ at, /** @type {import('../document/state.js').BoardNode | undefined} */ node) => node !== undefined && (node.kind === 'group' || !isEmpty(intersect(boundsAt(at, id), near)));
        if (isNear(state, after) || isNear(before, earlier)) this.#asked.delete(frameId);
      }
    }
    this.refresh();
  }

  /** Whether the plan of a frame is of the frame as it is. @param {string} frameId */
  isFresh(frameId) { return this.#asked.has(frameId) && this.options.stage.plans.has(frameId); }

  destroy() {
    this.#destroyed = true;
    clearTimeout(this.#later);
  }

  #ask() {
    const { stage, isSaved } = this.options;
    const hovered = stage.live.hover === null ? undefined : stage.scene.find(stage.live.hover);
    const frames = [stage.selectedFrame, hovered?.node.kind === 'frame' ? hovered : undefined].filter((item) => item != null && !this.#asked.has(item.id));
    if (frames.length === 0 || stage.live.isDragging) return;
    // The server plans on the board as it has it: what is on its way must be there first.
    if (!isSaved()) return this.refresh();
    for (const item of frames) if (item != null) void this.#plan(item.id);
  }

  /** @param {string} frameId */
  async #plan(frameId) {
    const { stage } = this.options;
    const token = {};
    this.#asked.set(frameId, token);
    try {
      const answer = await this.options.invoke({ frameId });
      if (this.#destroyed || this.#asked.get(frameId) !== token) return;
      stage.plans.set(frameId, answer);
      stage.changed();
    } catch {
      // No line, or too many questions: the estimate stands meanwhile.
      setTimeout(() => {
        if (this.#asked.get(frameId) === token) this.#asked.delete(frameId);
      }, retryMs);
    }
  }
}

/** @param {BoardState} state @param {string} id */
function boundsAt(state, id) {
  const { x, y, width, height, rotation } = state.worldTransform(id);
  // Turned things reach no further than their diagonal.
  const reach = rotation === 0 ? 0 : Math.hypot(width, height) / 2;
  return reach === 0 ? { x, y, width, height } : { x: x + width / 2 - reach, y: y + height / 2 - reach, width: 2 * reach, height: 2 * reach };
}
