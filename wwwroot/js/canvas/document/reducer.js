// @ts-check
// Applies ops. Total: an op without meaning in this state (its node is gone, its group is gone) changes nothing but the sequence number.
// Deterministic: nothing but the state and the op is looked at. The port of BoardReducer, held against tests/golden/boards.

import { stampOf } from './ids.js';
import { checkRules } from './rules.js';
import { maskOf } from './state.js';
import { DEFAULT_SETTINGS, DEFAULT_STYLE } from './wire.js';

/** @typedef {import('./state.js').BoardState} BoardState */
/** @typedef {import('./state.js').BoardNode} BoardNode */
/** @typedef {import('./state.js').MaskEntry} MaskEntry */
/** @typedef {import('./wire.js').BoardOp} BoardOp */
/** @typedef {import('./wire.js').NodeSet} NodeSet */
/** @typedef {import('./wire.js').ClientOp} ClientOp */
/** @typedef {import('./wire.js').SequencedOp} SequencedOp */

/**
 * The next op of the log. An op that is already in the state changes nothing.
 * @param {BoardState} state @param {SequencedOp} row @returns {BoardState}
 * @throws {RangeError} An op between is missing: applying on would make replicas differ for ever.
 */
export function apply(state, row) {
  if (row.seq <= state.seq)
    return state;
  if (row.seq !== state.seq + 1)
    throw new RangeError(`Op ${row.seq} does not follow op ${state.seq}.`);
  return change(state, stampOf(row.client, row.clientSeq), row.actor, row.op)
    .withProgress(row.seq, row.client, { actor: row.actor, lastClientSeq: row.clientSeq });
}

/** A whole log, or the rest of one. @param {BoardState} state @param {Iterable<SequencedOp>} log @returns {BoardState} */
export function replay(state, log) {
  for (const row of log)
    state = apply(state, row);
  return state;
}

/** An op that the server has not ordered yet: the sequence number stays. @param {BoardState} state @param {string} actor @param {ClientOp} own @returns {BoardState} */
export const applyLocal = (state, actor, own) => change(state, stampOf(own.client, own.clientSeq), actor, own.op);

/** @param {BoardState} state @param {string} by @param {string} actor @param {BoardOp} op @returns {BoardState} */
function change(state, by, actor, op) {
  if (checkRules(state, by, op) !== null)
    return state;

  // The rules have found the node of every op but the adds.
  const node = /** @type {BoardNode} */ (state.find(op.node));
  switch (op.type) {
    case 'frame.add':
      return state.withNode({ kind: 'frame', ...born(op, actor, by), settings: { value: op.settings ?? DEFAULT_SETTINGS, by }, mask: [] });
    case 'tile.add':
      return state.withNode({ kind: 'tile', ...born(op, actor, by), content: op.content, mask: [] });
    case 'note.add':
      return state.withNode({ kind: 'note', ...born(op, actor, by), text: { value: op.text, by } });
    case 'group.add':
      return state.withNode({ kind: 'group', ...born(op, actor, by) });
    case 'node.set':
      return state.withNode(write(node, op, by));
    case 'node.delete':
      return state.withNode({ ...node, alive: { value: false, by } });
    case 'node.restore':
      return state.withNode(restore(state, node, by));
    case 'mask.stroke':
      return state.withNode(addEntry(node, { id: by, action: 'stroke', withdrawn: { value: false, by }, stroke: op.stroke }));
    case 'mask.clear':
    case 'mask.fill':
    case 'mask.invert':
      return state.withNode(addEntry(node, { id: by, action: ACTIONS[op.type], withdrawn: { value: false, by } }));
    case 'mask.withdraw':
      return state.withNode(withMask(node, (mask) => mask.map((entry) => (entry.id === op.entry ? { ...entry, withdrawn: { value: op.withdrawn, by } } : entry))));
  }
}

/** @type {{ 'mask.clear': 'clear', 'mask.fill': 'fill', 'mask.invert': 'invert' }} */
const ACTIONS = { 'mask.clear': 'clear', 'mask.fill': 'fill', 'mask.invert': 'invert' };

/** @param {import('./wire.js').FrameAdd | import('./wire.js').TileAdd | import('./wire.js').NoteAdd | import('./wire.js').GroupAdd} op @param {string} actor @param {string} by */
const born = (op, actor, by) => ({
  id: op.node,
  createdBy: actor,
  alive: { value: true, by },
  transform: { value: op.transform, by },
  order: { value: op.order, by },
  style: { value: op.style ?? DEFAULT_STYLE, by },
});

/** @param {BoardNode} node @param {NodeSet} set @param {string} by @returns {BoardNode} */
function write(node, set, by) {
  const next = { ...node };
  if (set.transform !== undefined)
    next.transform = { value: set.transform, by };
  if (set.order !== undefined)
    next.order = { value: set.order, by };
  if (set.style !== undefined)
    next.style = { value: set.style, by };
  if (set.text !== undefined && next.kind === 'note')
    next.text = { value: set.text, by };
  if (set.settings !== undefined && next.kind === 'frame')
    next.settings = { value: set.settings, by };
  return next;
}

/** @param {BoardState} state @param {BoardNode} node @param {string} by @returns {BoardNode} */
function restore(state, node, by) {
  const back = { ...node, alive: { value: true, by } };

  // Nobody is left without a parent: what comes back into a deleted group would stay invisible.
  const parent = node.transform.value.parent;
  if (parent !== undefined && !state.isLive(parent)) {
    // A frame comes out of a turned group upright: no other frame is allowed, and a later undo could not write a turned one back.
    const lifted = state.worldTransform(node.id);
    back.transform = { value: node.kind === 'frame' ? { ...lifted, rotation: 0 } : lifted, by };
  }
  return back;
}

/** @param {BoardNode} node @param {MaskEntry} entry */
const addEntry = (node, entry) => withMask(node, (mask) => [...mask, entry]);

/** @param {BoardNode} node @param {(mask: readonly MaskEntry[]) => readonly MaskEntry[]} change @returns {BoardNode} */
function withMask(node, change) {
  const mask = maskOf(node);
  return mask === undefined ? node : /** @type {BoardNode} */ ({ ...node, mask: change(mask) });
}
