// @ts-check
// A board after a number of ops. Nothing here is ever changed: an op gives a new state that shares all unchanged nodes with the old one,
// so whoever draws compares by identity (`changesSince` tells what to look at).

import { hit, within } from '../geometry/transform.js';
import { compareKeys } from './orderkey.js';
import { PersistentMap } from './persistent-map.js';

/** @typedef {import('../geometry/transform.js').Transform} Transform */
/** @typedef {import('../geometry/rect.js').Point} Point */
/** @typedef {'frame' | 'tile' | 'note' | 'group'} NodeKind */

/** A property that is written as a whole, with the stamp ("client:seq") of the op that wrote it last. @template T @typedef {{ readonly value: T, readonly by: string }} Register */

/**
 * @typedef {object} NodeStyle
 * @property {number} opacity 0 to 1.
 * @property {boolean} hidden Not drawn, not hit, not part of a plan.
 * @property {boolean} locked The tools leave it alone; ops are still taken.
 * @property {string} [colour] A name from the palette ("amber"), for notes and frames.
 * @property {string} [name] Shown in the layers list; absent is made from the kind.
 */
/**
 * @typedef {object} FrameSettings What a frame asks of the model. Absent means: the model's own default.
 * @property {string} prompt
 * @property {string} negativePrompt
 * @property {string} [model]
 * @property {number} count Candidates, 1 to 8.
 * @property {number} [seed] Absent draws a new seed for each generation.
 * @property {number} [steps]
 * @property {number} [guidance]
 * @property {string} [scheduler]
 * @property {number} [strength] 0 to 1: how far a picture under the frame may change.
 * @property {number} [softness] 0 to 1: how softly new parts blend into kept ones.
 * @property {boolean} remake Everything under the frame is to be made anew, also where pictures cover it.
 * @property {number} [priorSamples] 1 to 8, for models with a prior: how many image embeddings are drawn for each picture.
 */
/**
 * @typedef {object} TileContent The picture of a tile: immutable and named by its content.
 * @property {string} sha256 64 lower-case hex digits of the stored bytes.
 * @property {number} pixelWidth
 * @property {number} pixelHeight
 * @property {string} [solid] Where the picture is opaque: 16 x 16 bits as 64 hex digits; absent where it is so everywhere.
 * @property {string} [job] The generation that made it; absent for uploads.
 * @property {number} [image] Which picture of that generation, from 0.
 * @property {string} [frame] The frame that it was made in.
 */
/**
 * @typedef {object} MaskStroke One movement of the brush or lasso, in the coordinates of the mask: world for a frame, its pixels for a tile.
 * @property {'brush' | 'lasso'} shape
 * @property {number} radius At full pressure, to the outside of the soft edge.
 * @property {number} softness 0 is a hard edge; 1 fades over the whole radius.
 * @property {boolean} erase
 * @property {readonly number[]} points Flat: x, y, pressure, x, y, pressure...
 */
/** @typedef {'stroke' | 'clear' | 'fill' | 'invert'} MaskAction */
/** @typedef {{ readonly id: string, readonly action: MaskAction, readonly withdrawn: Register<boolean>, readonly stroke?: MaskStroke }} MaskEntry */

/**
 * @typedef {object} NodeBase
 * @property {string} id
 * @property {string} createdBy The actor.
 * @property {Register<boolean>} alive False is a tombstone: it can be restored, and its id is never used again.
 * @property {Register<Transform>} transform
 * @property {Register<string>} order
 * @property {Register<NodeStyle>} style
 */
/** @typedef {NodeBase & { kind: 'frame', settings: Register<FrameSettings>, mask: readonly MaskEntry[] }} FrameNode Its mask is told in world coordinates. */
/** @typedef {NodeBase & { kind: 'tile', content: TileContent, mask: readonly MaskEntry[] }} TileNode Its mask is told in the picture's pixels. */
/** @typedef {NodeBase & { kind: 'note', text: Register<string> }} NoteNode */
/** @typedef {NodeBase & { kind: 'group' }} GroupNode The one kind that others can lie in. */
/** @typedef {FrameNode | TileNode | NoteNode | GroupNode} BoardNode */
/** @typedef {{ readonly actor: string, readonly lastClientSeq: number }} ClientProgress */

// Masks are never changed, only replaced: each is counted once.
/** @type {WeakMap<readonly MaskEntry[], number>} */
const countedMasks = new WeakMap();

/** @param {readonly MaskEntry[]} mask */
function pointsOf(mask) {
  const known = countedMasks.get(mask);
  if (known !== undefined)
    return known;
  const points = mask.reduce((sum, entry) => sum + (entry.stroke?.points.length ?? 0) / 3, 0);
  countedMasks.set(mask, points);
  return points;
}

// Past so many changes since the order was asked for last, looking at all nodes is no more work.
const MAX_CHANGED = 64;

/**
 * The live nodes in painting order. Shared by all states between two ops that change who is there, who lies in whom or what lies over
 * what: while things are dragged about, nothing is sorted. When something is, the order before is where it starts from: nearly sorted
 * lists are sorted in one pass.
 */
class Layering {
  /** @type {{ ids: readonly string[], members: ReadonlyMap<string | undefined, readonly string[]> } | null} */
  #known = null;

  /** An earlier order, and what was written since; null means that all nodes have to be looked at. @type {readonly string[] | null} */
  #base = null;

  /** @type {readonly string[]} */
  #changed = [];

  /** @param {BoardState} state Any of the states that share this. */
  of(state) {
    if (this.#known === null) {
      this.#known = sortLayers(this.#candidates(state));
      this.#base = null;
      this.#changed = [];
    }
    return this.#known;
  }

  /** The order after a node was written so that it may stand elsewhere. @param {BoardNode} node @returns {Layering} */
  after(node) {
    const next = new Layering();

    // A group that comes back brings all that lies in it.
    const base = this.#known?.ids ?? this.#base;
    if (base !== null && node.kind !== 'group' && this.#changed.length < MAX_CHANGED) {
      next.#base = base;
      next.#changed = [...this.#changed, node.id];
    }
    return next;
  }

  /** @param {BoardState} state @returns {BoardNode[]} All live nodes, and perhaps some that are not. */
  #candidates(state) {
    if (this.#base === null)
      return state.nodes.values();
    const added = new Set(this.#changed);
    const nodes = [];
    for (const id of this.#base) {
      added.delete(id);
      nodes.push(/** @type {BoardNode} */ (state.find(id)));
    }
    for (const id of added)
      nodes.push(/** @type {BoardNode} */ (state.find(id)));
    return nodes;
  }
}

export class BoardState {
  /** @type {readonly BoardNode[] | null} */
  #layers = null;

  #layering;

  /**
   * @param {number} seq The last op of the log that is in here; 0 for a new board.
   * @param {PersistentMap<BoardNode>} nodes All nodes, tombstones included.
   * @param {PersistentMap<ClientProgress>} clients How far each client's ops are in here.
   * @param {Layering} [layering] From a state with the same layers.
   */
  constructor(seq, nodes, clients, layering = new Layering()) {
    this.seq = seq;
    this.nodes = nodes;
    this.clients = clients;
    this.#layering = layering;
  }

  /** @type {BoardState} */
  static empty = new BoardState(0, PersistentMap.empty(), PersistentMap.empty());

  /** @param {BoardNode} node Written or new. @returns {BoardState} */
  withNode(node) {
    const before = this.nodes.get(node.id);
    const same = before !== undefined && before.alive.value === node.alive.value
      && before.order.value === node.order.value && before.transform.value.parent === node.transform.value.parent;
    return new BoardState(this.seq, this.nodes.set(node.id, node), this.clients, same ? this.#layering : this.#layering.after(node));
  }

  /** @param {number} seq @param {string} client @param {ClientProgress} progress @returns {BoardState} */
  withProgress(seq, client, progress) {
    return new BoardState(seq, this.nodes, this.clients.set(client, progress), this.#layering);
  }

  /** @param {string} id @returns {BoardNode | undefined} */
  find(id) {
    return this.nodes.get(id);
  }

  /** True if the node and every group around it are there and not deleted. @param {string} id */
  isLive(id) {
    // The parents never form a ring: every op that sets one is checked against the whole chain, tombstones included.
    for (let at = /** @type {string | undefined} */ (id); at !== undefined;) {
      const node = this.nodes.get(at);
      if (node === undefined || !node.alive.value)
        return false;
      at = node.transform.value.parent;
    }
    return true;
  }

  /** True if the node is live and neither it nor a group around it is hidden. @param {string} id */
  isShown(id) {
    for (let at = /** @type {string | undefined} */ (id); at !== undefined;) {
      const node = this.nodes.get(at);
      if (node === undefined || !node.alive.value || node.style.value.hidden)
        return false;
      at = node.transform.value.parent;
    }
    return true;
  }

  /** Where a node is on the board itself, groups unwound; also told for tombstones. @param {string} id @returns {Transform} @throws {Error} There was never such a node. */
  worldTransform(id) {
    let transform = this.#need(id).transform.value;
    while (transform.parent !== undefined)
      transform = within(transform, this.#need(transform.parent).transform.value);
    return transform;
  }

  /** All live nodes in painting order, the lowest first: a group is followed by what lies in it. @returns {readonly BoardNode[]} */
  layers() {
    return this.#layers ??= this.#layering.of(this).ids.map((id) => this.#need(id));
  }

  /** The ids of `layers`: the same list, by identity, as long as nothing is added, deleted, reordered or put into a group. @returns {readonly string[]} */
  layerIds() {
    return this.#layering.of(this).ids;
  }

  /** The live nodes directly in a group (undefined: on the board itself), the lowest first. @param {string | undefined} group @returns {readonly string[]} */
  members(group) {
    return this.#layering.of(this).members.get(group) ?? [];
  }

  /** The topmost shown node under a point of the board, groups excepted; null if there is none. @param {Point} worldPoint @param {number} [slop] World units. @returns {BoardNode | null} */
  hitTest(worldPoint, slop = 0) {
    const layers = this.layers();
    for (let i = layers.length - 1; i >= 0; i--) {
      const node = layers[i];
      if (node.kind !== 'group' && hit(this.worldTransform(node.id), worldPoint, slop) && this.isShown(node.id))
        return node;
    }
    return null;
  }

  /** Points of all strokes of all masks, tombstones included. */
  maskPoints() {
    let points = 0;
    this.nodes.forEach((node) => {
      const mask = maskOf(node);
      if (mask !== undefined && mask.length > 0)
        points += pointsOf(mask);
    });
    return points;
  }

  /** How many groups are around something in this parent. @param {string | undefined} parent */
  depth(parent) {
    let depth = 0;
    for (let at = parent; at !== undefined; at = this.#need(at).transform.value.parent)
      depth++;
    return depth;
  }

  /** How many levels lie in a node, tombstones included since they may come back: 0 for anything but a group with members. @param {string} id */
  height(id) {
    if (this.nodes.get(id)?.kind !== 'group')
      return 0;

    // One pass over the board, whatever the number of groups in groups.
    /** @type {Map<string, BoardNode[]>} */
    const members = new Map();
    this.nodes.forEach((node) => {
      const parent = node.transform.value.parent;
      if (parent !== undefined)
        members.has(parent) ? /** @type {BoardNode[]} */ (members.get(parent)).push(node) : members.set(parent, [node]);
    });
    /** @type {(group: string) => number} */
    const below = (group) => Math.max(0, ...(members.get(group) ?? []).map((node) => 1 + (node.kind === 'group' ? below(node.id) : 0)));
    return below(id);
  }

  /** The ids of all nodes that were added or written since another state of this board; costs what has changed, not what there is. @param {BoardState} before @returns {string[]} */
  changesSince(before) {
    /** @type {string[]} */
    const ids = [];
    this.nodes.diff(before.nodes, (id) => ids.push(id));
    return ids;
  }

  /** @param {string} id @returns {BoardNode} */
  #need(id) {
    const node = this.nodes.get(id);
    if (node === undefined)
      throw new Error(`There was never a node ${id} on this board.`);
    return node;
  }
}

/** The mask of a frame or tile; undefined for what has none. @param {BoardNode} node @returns {readonly MaskEntry[] | undefined} */
export const maskOf = (node) => (node.kind === 'frame' || node.kind === 'tile' ? node.mask : undefined);

/** @param {readonly BoardNode[]} candidates All live nodes are among these. */
function sortLayers(candidates) {
  /** @type {Map<string | undefined, BoardNode[]>} */
  const children = new Map();
  for (const node of candidates) {
    if (!node.alive.value)
      continue;
    const parent = node.transform.value.parent;
    const siblings = children.get(parent);
    siblings === undefined ? children.set(parent, [node]) : siblings.push(node);
  }
  /** @type {string[]} */
  const ids = [];
  /** @type {Map<string | undefined, string[]>} */
  const members = new Map();
  visit(undefined);
  return { ids, members };

  // Live nodes only have live parents, so one walk from the board downwards finds exactly the live ones.
  /** @param {string | undefined} parent */
  function visit(parent) {
    const siblings = children.get(parent);
    if (siblings === undefined)
      return;

    // Equal keys go by the id, not by who wrote the key last: an undo writes too, and would then turn two layers around.
    siblings.sort((a, b) => compareKeys(a.order.value, b.order.value) || compareKeys(a.id, b.id));
    members.set(parent, siblings.map((node) => node.id));
    for (const node of siblings) {
      ids.push(node.id);
      if (node.kind === 'group')
        visit(node.id);
    }
  }
}
