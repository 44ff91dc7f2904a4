// @ts-check
// The document's parts one by one: the shared map, the wire forms' strictness, limits, the cost of an op.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newId, readStamp } from '../../wwwroot/js/canvas/document/ids.js';
import { DEFAULT_LIMITS } from '../../wwwroot/js/canvas/document/limits.js';
import * as ops from '../../wwwroot/js/canvas/document/ops.js';
import { between, compareKeys, isOrderKey, spread } from '../../wwwroot/js/canvas/document/orderkey.js';
import { PersistentMap } from '../../wwwroot/js/canvas/document/persistent-map.js';
import { apply } from '../../wwwroot/js/canvas/document/reducer.js';
import { ReplicaClient } from '../../wwwroot/js/canvas/document/replica.js';
import { BoardState } from '../../wwwroot/js/canvas/document/state.js';
import { validate } from '../../wwwroot/js/canvas/document/validator.js';
import { readOp } from '../../wwwroot/js/canvas/document/wire.js';
import { at, brush, frame, group, note, tile } from './support/board.js';
import * as golden from './support/golden.js';
import { Random, seeds } from './support/random.js';

for (const seed of seeds(6)) {
  test(`The persistent map does what Map does, and diff tells exactly what differs (seed ${seed})`, () => {
    const random = new Random(seed);
    /** @type {PersistentMap<number>} */
    let map = PersistentMap.empty();
    /** @type {Map<string, number>} */
    const model = new Map();
    const old = { map, model: new Map(model) };
    for (let i = 0; i < 3000; i++) {
      const key = `k${random.below(1200)}`, value = random.below(5);
      map = map.set(key, value);
      model.set(key, value);
      if (i === 2000)
        Object.assign(old, { map, model: new Map(model) });
    }
    assert.equal(map.size, model.size);
    assert.deepEqual(map.entries().sort(([a], [b]) => compareKeys(a, b)), [...model].sort(([a], [b]) => compareKeys(a, b)));
    assert.deepEqual(old.map.size, old.model.size, 'an older version is as it was');
    const differing = [...model.keys()].filter((key) => model.get(key) !== old.model.get(key)).sort();
    /** @type {string[]} */
    const told = [];
    map.diff(old.map, (key, after, before) => {
      assert.equal(after, model.get(key));
      assert.equal(before, old.model.get(key));
      told.push(key);
    });
    assert.deepEqual(told.sort(), differing);
  });
}

test('Keys with one hash live side by side in the persistent map', () => {
  // Two of the many pairs with equal 32-bit FNV-1a.
  const pairs = [['costarring', 'liquid'], ['declinate', 'macallums'], ['altarage', 'zinke']];
  const map = PersistentMap.of(pairs.flat().map((key, i) => [key, i]));
  assert.equal(map.size, 6);
  pairs.flat().forEach((key, i) => assert.equal(map.get(key), i));
  assert.equal(map.set('liquid', 9).get('costarring'), 0);
  /** @type {string[]} */
  const told = [];
  map.set('liquid', 9).diff(map, (key) => told.push(key));
  assert.deepEqual(told, ['liquid']);
});

test('An op with an unknown type, version or member is refused and not guessed at', () => {
  const stroke = golden.json('ops/mask.stroke.json');
  const code = (/** @type {unknown} */ json) => {
    try {
      readOp(json);
      return null;
    } catch (/** @type {any} */ error) {
      return error.code;
    }
  };
  assert.equal(code({ ...stroke, type: 'mask.smudge' }), 'unknown_type');
  assert.equal(code({ ...stroke, type: 'constructor' }), 'unknown_type');
  assert.equal(code({ ...stroke, v: 2 }), 'unsupported_version');
  assert.equal(code({ ...stroke, colour: 'red' }), 'malformed');
  assert.equal(code({ ...stroke, stroke: { ...stroke.stroke, angle: 3 } }), 'malformed');
  assert.equal(code({ ...stroke, node: 'a b' }), 'malformed');
  assert.equal(code({ ...stroke, stroke: { ...stroke.stroke, points: [1, 2] } }), 'malformed');
  assert.equal(code({ ...golden.json('ops/note.add.json'), order: 'a00' }), 'malformed');
  assert.equal(code({ ...golden.json('ops/note.add.json'), transform: { x: 0, y: 0, width: Infinity, height: 1 } }), 'malformed');
  assert.equal(code(null), 'malformed');
  assert.equal(code([]), 'malformed');
  assert.equal(code(stroke), null);
});

test('Null members of an op are as good as absent ones', () => {
  assert.deepEqual(readOp({ ...golden.json('ops/node.delete.json') }), readOp(golden.json('ops/node.delete.json')));
  const set = { type: 'node.set', v: 1, node: 'n', transform: null, text: 'x', order: null };
  assert.equal(JSON.stringify(readOp(set)), '{"type":"node.set","v":1,"node":"n","text":"x"}');
});

test('A stamp has one spelling', () => {
  assert.equal(readStamp('c1:017'), 'c1:17');
  for (const bad of ['c1', ':1', 'c1:', 'c1:0', 'c1:-1', 'c 1:1', 'c1:1.5', 7])
    assert.equal(readStamp(bad), null);
});

test('New ids are tokens and differ', () => {
  const made = new Set(Array.from({ length: 1000 }, () => newId()));
  assert.equal(made.size, 1000);
  for (const id of made)
    assert.match(id, /^[A-Za-z0-9_-]{22}$/);
});

test('Order keys stay between their neighbours wherever one inserts', () => {
  for (const seed of seeds(6)) {
    const random = new Random(seed);
    /** @type {string[]} */
    const keys = [];
    for (let i = 0; i < 800; i++) {
      const place = random.oneIn(3) ? Math.min(keys.length, 3) : random.below(keys.length + 1);
      const key = between(keys[place - 1] ?? null, keys[place] ?? null, `c${random.below(3)}`);
      assert.ok(isOrderKey(key) && (place === 0 || keys[place - 1] < key) && (place === keys.length || key < keys[place]), `seed ${seed}`);
      keys.splice(place, 0, key);
    }
    const [low, high] = [keys[0], keys[1]];
    for (const spaced of [spread(low, high, 50, 'c1'), spread(high, null, 50, 'c1'), spread(null, low, 50, 'c1')])
      assert.deepEqual([...new Set(spaced)].sort(compareKeys), spaced, `seed ${seed}`);
  }
});

test('Ops past a limit are refused with the code that the server gives', () => {
  const replica = new ReplicaClient({ client: 'a', actor: 'ann', role: 'editor' });
  replica.do([tile('t'), frame('f'), note('n'), group('g')]);
  const refusal = (/** @type {any} */ op) => validate(replica.view, { client: 'a', clientSeq: 9, op }, 'ann', 'editor', DEFAULT_LIMITS)?.code ?? null;
  assert.equal(refusal(frame('x', at(0, 0, 5000, 512))), 'frame_too_large');
  assert.equal(refusal(frame('x', at(0, 0, 512, 512, 90))), 'frame_turned');
  assert.equal(refusal(frame('x', at(0, 0, 512, 512, 360))), null);
  assert.equal(refusal(tile('x', at(2e7, 0, 10, 10))), 'bad_number');
  assert.equal(refusal(tile('x', at(0, 0, 0.5, 10))), 'bad_number');
  assert.equal(refusal(ops.nodeSet('f', { transform: at(0, 0, 512, 512, 45) })), 'frame_turned');
  assert.equal(refusal(ops.nodeSet('t', { text: 'x' })), 'wrong_kind');
  assert.equal(refusal(ops.nodeSet('t', {})), 'nothing_to_set');
  assert.equal(refusal(ops.nodeSet('t', { transform: at(0, 0, 10, 10, 0, 'n') })), 'wrong_kind');
  assert.equal(refusal(ops.nodeSet('g', { transform: at(0, 0, 10, 10, 0, 'g') })), 'parent_cycle');
  assert.equal(refusal(ops.nodeSet('n', { text: 'x'.repeat(4001) })), 'text_too_long');
  assert.equal(refusal(ops.nodeSet('f', { settings: { count: 9 } })), 'bad_number');
  assert.equal(refusal(ops.nodeSet('f', { style: { opacity: 1.5 } })), 'bad_number');
  assert.equal(refusal(ops.maskStroke('n', brush(1, 1))), 'wrong_kind');
  assert.equal(refusal(ops.maskWithdraw('t', 'a:77', true)), 'entry_unknown');
  assert.equal(refusal(ops.maskWithdraw('t', 'b:1', true)), 'not_allowed');
  assert.equal(refusal(ops.nodeRestore('n')), 'node_alive');
  assert.equal(refusal(ops.nodeDelete('nobody')), 'node_unknown');
  assert.equal(refusal(note('n')), 'node_exists');
});

test('A board holds only so much paint, also after it was cleared', () => {
  const replica = new ReplicaClient({ client: 'a', actor: 'ann', role: 'editor' });
  replica.do([tile('t'), ops.maskStroke('t', brush(1, 1)), ops.maskClear('t')]);
  const points = replica.view.maskPoints();
  const check = (/** @type {number} */ maxMaskPoints) => validate(replica.view, { client: 'a', clientSeq: 9, op: ops.maskStroke('t', brush(1, 1)) }, 'ann', 'editor', { ...DEFAULT_LIMITS, maxMaskPoints })?.code ?? null;
  assert.ok(points > 0);
  assert.equal(check(2 * points), null);
  assert.equal(check(2 * points - 1), 'board_full');
});

test('A commenter writes notes and changes only their own', () => {
  const replica = new ReplicaClient({ client: 'a', actor: 'ann', role: 'editor' });
  replica.do([note('n'), tile('t')]);
  const check = (/** @type {any} */ op, /** @type {string} */ actor) => validate(replica.view, { client: 'c', clientSeq: 1, op }, actor, 'commenter', DEFAULT_LIMITS)?.code ?? null;
  assert.equal(check(ops.nodeSet('n', { text: 'x' }), 'ann'), null);
  assert.equal(check(ops.nodeSet('n', { text: 'x' }), 'cid'), 'not_allowed');
  assert.equal(check(ops.nodeDelete('t'), 'ann'), 'not_allowed');
  assert.equal(check(note('m'), 'cid'), null);
});

test('Unchanged nodes are the same objects after an op and the layer list is kept while nothing is reordered', () => {
  const replica = new ReplicaClient({ client: 'a', actor: 'ann', role: 'editor' });
  replica.do([tile('t'), tile('u', undefined, 'a1')]);
  const before = replica.view, ids = before.layerIds();
  replica.do(ops.nodeSet('t', { transform: at(9, 9, 10, 10) }));
  assert.equal(replica.view.find('u'), before.find('u'));
  assert.notEqual(replica.view.find('t'), before.find('t'));
  assert.equal(replica.view.layerIds(), ids);
  assert.equal(before.worldTransform('t').x, 0, 'an older state is as it was');
  replica.do(ops.nodeSet('t', { order: 'a2' }));
  assert.deepEqual(replica.view.layerIds(), ['u', 't']);
});

test('Things in hidden and deleted groups are neither shown nor hit, and turn with their group', () => {
  const replica = new ReplicaClient({ client: 'a', actor: 'ann', role: 'editor' });
  replica.do([group('g', at(100, 100, 200, 200, 90)), note('n', at(0, 0, 100, 100, 0, 'g'))]);
  assert.deepEqual(replica.view.worldTransform('n'), at(200, 100, 100, 100, 90));
  assert.equal(replica.view.hitTest({ x: 250, y: 150 })?.id, 'n');
  assert.equal(replica.view.hitTest({ x: 150, y: 150 }), null);
  assert.deepEqual(replica.view.members('g'), ['n']);
  replica.do(ops.nodeSet('g', { style: { hidden: true } }));
  assert.equal(replica.view.isShown('n'), false);
  assert.equal(replica.view.hitTest({ x: 250, y: 150 }), null);
  replica.do(ops.nodeDelete('g'));
  assert.deepEqual(replica.view.layerIds(), []);
});

test('A gap in the log is an error and an op that is known already is not', () => {
  const row = (/** @type {number} */ seq) => ({ seq, actor: 'ann', client: 'a', clientSeq: seq, op: note(`n${seq}`) });
  const state = apply(BoardState.empty, row(1));
  assert.equal(apply(state, row(1)), state);
  assert.throws(() => apply(state, row(3)), RangeError);
});
