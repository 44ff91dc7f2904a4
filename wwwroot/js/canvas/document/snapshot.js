// @ts-check
// A board as it is stored and sent. Canonical: equal states give equal text, which is also how the tests compare replicas.

import { compareKeys } from './orderkey.js';
import { PersistentMap } from './persistent-map.js';
import { BoardState } from './state.js';
import { VERSION, readNode, readSnapshotForm } from './wire.js';

/** @typedef {import('./wire.js').Snapshot} Snapshot */

/** @param {unknown} json A parsed snapshot. @returns {BoardState} @throws {import('./codec.js').WireError} Not a snapshot of this version. */
export function readSnapshot(json) {
  const { seq, nodes, clients } = readSnapshotForm(json, 'snapshot');
  return new BoardState(
    seq,
    PersistentMap.of(nodes.map((node) => [node.id, node])),
    PersistentMap.of(clients.map(({ client, actor, lastClientSeq }) => [client, { actor, lastClientSeq }])),
  );
}

/** @param {BoardState} state @returns {Snapshot} */
export function snapshotOf(state) {
  return {
    v: VERSION,
    seq: state.seq,
    nodes: state.nodes.values().sort((a, b) => compareKeys(a.id, b.id)).map((node) => readNode(node, node.id)),
    clients: state.clients.entries().sort(([a], [b]) => compareKeys(a, b)).map(([client, { actor, lastClientSeq }]) => ({ client, actor, lastClientSeq })),
  };
}

/** @param {BoardState} state @returns {string} */
export const writeSnapshot = (state) => JSON.stringify(snapshotOf(state));
