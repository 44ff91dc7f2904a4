// @ts-check
// What must hold of the state for an op to have a meaning. The validator refuses by it, the reducer does nothing by it: so an op that the
// server will refuse has no effect in an optimistic replica either. Limits do not belong here: they may change, a log may not.

import { clientOf } from './ids.js';
import { maskOf } from './state.js';

/** @typedef {import('./state.js').BoardState} BoardState */
/** @typedef {import('./wire.js').BoardOp} BoardOp */
/** @typedef {import('./wire.js').Refusal} Refusal */

/** @param {string} code @param {string} sentence @returns {Refusal} */
export const refuse = (code, sentence) => ({ code, sentence });

/** @param {BoardState} state @param {string} stamp Of the op. @param {BoardOp} op @returns {Refusal | null} */
export function checkRules(state, stamp, op) {
  const node = state.find(op.node);
  switch (op.type) {
    case 'frame.add':
    case 'tile.add':
    case 'note.add':
    case 'group.add':
      if (node !== undefined)
        return refuse('node_exists', `The id ${op.node} is taken: every node needs a new one, also after a delete.`);
      return checkParent(state, op.node, op.transform.parent);
    case 'node.restore':
      if (node === undefined)
        return unknown(op.node);
      return node.alive.value ? refuse('node_alive', 'This is already back on the board.') : null;
  }

  // 1. All other ops change something that is there.
  if (node === undefined)
    return unknown(op.node);
  if (!state.isLive(op.node))
    return refuse('node_gone', 'Somebody has deleted this meanwhile.');

  // 2. Each kind has its own properties.
  switch (op.type) {
    case 'node.delete':
      return null;
    case 'node.set':
      if (op.text !== undefined && node.kind !== 'note')
        return refuse('wrong_kind', 'Only a note has a text.');
      if (op.settings !== undefined && node.kind !== 'frame')
        return refuse('wrong_kind', 'Only a frame has generation settings.');
      return op.transform === undefined ? null : checkParent(state, op.node, op.transform.parent);
    case 'mask.withdraw':
      if (clientOf(op.entry) !== clientOf(stamp))
        return refuse('not_allowed', 'Only the one who painted a stroke can take it back.');
      return maskOf(node)?.some((entry) => entry.id === op.entry) ? null : refuse('entry_unknown', 'There is no such stroke in this mask.');
    case 'mask.stroke':
    case 'mask.clear':
    case 'mask.fill':
    case 'mask.invert':
      return maskOf(node) === undefined ? refuse('wrong_kind', 'Only frames and pictures have a mask.') : null;
    default:
      return refuse('unknown_type', 'This version does not know this op.');
  }
}

/** @param {BoardState} state @param {string} node @param {string | undefined} parent @returns {Refusal | null} */
function checkParent(state, node, parent) {
  if (parent === undefined)
    return null;
  for (let at = /** @type {string | undefined} */ (parent); at !== undefined; at = state.find(at)?.transform.value.parent) {
    if (at === node)
      return refuse('parent_cycle', 'A group cannot lie in itself.');
  }
  if (!state.isLive(parent))
    return refuse('parent_gone', 'The group is not there any more.');
  return state.find(parent)?.kind === 'group' ? null : refuse('wrong_kind', 'Only a group can hold others.');
}

/** @param {string} id @returns {Refusal} */
const unknown = (id) => refuse('node_unknown', `There is no ${id} on this board.`);
