// @ts-check
// Short words for boards in tests.
import assert from 'node:assert/strict';
import * as ops from '../../../wwwroot/js/canvas/document/ops.js';
import { compareKeys } from '../../../wwwroot/js/canvas/document/orderkey.js';
import { ReplicaClient } from '../../../wwwroot/js/canvas/document/replica.js';
import { snapshotOf } from '../../../wwwroot/js/canvas/document/snapshot.js';
import { maskOf } from '../../../wwwroot/js/canvas/document/state.js';
import { transform } from '../../../wwwroot/js/canvas/geometry/transform.js';
import { BoardWriter } from './writer.js';

/** @typedef {import('../../../wwwroot/js/canvas/document/state.js').BoardState} BoardState */
/** @typedef {import('../../../wwwroot/js/canvas/document/state.js').Transform} Transform */

export const at = transform;

/** @param {string} node @param {Transform} [place] @param {string} [order] */
export const note = (node, place = at(0, 0, 100, 100), order = 'a0', text = 'note') => ops.noteAdd({ node, transform: place, order, text });

/** @param {string} node @param {Transform} [place] @param {string} [order] */
export const group = (node, place = at(0, 0, 100, 100), order = 'a0') => ops.groupAdd({ node, transform: place, order });

/** @param {string} node @param {Transform} [place] @param {string} [order] */
export const frame = (node, place = at(0, 0, 512, 512), order = 'a0') => ops.frameAdd({ node, transform: place, order });

/** @param {string} node @param {Transform} [place] @param {string} [order] */
export const tile = (node, place = at(0, 0, 512, 512), order = 'a0') =>
  ops.tileAdd({ node, transform: place, order, content: { sha256: 'a'.repeat(64), pixelWidth: 512, pixelHeight: 512 } });

/** @param {...number} xy @returns {import('../../../wwwroot/js/canvas/document/state.js').MaskStroke} */
export const brush = (...xy) => ({ shape: 'brush', radius: 5, softness: 0, erase: false, points: xy.flatMap((value, i) => (i % 2 === 0 ? [value] : [value, 1])) });

/** The nodes and the sequence number: what all replicas must agree on (each only knows its own client's progress). @param {BoardState} state */
export const shared = (state) => JSON.stringify({ ...snapshotOf(state), clients: [] });

/** Everything that can be seen, without who wrote it: what "back to the start" means. @param {BoardState} state */
export const visible = (state) => state.layers().map((node) => JSON.stringify({
  kind: node.kind,
  id: node.id,
  transform: node.transform.value,
  order: node.order.value,
  style: node.style.value,
  text: node.kind === 'note' ? node.text.value : null,
  settings: node.kind === 'frame' ? node.settings.value : null,
  content: node.kind === 'tile' ? node.content : null,
  mask: (maskOf(node) ?? []).filter((entry) => !entry.withdrawn.value).map(({ id, action, stroke }) => ({ id, action, stroke })),
})).join('\n');

/** @param {BoardState} state */
export function assertNobodyIsLost(state) {
  for (const node of state.layers()) {
    const parent = node.transform.value.parent;
    assert.ok(parent === undefined || (state.isLive(parent) && state.find(parent)?.kind === 'group'), `${node.id} lies in ${parent}, which is not there.`);
  }

  // layers() walks down from the board, isLive walks up from the node: rings and lost children would make them differ.
  assert.deepEqual(
    state.nodes.values().map((node) => node.id).filter((id) => state.isLive(id)).sort(compareKeys),
    [...state.layerIds()].sort(compareKeys),
  );
}

/** Two clients and a writer over a perfect line. */
export class Pair {
  writer = new BoardWriter();
  a = new ReplicaClient({ client: 'a', actor: 'ann', role: 'editor' });
  b = new ReplicaClient({ client: 'b', actor: 'bob', role: 'editor' });

  get server() {
    return this.writer.state;
  }

  /** @param {string} id */
  text(id) {
    const node = this.server.find(id);
    return node?.kind === 'note' ? node.text.value : undefined;
  }

  /** @param {ReplicaClient} client */
  send(client) {
    for (let batch = client.takeBatch(); batch.length > 0; batch = client.takeBatch()) {
      client.receive(this.writer.submit(batch, client.actor, client.role).result);
      client.receive(this.writer.after(client.confirmed.seq));
    }
  }

  sync() {
    this.send(this.a);
    this.send(this.b);
    for (const client of [this.a, this.b]) {
      client.receive(this.writer.after(client.confirmed.seq));
      assert.equal(shared(client.view), shared(this.server));
    }
  }
}
