// @ts-check
// A server and some clients over a line that loses, doubles, delays and reorders messages and breaks off; the server is killed now and
// then and starts again from its log. All by one seed. After SimulatedNetwork of the C# tests.
import assert from 'node:assert/strict';
import { stampOf } from '../../../wwwroot/js/canvas/document/ids.js';
import { replay } from '../../../wwwroot/js/canvas/document/reducer.js';
import { ReplicaClient } from '../../../wwwroot/js/canvas/document/replica.js';
import { readSnapshot, snapshotOf } from '../../../wwwroot/js/canvas/document/snapshot.js';
import { BoardState } from '../../../wwwroot/js/canvas/document/state.js';
import { RandomOps } from './random-ops.js';
import { BoardWriter } from './writer.js';

/** @typedef {import('../../../wwwroot/js/canvas/document/wire.js').ClientOp} ClientOp */
/** @typedef {{ replica: ReplicaClient, ops: RandomOps, up: ClientOp[][], down: any[], isUp: boolean }} Line */

const FAR_BEHIND = 15;

export class SimulatedNetwork {
  #random;

  /** @type {Line[]} */
  #lines = [];

  writer = new BoardWriter();

  /** Ops that a client was told are stored. @type {Set<string>} */
  acknowledged = new Set();
  kills = 0;
  undos = 0;
  snapshots = 0;
  duplicates = 0;

  /** @param {import('./random.js').Random} random @param {number} clients */
  constructor(random, clients) {
    this.#random = random;
    for (let i = 0; i < clients; i++) {
      const replica = new ReplicaClient({ client: `c${i}`, actor: `person${i}`, role: 'editor' });
      this.#lines.push({ replica, ops: new RandomOps(random, replica.client), up: [], down: [], isUp: true });
    }
  }

  get replicas() {
    return this.#lines.map((line) => line.replica);
  }

  step() {
    const random = this.#random;
    const line = random.pick(this.#lines);
    const what = random.below(100);
    if (what < 30) {
      if (random.oneIn(8))
        line.replica.beginGesture();
      line.replica.do(line.ops.next(line.replica.view));
      if (random.oneIn(3))
        line.replica.endGesture();
    } else if (what < 36) {
      this.undos += line.replica.undo() ? 1 : 0;
    } else if (what < 39) {
      line.replica.redo();
    } else if (what < 58) {
      this.#upload(line, false);
    } else if (what < 74) {
      this.#toServer(line, false);
    } else if (what < 92) {
      this.#toClient(line, false);
    } else if (what < 95) {
      line.isUp = false;
    } else if (what < 99) {
      this.#connect(line);
    } else {
      this.#kill();
    }
  }

  /** Everybody stops typing and the line becomes perfect, until nothing is left to say. */
  quiet() {
    for (let round = 0; round < 200; round++) {
      for (const line of this.#lines) {
        this.#connect(line);
        this.#upload(line, true);
        while (line.up.length > 0)
          this.#toServer(line, true);
        while (line.down.length > 0)
          this.#toClient(line, true);
      }
      if (this.replicas.every((replica) => replica.pendingCount === 0 && replica.confirmed.seq === this.writer.state.seq))
        return;
    }
    assert.fail('The replicas never came to rest.');
  }

  /** @param {Line} line @param {boolean} isPerfect */
  #upload(line, isPerfect) {
    if (!line.isUp)
      return;
    const batch = line.replica.takeBatch(this.#random.between(1, 8));
    if (batch.length === 0)
      return;
    line.up.push(batch);
    if (!isPerfect && this.#random.oneIn(6))
      line.up.push(batch);
  }

  /** @param {Line} line @param {boolean} isPerfect */
  #toServer(line, isPerfect) {
    if (line.up.length === 0)
      return;
    const [batch] = line.up.splice(isPerfect ? 0 : this.#random.below(line.up.length), 1);
    if (!isPerfect && this.#random.oneIn(8))
      return;

    // Stored first, answered then: a server that is killed between the two has stored ops that nobody was told of.
    const { result, accepted } = this.writer.submit(batch, line.replica.actor, line.replica.role);
    this.duplicates += result.outcomes.filter((outcome) => outcome.kind === 'duplicate').length;
    if (!isPerfect && this.#random.oneIn(20)) {
      this.#kill();
      return;
    }
    line.down.push(result);
    for (const outcome of result.outcomes) {
      if (outcome.kind === 'accepted')
        this.acknowledged.add(stampOf(line.replica.client, outcome.clientSeq));
    }
    if (accepted.length === 0)
      return;
    for (const other of this.#lines) {
      if (other.isUp)
        other.down.push(accepted);
    }
  }

  /** @param {Line} line @param {boolean} isPerfect */
  #toClient(line, isPerfect) {
    if (line.down.length === 0)
      return;
    const index = isPerfect ? 0 : this.#random.below(line.down.length);
    const message = line.down[index];
    if (isPerfect || !this.#random.oneIn(8))
      line.down.splice(index, 1);
    if (isPerfect || !this.#random.oneIn(8))
      line.replica.receive(message);
  }

  /** @param {Line} line */
  #connect(line) {
    line.isUp = true;

    // What is still on the old line may arrive late or never.
    if (this.#random.oneIn(2))
      line.up.length = 0;
    if (this.#random.oneIn(2))
      line.down.length = 0;
    const known = line.replica.reconnect();
    if (this.writer.state.seq - known > FAR_BEHIND) {
      const snapshot = snapshotOf(this.writer.state);
      line.down.push(readSnapshot(JSON.parse(JSON.stringify({ ...snapshot, clients: snapshot.clients.filter((entry) => entry.client === line.replica.client) }))));
      this.snapshots++;
    } else {
      line.down.push(this.writer.after(known));
    }
  }

  #kill() {
    this.kills++;
    const { log } = this.writer;
    const half = replay(BoardState.empty, log.slice(0, this.#random.below(log.length + 1)));
    const stored = readSnapshot(JSON.parse(JSON.stringify(snapshotOf(half))));
    this.writer.state = replay(stored, log.slice(stored.seq));
    for (const line of this.#lines) {
      line.isUp = false;
      line.up.length = 0;
    }
  }
}
