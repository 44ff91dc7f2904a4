// @ts-check
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { maskStroke, nodeDelete, nodeRestore, nodeSet } from '../../wwwroot/js/canvas/document/ops.js';
import { maskOf } from '../../wwwroot/js/canvas/document/state.js';
import { Pair, at, brush, frame, group, note, tile, visible } from './support/board.js';
import { RandomOps } from './support/random-ops.js';
import { Random, seeds } from './support/random.js';

const text = (/** @type {string} */ words) => ({ text: words });

test('Undo writes back what was there and redo what was undone', () => {
  const pair = new Pair();
  pair.a.do(note('n', undefined, 'a0', 'one'));
  pair.a.do(nodeSet('n', text('two')));
  pair.sync();
  assert.ok(pair.a.undo());
  pair.sync();
  assert.equal(pair.text('n'), 'one');
  assert.ok(pair.a.redo());
  pair.sync();
  assert.equal(pair.text('n'), 'two');
  assert.equal(pair.a.redo(), false);
});

test('Undo of an add deletes and undo of a delete restores', () => {
  const pair = new Pair();
  pair.a.do(note('n'));
  pair.a.do(nodeDelete('n'));
  pair.sync();
  pair.a.undo();
  pair.sync();
  assert.ok(pair.server.isLive('n'));
  pair.a.undo();
  pair.sync();
  assert.equal(pair.server.isLive('n'), false);
  assert.equal(pair.a.undo(), false);
});

test('A gesture is one step', () => {
  const pair = new Pair();
  pair.a.do(note('n'));
  pair.a.beginGesture();
  for (let i = 1; i <= 60; i++)
    pair.a.do(nodeSet('n', { transform: at(i, i, 100, 100) }));
  pair.a.endGesture();
  const before = pair.a.pendingCount;
  pair.a.undo();
  assert.deepEqual(pair.a.view.worldTransform('n'), at(0, 0, 100, 100));
  assert.equal(pair.a.pendingCount, before + 1);
  pair.a.redo();
  assert.deepEqual(pair.a.view.worldTransform('n'), at(60, 60, 100, 100));
});

test('Undo skips what somebody else has written since', () => {
  const pair = new Pair();
  pair.a.do(note('n', undefined, 'a0', 'start'));
  pair.a.do(nodeSet('n', { transform: at(5, 5, 100, 100), text: 'by a' }));
  pair.sync();
  pair.b.do(nodeSet('n', text('by b')));
  pair.sync();
  pair.a.undo();
  pair.sync();
  assert.equal(pair.text('n'), 'by b');
  assert.equal(pair.server.worldTransform('n').x, 0);
});

test('Undo goes on to the step before when nothing of a step is left', () => {
  const pair = new Pair();
  pair.a.do(note('n', undefined, 'a0', 'start'));
  pair.a.do(note('m', undefined, 'a0', 'start'));
  pair.a.do(nodeSet('m', text('mine')));
  pair.a.do(nodeSet('n', text('mine')));
  pair.sync();
  pair.b.do(nodeSet('n', text('by b')));
  pair.sync();
  assert.ok(pair.a.undo());
  pair.sync();
  assert.equal(pair.text('n'), 'by b');
  assert.equal(pair.text('m'), 'start');
});

test('Undo goes back past ones own undo but not past another person', () => {
  const pair = new Pair();
  pair.a.do(note('n', undefined, 'a0', '0'));
  pair.a.do(nodeSet('n', text('1')));
  pair.sync();
  pair.b.do(nodeSet('n', text('b')));
  pair.sync();
  pair.a.do(nodeSet('n', text('2')));
  pair.a.do(nodeSet('n', text('3')));
  pair.sync();
  const shown = () => /** @type {any} */ (pair.a.view.find('n')).text.value;
  pair.a.undo();
  assert.equal(shown(), '2');
  pair.a.undo();
  assert.equal(shown(), 'b');

  // The write of "1" lies before b's: undoing it would take b's words away. What is left is the add.
  pair.a.undo();
  pair.sync();
  assert.equal(pair.server.isLive('n'), false);
  for (let i = 0; i < 3; i++)
    assert.ok(pair.a.redo());
  pair.sync();
  assert.equal(pair.text('n'), '3');
});

test('Undo returns to what the server ordered before and not to what was seen then', () => {
  const pair = new Pair();
  pair.a.do(note('n', undefined, 'a0', 'start'));
  pair.sync();

  // Both write without having seen the other; b's op reaches the server first.
  pair.b.do(nodeSet('n', text('by b')));
  pair.a.do(nodeSet('n', text('by a')));
  pair.send(pair.b);
  pair.sync();
  assert.equal(pair.text('n'), 'by a');
  pair.a.undo();
  pair.sync();
  assert.equal(pair.text('n'), 'by b');
});

test('Redo is forgotten with the next own op and only then', () => {
  const pair = new Pair();
  pair.a.do(note('n', undefined, 'a0', 'one'));
  pair.a.do(nodeSet('n', text('two')));
  pair.a.undo();
  pair.sync();
  pair.b.do(note('elsewhere'));
  pair.sync();
  assert.ok(pair.a.canRedo);
  pair.a.do(note('m'));
  assert.equal(pair.a.canRedo, false);
});

test('A refused op leaves no step', () => {
  const pair = new Pair();
  pair.b.do(note('n'));
  pair.sync();
  pair.a.do(nodeSet('n', text('late')));
  pair.b.do(nodeDelete('n'));
  pair.send(pair.b);
  pair.sync();
  assert.deepEqual(pair.a.takeRefused().map((refused) => refused.reason?.code), ['node_gone']);
  assert.equal(pair.a.canUndo, false);
});

test('Undoing a group never takes other peoples things along', () => {
  const pair = new Pair();
  pair.b.do(note('bobs'));
  pair.a.do(group('g'));
  pair.sync();
  pair.b.do(nodeSet('bobs', { transform: at(1, 1, 100, 100, 0, 'g') }));
  pair.sync();
  assert.equal(pair.a.undo(), false);
  assert.ok(pair.a.view.isLive('bobs'));
});

test('Grouping is undone and redone in one step', () => {
  const pair = new Pair();
  pair.b.do([note('n', at(50, 50, 100, 100)), note('m', at(90, 90, 100, 100))]);
  pair.sync();
  const before = visible(pair.a.view);
  pair.a.do([group('g'), nodeSet('n', { transform: at(1, 1, 100, 100, 0, 'g') }), nodeSet('m', { transform: at(2, 2, 100, 100, 0, 'g') })]);
  const grouped = visible(pair.a.view);
  pair.a.undo();
  assert.equal(visible(pair.a.view), before);
  pair.a.redo();
  assert.equal(visible(pair.a.view), grouped);
  pair.sync();
  assert.equal(visible(pair.server), grouped);
});

test('A gesture that deletes and restores does not bar the way to the add', () => {
  const pair = new Pair();
  pair.a.do(note('n'));
  pair.a.beginGesture();
  pair.a.do(nodeDelete('n'));
  pair.a.do(nodeRestore('n'));
  pair.a.endGesture();
  assert.ok(pair.a.undo());
  assert.equal(pair.a.view.isLive('n'), false);
});

test('A stroke is undone under what others painted since', () => {
  const pair = new Pair();
  pair.a.do(tile('t'));
  pair.a.do(maskStroke('t', brush(1, 1)));
  pair.sync();
  pair.b.do(maskStroke('t', brush(50, 50)));
  pair.sync();
  pair.a.undo();
  pair.sync();
  const node = pair.server.find('t');
  assert.deepEqual(node && maskOf(node)?.filter((entry) => !entry.withdrawn.value).map((entry) => entry.id), ['b:1']);
});

test('Settings of a frame are undone as a whole', () => {
  const pair = new Pair();
  pair.a.do(frame('f'));
  pair.a.do(nodeSet('f', { settings: { prompt: 'a fox', count: 2, seed: 7 } }));
  pair.a.undo();
  pair.sync();
  assert.deepEqual(/** @type {any} */ (pair.server.find('f')).settings.value, { prompt: '', negativePrompt: '', count: 4, remake: false });
});

for (const seed of seeds()) {
  test(`Undoing everything of one client alone returns to the start (seed ${seed})`, () => {
    const random = new Random(seed);
    const pair = new Pair();
    const others = new RandomOps(random, 'b');
    for (let i = 0; i < 40; i++)
      pair.b.do(others.next(pair.b.view));
    pair.sync();
    const start = visible(pair.server);
    const own = new RandomOps(random, 'a', { isWild: false });
    for (let i = 0; i < 150; i++) {
      if (random.oneIn(10))
        pair.a.beginGesture();
      pair.a.do(own.next(pair.a.view));
      if (random.oneIn(4))
        pair.a.endGesture();
      if (random.oneIn(12))
        pair.a.undo();
      if (random.oneIn(20))
        pair.a.redo();
      if (random.oneIn(6))
        pair.sync();
    }
    const end = visible(pair.a.view);
    let steps = 0;
    while (pair.a.undo())
      steps++;
    pair.sync();
    assert.equal(visible(pair.server), start);
    for (let i = 0; i < steps; i++)
      assert.ok(pair.a.redo());
    pair.sync();
    assert.equal(visible(pair.server), end);
    while (pair.a.undo())
      steps--;
    pair.sync();
    assert.equal(visible(pair.server), start);
    assert.equal(steps, 0);
  });
}

test('What was taken back leaves nothing to undo or to do again, and what was done before is still undone', () => {
  const pair = new Pair();
  pair.a.do(note('n'));
  pair.a.do(frame('f'));
  pair.sync();
  pair.a.do([nodeSet('f', { transform: at(9, 9, 512, 512) }), nodeSet('n', { text: 'seen' })]);
  assert.equal(pair.a.takeBack('f'), null);
  pair.sync();
  assert.equal(pair.server.isLive('f'), false);
  pair.a.undo();
  pair.sync();
  assert.equal(pair.text('n'), 'note', 'what else the step did');
  pair.a.undo();
  pair.sync();
  assert.equal(pair.server.isLive('n'), false);
  assert.equal(pair.a.canUndo, false);
  pair.a.redo();
  pair.a.redo();
  pair.sync();
  assert.equal(pair.server.isLive('f'), false);
  assert.equal(pair.a.takeBack('f')?.code, 'node_gone');
});
