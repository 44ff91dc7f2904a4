// @ts-check
// What of the document is on the board to see and to hit: groups unwound, in painting order, with what is being dragged where the hand
// has it. Follows the document by what changed, so that a board of thousands costs nothing while one thing moves.
import { corners, bounds, hit, relativeTo } from '../geometry/transform.js';
import { intersect, isEmpty, unionAll } from '../geometry/rect.js';

/** @typedef {import('../document/state.js').BoardState} BoardState */
/** @typedef {import('../document/state.js').BoardNode} BoardNode */
/** @typedef {import('../geometry/transform.js').Transform} Transform */
/** @typedef {import('../geometry/rect.js').Rect} Rect */
/** @typedef {import('../geometry/rect.js').Point} Point */
/**
 * @typedef {object} Item
 * @property {string} id
 * @property {BoardNode} node
 * @property {Transform} home  Where the document has it, on the board itself.
 * @property {Transform} world  Where it is shown: `home`, or where it is being dragged.
 * @property {Rect} bounds  Of `world`.
 * @property {number} opacity  Groups around it included.
 * @property {boolean} locked  It or a group around it.
 * @property {string} outermost  The group on the board itself that it lies in; its own id if it lies in none.
 */

export class Scene {
  /** @type {Item[]} */ #items = [];
  /** @type {Map<string, Item>} */ #byId = new Map();
  /** @type {readonly string[] | null} */ #layerIds = null;
  /** @type {BoardState | null} */ #state = null;
  /** @type {Map<string, Transform>} */ #drafts = new Map();

  /** Everything shown but groups, the lowest first. @returns {readonly Item[]} */
  get items() { return this.#items; }

  /** @returns {BoardState} The state it was last brought up to. */
  get state() {
    if (this.#state === null) throw new Error('The scene has no document yet.');
    return this.#state;
  }

  get hasState() { return this.#state !== null; }

  /** What is dragged, and where it is: another map for each movement. @returns {ReadonlyMap<string, Transform>} */
  get drafts() { return this.#drafts; }

  /** True while something is dragged. */
  get hasDrafts() { return this.#drafts.size > 0; }

  /** @param {string} id @returns {Item | undefined} */
  find(id) { return this.#byId.get(id); }

  /** @param {BoardState} state @returns {boolean} Whether anything can look different. */
  update(state) {
    const before = this.#state;
    if (before === state) return false;
    this.#state = state;
    const changed = before === null ? null : state.changesSince(before);
    if (changed !== null && changed.length === 0) return false;
    const isSmall = changed !== null && this.#layerIds === state.layerIds() && changed.every((id) => {
      const node = state.find(id);
      // Hiding changes the list, a group changes what lies in it: then everything is looked at again.
      return node !== undefined && node.kind !== 'group' && this.#byId.has(id) === state.isShown(id);
    });
    if (isSmall) {
      for (const id of changed) {
        const item = this.#byId.get(id);
        if (item !== undefined) this.#fill(item, state, /** @type {BoardNode} */ (state.find(id)));
      }
    } else {
      this.#rebuild(state);
    }
    return true;
  }

  /** Shows things elsewhere than the document has them; null ends it. @param {ReadonlyMap<string, Transform> | null} drafts  Places on the board itself. */
  setDrafts(drafts) {
    const before = this.#drafts;
    if (drafts === null && before.size === 0) return;
    this.#drafts = new Map(drafts ?? []);
    for (const id of new Set([...before.keys(), ...this.#drafts.keys()])) {
      const item = this.#byId.get(id);
      if (item !== undefined) place(item, this.#drafts.get(id));
    }
  }

  /** The topmost thing under a point. @param {Point} point @param {number} slop  World units. @param {(item: Item) => boolean} [filter] @returns {Item | null} */
  hitTest(point, slop, filter = () => true) {
    for (let i = this.#items.length - 1; i >= 0; i--) {
      const item = this.#items[i];
      const { x, y, width, height } = item.bounds;
      if (point.x < x - slop || point.y < y - slop || point.x > x + width + slop || point.y > y + height + slop) continue;
      if (hit(item.world, point, slop) && filter(item)) return item;
    }
    return null;
  }

  /** What a marquee catches: all it touches. @param {Rect} rect @returns {Item[]} */
  touching(rect) {
    const box = corners({ ...rect, rotation: 0 });
    return this.#items.filter((item) => !isEmpty(intersect(item.bounds, rect)) && (item.world.rotation % 90 === 0 || overlapsTurned(corners(item.world), box)));
  }

  /** @param {Iterable<string>} ids @returns {Rect | null} */
  boundsOf(ids) {
    const rects = [];
    for (const id of ids) for (const item of this.membersOf(id)) rects.push(item.bounds);
    return unionAll(rects);
  }

  /** @returns {Rect | null} */
  get bounds() { return unionAll(this.#items.map((item) => item.bounds)); }

  /** The thing itself, or all that lies in a group. @param {string} id @returns {Item[]} */
  membersOf(id) {
    const item = this.#byId.get(id);
    if (item !== undefined) return [item];
    if (this.#state?.find(id)?.kind !== 'group') return [];
    const state = this.#state;
    return state.members(id).flatMap((member) => this.membersOf(member));
  }

  /** A place on the board told as the document wants it: in the coordinates of the group around the thing. @param {string} id @param {Transform} world @returns {Transform} */
  toDocument(id, world) {
    const parent = this.state.find(id)?.transform.value.parent;
    const plain = { x: world.x, y: world.y, width: world.width, height: world.height, rotation: world.rotation };
    return parent === undefined ? plain : relativeTo(plain, this.state.worldTransform(parent), parent);
  }

  /** @param {BoardState} state */
  #rebuild(state) {
    this.#layerIds = state.layerIds();
    /** @type {Map<string, Item>} */ const next = new Map();
    this.#items = [];
    for (const id of this.#layerIds) {
      const node = state.find(id);
      if (node === undefined || node.kind === 'group' || !state.isShown(id)) continue;
      const item = this.#byId.get(id) ?? /** @type {Item} */ ({ id });
      this.#fill(item, state, node);
      next.set(id, item);
      this.#items.push(item);
    }
    this.#byId = next;
  }

  /** @param {Item} item @param {BoardState} state @param {BoardNode} node */
  #fill(item, state, node) {
    item.node = node;
    item.home = node.transform.value.parent === undefined ? node.transform.value : state.worldTransform(node.id);
    item.opacity = node.style.value.opacity;
    item.locked = node.style.value.locked;
    item.outermost = node.id;
    for (let at = node.transform.value.parent; at !== undefined;) {
      const group = /** @type {BoardNode} */ (state.find(at));
      item.opacity *= group.style.value.opacity;
      item.locked ||= group.style.value.locked;
      item.outermost = at;
      at = group.transform.value.parent;
    }
    place(item, this.#drafts.get(node.id));
  }
}

/** @param {Item} item @param {Transform | undefined} draft */
function place(item, draft) {
  item.world = draft ?? item.home;
  item.bounds = bounds(item.world);
}

// Two convex shapes are apart if one of their sides has all of the other beyond it.
/** @param {Point[]} a @param {Point[]} b */
function overlapsTurned(a, b) {
  for (const [shape, other] of [[a, b], [b, a]]) {
    for (let i = 0; i < shape.length; i++) {
      const [p, q] = [shape[i], shape[(i + 1) % shape.length]];
      if (other.every((point) => (q.x - p.x) * (point.y - p.y) - (q.y - p.y) * (point.x - p.x) < 0)) return false;
    }
  }
  return true;
}
