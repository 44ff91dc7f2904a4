// @ts-check
// A client's copy of a board: what the server has confirmed, and on top of it what was done here and not confirmed yet. The port of
// CanvasWeb.Canvas.Document.Sync.ReplicaClient. No timers and no network: sync/ calls.
//
// Only one batch is on its way at a time, in order; the next one leaves when every op of it has been seen in the log or refused. So the
// server never meets the op that moves a node before the op that adds it, and after a lost connection sync/ just sends again.

import { History } from './history.js';
import { DEFAULT_LIMITS } from './limits.js';
import { nodeDelete } from './ops.js';
import { apply, applyLocal } from './reducer.js';
import { BoardState } from './state.js';
import { validate } from './validator.js';

/** @typedef {import('./wire.js').BoardOp} BoardOp */
/** @typedef {import('./wire.js').ClientOp} ClientOp */
/** @typedef {import('./wire.js').SequencedOp} SequencedOp */
/** @typedef {import('./wire.js').SubmitResult} SubmitResult */
/** @typedef {import('./wire.js').Refusal} Refusal */
/** @typedef {import('./validator.js').BoardRole} BoardRole */
/** @typedef {{ op: ClientOp, reason: Refusal | null }} RefusedOp No reason if the answer was lost on the way and only the log tells that it was not taken. */

// Ops that came too early wait here; past this a catch-up is cheaper than the memory.
const MAX_EARLY_OPS = 1024;

export class ReplicaClient {
  #limits;
  #history = new History();

  /** @type {{ own: ClientOp, isSent: boolean }[]} */
  #pending = [];

  /** @type {Map<number, SequencedOp>} */
  #early = new Map();

  /** @type {RefusedOp[]} */
  #refused = [];

  /** @type {import('./history.js').Step | null} */
  #gesture = null;
  #inGesture = false;
  #lastClientSeq = 0;
  #head;

  /** @param {{ client: string, actor: string, role: BoardRole, confirmed?: BoardState, limits?: import('./limits.js').BoardLimits }} options */
  constructor({ client, actor, role, confirmed = BoardState.empty, limits = DEFAULT_LIMITS }) {
    this.client = client;
    this.actor = actor;

    /** Set by sync/ when the server tells of a new role. @type {BoardRole} */
    this.role = role;

    /** The log as far as it is known here. */
    this.confirmed = confirmed;

    /** What the person sees: the confirmed state with the own pending ops applied again on top. */
    this.view = confirmed;
    this.#limits = limits;
    this.#head = confirmed.seq;
  }

  /** How many own ops the log is not known to have: "saved" when none. */
  get pendingCount() {
    return this.#pending.length;
  }

  /** The own ops that the log is not known to have, for keeping them over a reload. @returns {ClientOp[]} */
  get pendingOps() {
    return this.#pending.map((pending) => pending.own);
  }

  /** True if ops are missing here that the server has: ask for everything after `confirmed`. */
  get isBehind() {
    return this.#head > this.confirmed.seq;
  }

  get canUndo() {
    return this.#history.canUndo;
  }

  get canRedo() {
    return this.#history.canRedo;
  }

  /**
   * Does one thing, which is one undo step unless a gesture is open.
   * @param {BoardOp | readonly BoardOp[]} ops All of them or none. @returns {Refusal | null} Why it is not allowed; then nothing was done.
   */
  do(ops) {
    const all = /** @type {readonly BoardOp[]} */ (Array.isArray(ops) ? ops : [ops]);
    const refusal = this.check(all);
    if (refusal !== null)
      return refusal;
    const step = this.#inGesture ? this.#gesture ??= this.#history.begin() : this.#history.begin();
    for (const op of all)
      this.#send(op, step);
    return null;
  }

  /** Deletes a node that was added for something that came to nothing, as if it had never been there: nothing of it is left to undo. @param {string} node @returns {Refusal | null} */
  takeBack(node) {
    this.#history.forgetNode(node);
    const refusal = this.check([nodeDelete(node)]);
    if (refusal === null)
      this.#send(nodeDelete(node), null);
    return refusal;
  }

  /** Why `do` would refuse; null if it would not. @param {readonly BoardOp[]} ops @returns {Refusal | null} */
  check(ops) {
    let state = this.view;
    for (const [i, op] of ops.entries()) {
      const own = { client: this.client, clientSeq: this.#lastClientSeq + 1 + i, op };
      const refusal = validate(state, own, this.actor, this.role, this.#limits);
      if (refusal !== null)
        return refusal;
      if (i < ops.length - 1)
        state = applyLocal(state, this.actor, own);
    }
    return null;
  }

  /** Everything until `endGesture` is one undo step: a drag, a stroke with its clear, a paste. */
  beginGesture() {
    this.#inGesture = true;
    this.#gesture = null;
  }

  endGesture() {
    this.#inGesture = false;
    this.#gesture = null;
  }

  /** @returns {boolean} False if there is nothing left to undo. */
  undo() {
    this.endGesture();
    return this.#history.undo(() => this.view, (op, step) => this.#trySend(op, step));
  }

  /** @returns {boolean} False if there is nothing left to redo. */
  redo() {
    this.endGesture();
    return this.#history.redo(() => this.view, (op, step) => this.#trySend(op, step));
  }

  /**
   * The next ops to send; none while a batch is on its way.
   * @param {number} [max] @param {number} [maxChars] Of all of them as JSON; a single op that is larger goes alone. @returns {ClientOp[]}
   */
  takeBatch(max = 64, maxChars = Infinity) {
    if (this.#pending.some((pending) => pending.isSent))
      return [];
    const count = batchLength(this.pendingOps, max, maxChars);
    return this.#pending.slice(0, count).map((pending) => {
      pending.isSent = true;
      return pending.own;
    });
  }

  /** What the server says: ops of the log (in any order, any number of times), the answer to a batch, or a whole state. @param {readonly SequencedOp[] | SubmitResult | BoardState} message */
  receive(message) {
    if (message instanceof BoardState)
      this.#receiveState(message);
    else if ('outcomes' in message)
      this.#receiveResult(message);
    else
      this.#receiveOps(message);
    this.#rebase();
  }

  /** The connection is new: everything pending is to be sent again. @returns {number} The last op known here; the server answers with what follows. */
  reconnect() {
    for (const pending of this.#pending)
      pending.isSent = false;
    return this.confirmed.seq;
  }

  /** Own ops that were not taken since the last call, for a message at the thing that failed. @returns {RefusedOp[]} */
  takeRefused() {
    return this.#refused.splice(0);
  }

  /** @param {readonly SequencedOp[]} rows */
  #receiveOps(rows) {
    for (const row of rows) {
      this.#head = Math.max(this.#head, row.seq);
      if (row.seq === this.confirmed.seq + 1 || (row.seq > this.confirmed.seq && this.#early.size < MAX_EARLY_OPS))
        this.#early.set(row.seq, row);
      this.#advance();
    }
  }

  /** @param {SubmitResult} result */
  #receiveResult(result) {
    this.#head = Math.max(this.#head, result.head);
    for (const outcome of result.outcomes) {
      // Accepted and duplicate ops stay pending until the log brings them: dropped before, the picture would jump back and forth.
      if (outcome.kind === 'refused')
        this.#drop((own) => own.clientSeq === outcome.clientSeq, outcome.refusal ?? null);
    }
  }

  /** @param {BoardState} state For a client that is too far behind for single ops. */
  #receiveState(state) {
    this.#head = Math.max(this.#head, state.seq);
    if (state.seq <= this.confirmed.seq)
      return;
    this.confirmed = state;
    const taken = state.clients.get(this.client)?.lastClientSeq ?? 0;
    this.#pending = this.#pending.filter(({ own }) => {
      if (own.clientSeq > taken)
        return true;
      this.#history.settle(own.clientSeq);
      return false;
    });
    for (const seq of this.#early.keys()) {
      if (seq <= state.seq)
        this.#early.delete(seq);
    }
    this.#advance();
  }

  #advance() {
    for (let row = this.#early.get(this.confirmed.seq + 1); row !== undefined; row = this.#early.get(this.confirmed.seq + 1)) {
      this.#early.delete(row.seq);
      const { client, clientSeq, op } = row;
      if (client === this.client) {
        this.#history.refresh(this.confirmed, { client, clientSeq, op });
        this.#history.settle(clientSeq);
        this.#pending = this.#pending.filter(({ own }) => own.clientSeq !== clientSeq);

        // The writer only takes rising numbers: whatever is pending with a smaller one was refused, and the answer was lost.
        this.#drop((own) => own.clientSeq < clientSeq, null);
      }
      this.confirmed = apply(this.confirmed, row);
    }
  }

  /** @param {(own: ClientOp) => boolean} which @param {Refusal | null} reason */
  #drop(which, reason) {
    this.#pending = this.#pending.filter(({ own }) => {
      if (!which(own))
        return true;
      this.#history.forget(own.clientSeq);
      this.#refused.push({ op: own, reason });
      return false;
    });
  }

  #rebase() {
    let view = this.confirmed;
    for (const { own } of this.#pending) {
      this.#history.refresh(view, own);
      view = applyLocal(view, this.actor, own);
    }
    this.view = view;
  }

  /** @param {BoardOp} op @param {import('./history.js').Step} step @returns {ClientOp | null} */
  #trySend(op, step) {
    return this.check([op]) === null ? this.#send(op, step) : null;
  }

  /** @param {BoardOp} op @param {import('./history.js').Step | null} step  Null for what cannot be undone. @returns {ClientOp} */
  #send(op, step) {
    const own = { client: this.client, clientSeq: ++this.#lastClientSeq, op };
    if (step !== null)
      this.#history.record(step, this.view, own);
    this.view = applyLocal(this.view, this.actor, own);
    this.#pending.push({ own, isSent: false });
    return own;
  }
}

/**
 * How many of the ops fit into one message.
 * @param {readonly ClientOp[]} ops @param {number} max @param {number} maxChars Of all of them as JSON; a single op that is larger goes alone. @returns {number}
 */
export function batchLength(ops, max, maxChars) {
  const most = Math.min(ops.length, max);
  for (let count = 0, chars = 0; count < most; count++) {
    chars += maxChars === Infinity ? 0 : JSON.stringify(ops[count]).length;
    if (chars > maxChars)
      return Math.max(1, count);
  }
  return most;
}
