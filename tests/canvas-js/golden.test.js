// @ts-check
// The JavaScript document against the files that the C# one is held against: one contract, two implementations.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { between } from '../../wwwroot/js/canvas/document/orderkey.js';
import { replay } from '../../wwwroot/js/canvas/document/reducer.js';
import { readSnapshot, snapshotOf, writeSnapshot } from '../../wwwroot/js/canvas/document/snapshot.js';
import { BoardState } from '../../wwwroot/js/canvas/document/state.js';
import { OP_TYPES, readOp, readSequencedOp } from '../../wwwroot/js/canvas/document/wire.js';
import * as golden from './support/golden.js';

test('Every golden op is read and written back unchanged, members in order', () => {
  const seen = new Set();
  for (const name of golden.names('ops')) {
    const op = golden.json(`ops/${name}`);
    assert.equal(JSON.stringify(readOp(op)), JSON.stringify(op), name);
    seen.add(op.type);
  }
  assert.deepEqual([...seen].sort(), [...OP_TYPES].sort(), 'every type has a golden file');
});

test('Order keys are those of the second implementation', () => {
  let checked = 0;
  for (const line of golden.text('boards/order-keys.txt').split('\n')) {
    if (line === '' || line.startsWith('#'))
      continue;
    const [low, high, client, key] = line.split(' ');
    assert.equal(between(low === '-' ? null : low, high === '-' ? null : high, client), key, line);
    checked++;
  }
  assert.ok(checked > 50, `${checked} keys`);
});

test('The stored log replays to the stored snapshot', () => {
  const log = golden.jsonLines('boards/first.log.jsonl').map((row) => readSequencedOp(row, 'row'));
  const state = replay(BoardState.empty, log);
  assert.deepEqual(snapshotOf(state), golden.json('boards/first.snapshot.json'));
});

test('A snapshot is written in the order of members that the site has', () => {
  const snapshot = golden.json('boards/random.snapshot.json');
  assert.equal(writeSnapshot(readSnapshot(snapshot)), JSON.stringify(snapshot));
});

test('The rows of a stored log are read and written back unchanged', () => {
  // The one row with settings that left defaults out is the exception: what was read says all it means.
  for (const row of golden.jsonLines('boards/first.log.jsonl')) {
    const read = readSequencedOp(row, 'row');
    assert.equal(read.seq, row.seq);
    assert.deepEqual(readSequencedOp(read, 'row'), read);
  }
});

test('A long random log that the site wrote replays to the snapshot that the site made of it, to the bit', () => {
  let state = BoardState.empty, lifted = 0;
  for (const json of golden.jsonLines('boards/random.log.jsonl')) {
    const row = readSequencedOp(json, 'row');
    const parent = state.find(row.op.node)?.transform.value.parent;
    state = replay(state, [row]);

    // Where the reducer calculates: out of a turned group that is gone.
    if (row.op.type === 'node.restore' && parent !== undefined && state.find(row.op.node)?.transform.value.parent !== parent)
      lifted++;
  }
  assert.equal(writeSnapshot(state), JSON.stringify(golden.json('boards/random.snapshot.json')));
  assert.ok(lifted >= 10, `${lifted} nodes were lifted`);
});
