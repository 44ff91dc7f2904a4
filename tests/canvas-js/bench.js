// @ts-check
// How long an op takes on a board with many nodes: node tests/canvas-js/bench.js [nodes] [ops]
import { nodeSet } from '../../wwwroot/js/canvas/document/ops.js';
import { spread } from '../../wwwroot/js/canvas/document/orderkey.js';
import { ReplicaClient } from '../../wwwroot/js/canvas/document/replica.js';
import { snapshotOf, readSnapshot } from '../../wwwroot/js/canvas/document/snapshot.js';
import { readSequencedOp } from '../../wwwroot/js/canvas/document/wire.js';
import { at, tile } from './support/board.js';
import { Random } from './support/random.js';

const nodes = Number(process.argv[2] ?? 2000), count = Number(process.argv[3] ?? 10000);
const random = new Random(1);
const time = (/** @type {string} */ what, /** @type {number} */ n, /** @type {() => void} */ run) => {
  const from = performance.now();
  run();
  const ms = performance.now() - from;
  console.log(`${what}: ${ms.toFixed(1)} ms, ${((ms * 1000) / n).toFixed(2)} µs each`);
};

const replica = new ReplicaClient({ client: 'a', actor: 'ann', role: 'editor' });
let seq = 0;
const row = (/** @type {any} */ op) => ({ seq: ++seq, actor: 'bob', client: 'b', clientSeq: seq, op });
const keys = spread(null, null, nodes, 'b');
time(`${nodes} nodes added`, nodes, () => replica.receive(keys.map((order, i) => row(tile(`t${i}`, at(i * 9, 0, 512, 512), order)))));
const moves = Array.from({ length: count }, () => JSON.parse(JSON.stringify(row(nodeSet(`t${random.below(nodes)}`, { transform: at(random.below(9999), random.below(9999), 512, 512) })))));
/** @type {any[]} */
let read = [];
time(`${count} moves read from JSON`, count, () => { read = moves.map((move) => readSequencedOp(move, 'row')); });
time(`${count} moves of others, one message each, changes and layers asked for each`, count, () => {
  for (const move of read) {
    const before = replica.view;
    replica.receive([move]);
    replica.view.changesSince(before);
    replica.view.layerIds();
  }
});
time('1,000 own moves of one gesture, none confirmed', 1000, () => {
  replica.beginGesture();
  for (let i = 0; i < 1000; i++)
    replica.do(nodeSet('t7', { transform: at(i, i, 512, 512) }));
  replica.endGesture();
});
time('one op of another person with those 1,000 pending', 1, () => replica.receive([row(nodeSet('t9', { transform: at(1, 1, 512, 512) }))]));
time('undo of the gesture', 1, () => replica.undo());
time('500 changes of a layer, the order asked for each', 500, () => {
  for (let i = 0; i < 500; i++) {
    replica.do(nodeSet(`t${i}`, { order: keys[nodes - 1 - i] }));
    replica.view.layerIds();
  }
});
const json = JSON.stringify(snapshotOf(replica.view));
time(`a snapshot of ${(json.length / 1024).toFixed(0)} KB parsed and read`, 1, () => readSnapshot(JSON.parse(json)));
