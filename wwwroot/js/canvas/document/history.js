// @ts-check
// Undo and redo of one client's own ops, without limit. A step is what one gesture did. Undoing it writes back, register by register, what
// was there before the gesture, but only where nobody else has written since; what it writes is itself a step, for redo. The port of
// CanvasWeb.Canvas.Document.Sync.History.
//
// "Nobody else since" is a question of stamps, not of values. An undo is a write too, so its stamp must count as the stamp it brought back:
// `standing` follows that trail. Without it the second undo in a row would take the first for a foreign write. The values to go back to
// are taken anew whenever the op is applied again on top of newly ordered ops: what was "before" is known for certain only once the
// server has ordered the op.

import { clientOf, clientSeqOf, stampOf } from './ids.js';
import { maskWithdraw, nodeDelete, nodeRestore, nodeSet } from './ops.js';
import { checkRules } from './rules.js';
import { maskOf } from './state.js';

/** @typedef {import('./state.js').BoardState} BoardState */
/** @typedef {import('./state.js').BoardNode} BoardNode */
/** @typedef {import('./wire.js').BoardOp} BoardOp */
/** @typedef {import('./wire.js').ClientOp} ClientOp */
/** @typedef {'alive' | 'transform' | 'order' | 'style' | 'text' | 'settings' | 'mask'} PropertyGroup What is written, and undone, as a whole. */

/**
 * @typedef {object} PropertyChange One register that one own op wrote: what was there before, and who had written that.
 * @property {string} node
 * @property {PropertyGroup} group
 * @property {string | null} entry Which mask entry, for `mask`.
 * @property {any} before The value to go back to.
 * @property {string | null} beforeBy Null if there was nothing before: the op added the node or the entry.
 * @property {string} afterBy The own op.
 */
/** @typedef {{ clientSeq: number, node: string, changes: PropertyChange[] }} OpRecord */
/** @typedef {{ ops: OpRecord[], isStacked: boolean }} Step What one gesture did; `isStacked` while it is on one of the two stacks. */

/** Validates and applies one op; null if it was refused. @typedef {(op: BoardOp, step: Step) => ClientOp | null} Submit */

export class History {
  /** @type {Step[]} */
  #undo = [];

  /** @type {Step[]} */
  #redo = [];

  /** @type {Map<number, OpRecord>} */
  #pending = new Map();

  /** Which change an undoing op has reversed, by the number of that op and the group it wrote. @type {Map<string, PropertyChange>} */
  #reversed = new Map();

  get canUndo() {
    return this.#undo.length > 0;
  }

  get canRedo() {
    return this.#redo.length > 0;
  }

  /** Opens a step for a new gesture; what was undone before can no longer be redone. @returns {Step} */
  begin() {
    this.#redo.length = 0;
    return { ops: [], isStacked: false };
  }

  /** Adds an own op that is about to be applied. @param {Step} step @param {BoardState} before @param {ClientOp} own */
  record(step, before, own) {
    const record = { clientSeq: own.clientSeq, node: own.op.node, changes: changesOf(before, own) };
    step.ops.push(record);
    this.#pending.set(own.clientSeq, record);
    if (step.isStacked)
      return;
    step.isStacked = true;
    this.#undo.push(step);
  }

  /** Notes again what an own op writes, since it is applied again and perhaps to another state. @param {BoardState} before @param {ClientOp} own */
  refresh(before, own) {
    const record = this.#pending.get(own.clientSeq);
    if (record !== undefined)
      record.changes = changesOf(before, own);
  }

  /** The server has ordered the op: what was before it is final. @param {number} clientSeq */
  settle(clientSeq) {
    this.#pending.delete(clientSeq);
  }

  /** The server has refused the op: there is nothing to undo. @param {number} clientSeq */
  forget(clientSeq) {
    const record = this.#pending.get(clientSeq);
    if (record === undefined)
      return;
    this.#pending.delete(clientSeq);
    this.#drop((other) => other === record);
  }

  /** Nothing that was done with a node is undone or done again any more: it was there for something that came to nothing. Not in the port's original, as only canvases drop such nodes. @param {string} node */
  forgetNode(node) {
    for (const [clientSeq, record] of this.#pending) {
      if (record.node === node)
        this.#pending.delete(clientSeq);
    }
    this.#drop((record) => record.node === node);
  }

  /** Undoes the last step of which anything is left to undo. @param {() => BoardState} view @param {Submit} submit @returns {boolean} False if there was none. */
  undo(view, submit) {
    return this.#reverse(this.#undo, this.#redo, view, submit);
  }

  /** Does again what the last undo took back. @param {() => BoardState} view @param {Submit} submit @returns {boolean} */
  redo(view, submit) {
    return this.#reverse(this.#redo, this.#undo, view, submit);
  }

  /** @param {(record: OpRecord) => boolean} which */
  #drop(which) {
    for (const steps of [this.#undo, this.#redo]) {
      for (const step of steps) {
        keep(step.ops, (record) => !which(record));

        // A gesture that is still open stacks its step again with its next op.
        if (step.ops.length === 0)
          step.isStacked = false;
      }
      keep(steps, (step) => step.ops.length > 0);
    }
  }

  /** @param {Step[]} from @param {Step[]} to @param {() => BoardState} view @param {Submit} submit */
  #reverse(from, to, view, submit) {
    for (let step = from.pop(); step !== undefined; step = from.pop()) {
      /** @type {Step} */
      const reverse = { ops: [], isStacked: true };
      to.push(reverse);
      for (const { op, changes } of this.#inverse(step, view())) {
        const sent = submit(op, reverse);
        if (sent === null)
          continue;
        for (const change of changes)
          this.#reversed.set(reversedKey(sent.clientSeq, change.group), change);
      }
      if (reverse.ops.length > 0)
        return true;

      // Others have written over all of it: going on to the step before is what the person at the keyboard means.
      keep(to, (other) => other !== reverse);
    }
    return false;
  }

  /** @param {Step} step @param {BoardState} state @returns {{ op: BoardOp, changes: PropertyChange[] }[]} */
  #inverse(step, state) {
    // 1. One way back for each register: a drag has written the same one sixty times a second. Walk back from the last write as long as
    //    the writes follow each other; where somebody else came between, stop at what they had written.
    /** @type {Map<string, PropertyChange[]>} */
    const writes = new Map();
    for (const { changes } of step.ops) {
      for (const change of changes)
        group(writes, `${change.node} ${change.group} ${change.entry}`, change);
    }
    /** @type {PropertyChange[]} */
    const registers = [];
    for (const changes of writes.values()) {
      const way = this.#wayBack(changes, state);
      if (way !== null)
        registers.push(way);
    }

    // 2. Restored nodes first, since the rest may be written into them, deleted ones last; each from the latest to the earliest.
    registers.reverse();
    /** @type {{ op: BoardOp, changes: PropertyChange[] }[]} */
    const ops = registers.filter((change) => change.group === 'alive' && change.before).map((change) => ({ op: nodeRestore(change.node), changes: [change] }));
    /** @type {Map<string, PropertyChange[]>} */
    const nodes = new Map();
    for (const change of registers) {
      if (change.group !== 'alive' && change.group !== 'mask')
        group(nodes, change.node, change);
    }
    for (const [node, changes] of nodes) {
      // In two ops where the transform may be refused for itself (its group is gone): the other groups need not share its fate.
      for (const part of [changes.filter((change) => change.group === 'transform'), changes.filter((change) => change.group !== 'transform')]) {
        if (part.length > 0)
          ops.push({ op: nodeSet(node, Object.fromEntries(part.map((change) => [change.group, change.before]))), changes: part });
      }
    }
    for (const change of registers) {
      if (change.group === 'mask')
        ops.push({ op: maskWithdraw(change.node, /** @type {string} */ (change.entry), change.before), changes: [change] });
    }
    for (const change of registers) {
      if (change.group === 'alive' && !change.before)
        ops.push({ op: nodeDelete(change.node), changes: [change] });
    }
    return ops;
  }

  /** @param {PropertyChange[]} writes Of one register, in order. @param {BoardState} state @returns {PropertyChange | null} */
  #wayBack(writes, state) {
    const last = writes[writes.length - 1];
    const node = state.find(last.node);
    if (node === undefined || this.#standing(writtenBy(node, last), last.group) !== this.#standing(last.afterBy, last.group))
      return null;
    let first = last;
    for (let i = writes.length - 2; i >= 0 && writes[i].afterBy === first.beforeBy; i--)
      first = writes[i];

    // Deleted and brought back within one gesture: nothing to send, but the last write now stands for what was there before the first.
    if (first.group === 'alive' && first.before === node.alive.value) {
      this.#reversed.set(reversedKey(clientSeqOf(last.afterBy), last.group), first);
      return null;
    }

    // Taking back a group that others have put things into would take their things along.
    return first.group === 'alive' && first.beforeBy === null && node.kind === 'group' && this.#holdsOthers(first, state) ? null : first;
  }

  // Own members are no reason: they are moved out or deleted before the group is.
  /** @param {PropertyChange} change @param {BoardState} state */
  #holdsOthers(change, state) {
    const own = clientOf(change.afterBy);
    return state.nodes.values().some((node) => {
      if (node.transform.value.parent !== change.node || !node.alive.value)
        return false;
      const by = this.#standing(node.transform.by, 'transform');
      return by === null || clientOf(by) !== own;
    });
  }

  /** @param {string | null} stamp @param {PropertyGroup} group @returns {string | null} */
  #standing(stamp, group) {
    // Only own ops are in the table, and an op reverses what was written before it, so the trail ends.
    while (stamp !== null) {
      const change = this.#reversed.get(reversedKey(clientSeqOf(stamp), group));
      if (change === undefined || clientOf(stamp) !== clientOf(change.afterBy))
        break;
      stamp = change.beforeBy;
    }
    return stamp;
  }
}

/** What an op will write if it is applied to this state; nothing if it would have no effect. @param {BoardState} before @param {ClientOp} own @returns {PropertyChange[]} */
function changesOf(before, { client, clientSeq, op }) {
  const stamp = stampOf(client, clientSeq);
  if (checkRules(before, stamp, op) !== null)
    return [];
  /** @type {(group: PropertyGroup, entry: string | null, before: any, beforeBy: string | null) => PropertyChange} */
  const change = (group, entry, value, beforeBy) => ({ node: op.node, group, entry, before: value, beforeBy, afterBy: stamp });

  // The rules have made sure that all but the adds find their node.
  const node = /** @type {BoardNode} */ (before.find(op.node));
  switch (op.type) {
    case 'frame.add':
    case 'tile.add':
    case 'note.add':
    case 'group.add':
      return [change('alive', null, false, null)];
    case 'mask.stroke':
    case 'mask.clear':
    case 'mask.fill':
    case 'mask.invert':
      return [change('mask', stamp, true, null)];
    case 'node.delete':
    case 'node.restore':
      return [change('alive', null, node.alive.value, node.alive.by)];
    case 'mask.withdraw': {
      const entry = maskOf(node)?.find((other) => other.id === op.entry);
      return entry === undefined ? [] : [change('mask', op.entry, entry.withdrawn.value, entry.withdrawn.by)];
    }
    case 'node.set': {
      const changes = [];
      if (op.transform !== undefined)
        changes.push(change('transform', null, node.transform.value, node.transform.by));
      if (op.order !== undefined)
        changes.push(change('order', null, node.order.value, node.order.by));
      if (op.style !== undefined)
        changes.push(change('style', null, node.style.value, node.style.by));
      if (op.text !== undefined && node.kind === 'note')
        changes.push(change('text', null, node.text.value, node.text.by));
      if (op.settings !== undefined && node.kind === 'frame')
        changes.push(change('settings', null, node.settings.value, node.settings.by));
      return changes;
    }
  }
}

/** Who has written the register last; null if it is not there (any more). @param {BoardNode} node @param {PropertyChange} change @returns {string | null} */
function writtenBy(node, { group, entry }) {
  switch (group) {
    case 'alive': return node.alive.by;
    case 'transform': return node.transform.by;
    case 'order': return node.order.by;
    case 'style': return node.style.by;
    case 'text': return node.kind === 'note' ? node.text.by : null;
    case 'settings': return node.kind === 'frame' ? node.settings.by : null;
    case 'mask': return maskOf(node)?.find((other) => other.id === entry)?.withdrawn.by ?? null;
  }
}

/** @param {number} clientSeq @param {PropertyGroup} group */
const reversedKey = (clientSeq, group) => `${clientSeq} ${group}`;

/** @template T @param {Map<string, T[]>} groups @param {string} key @param {T} item */
function group(groups, key, item) {
  const items = groups.get(key);
  items === undefined ? groups.set(key, [item]) : items.push(item);
}

/** @template T @param {T[]} items @param {(item: T) => boolean} which */
function keep(items, which) {
  for (let i = items.length - 1; i >= 0; i--) {
    if (!which(items[i]))
      items.splice(i, 1);
  }
}
