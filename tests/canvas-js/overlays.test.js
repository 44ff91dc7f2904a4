// @ts-check
// The pure parts of what lies over the canvas.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inReadingOrder, labelOf as nodeLabel } from '../../wwwroot/js/canvas/a11y/nodes.js';
import { labelOf as jobLabel } from '../../wwwroot/js/canvas/frames/progress.js';
import { isStaged, jobsToShow } from '../../wwwroot/js/canvas/overlay/model.js';
import { TEXT_KEYS, wordsOf } from '../../wwwroot/js/canvas/overlay/text.js';
import { glide } from '../../wwwroot/js/canvas/presence/motion.js';
import { FIRST_CHOICE, accepted, byKey, lookAt, toggle } from '../../wwwroot/js/canvas/staging/choice.js';
import { placeStrip } from '../../wwwroot/js/canvas/staging/place.js';
import { thumbnailUrl } from '../../wwwroot/js/canvas/staging/strip.js';
import { ReplicaClient } from '../../wwwroot/js/canvas/document/replica.js';
import { frameAdd } from '../../wwwroot/js/canvas/document/ops.js';
import { at, note } from './support/board.js';

const words = wordsOf(TEXT_KEYS);

/** @param {Partial<import('../../wwwroot/js/canvas/overlay/model.js').Job>} more @returns {import('../../wwwroot/js/canvas/overlay/model.js').Job} */
const job = (more) => ({
  id: 'j', frameId: 'f', actor: 'ann', authorName: 'Ann', mine: true, state: 'running', step: 7, steps: 20, etaMs: 4200, results: [],
  settings: { prompt: '', negativePrompt: '', count: 4, remake: false }, ...more,
});
const one = { ...job({}).settings, count: 1 };
const result = (accepted = false) => ({ image: 0, content: { sha256: 'a'.repeat(64), pixelWidth: 512, pixelHeight: 512 }, placement: { x: 0, y: 0, width: 1, height: 1 }, accepted });

test('A job says how far it is, in the words of the page', () => {
  assert.equal(jobLabel(words, job({ settings: one })), 'Step 7 of 20 · 4 s');
  assert.equal(jobLabel(words, job({ step: 7, steps: 40, settings: { ...one, count: 2 } })), 'Picture 1 of 2 · step 7 of 20 · 4 s');
  assert.equal(jobLabel(words, job({ step: 21, steps: 40, settings: { ...one, count: 2 } })), 'Picture 2 of 2 · step 1 of 20 · 4 s');
  assert.equal(jobLabel(words, job({ step: 40, steps: 40, settings: { ...one, count: 2 } })), 'Picture 2 of 2 · step 20 of 20 · 4 s');
  assert.equal(jobLabel(words, job({ etaMs: null, settings: one })), 'Step 7 of 20');
  assert.equal(jobLabel(words, job({ etaMs: 240_000, settings: one })), 'Step 7 of 20 · 4 min');
  assert.equal(jobLabel(words, job({ state: 'queued', place: 3 })), '3 before this one');
  assert.equal(jobLabel(words, job({ state: 'queued', place: 0 })), 'Next in the queue');
  assert.equal(jobLabel(words, job({ state: 'queued', workerAway: true })), 'Waits for a worker');
  assert.equal(jobLabel(words, job({ state: 'failed', error: { code: 'x', message: 'It stopped.' } })), 'It stopped.');
  assert.equal(wordsOf({})('JobStep', { step: 1 }), 'JobStep', 'a missing key shows itself');
});

test('A node is called by its kind, its words and its state', () => {
  const replica = new ReplicaClient({ client: 'a', actor: 'ann', role: 'editor' });
  replica.do([frameAdd({ node: 'f', transform: at(0, 0, 512, 512), order: 'a0', settings: { prompt: ' a red ball ' } }), note('n', undefined, 'a1', '')]);
  const label = (/** @type {string} */ id, /** @type {any} */ of = undefined) => nodeLabel(words, /** @type {any} */ (replica.view.find(id)), of);
  assert.equal(label('f'), 'Frame, a red ball');
  assert.equal(label('f', job({})), 'Frame, a red ball, being painted');
  assert.equal(label('f', job({ state: 'succeeded', results: [result(), result()] })), 'Frame, a red ball, finished, 2 pictures to choose from');
  assert.equal(label('n'), 'Note');
});

test('A frame shows what is at work before what waits for a decision, and nothing of what was decided', () => {
  const staged = job({ id: 'a', state: 'succeeded', results: [result()] });
  const running = job({ id: 'b' });
  assert.equal(jobsToShow([staged, running]).get('f')?.id, 'b');
  assert.equal(jobsToShow([running, staged]).get('f')?.id, 'b');
  assert.equal(jobsToShow([staged, job({ id: 'c', state: 'canceled' })]).get('f')?.id, 'a');
  assert.equal(jobsToShow([job({ state: 'failed', discarded: true })]).size, 0);
  assert.equal(isStaged({ ...staged, results: [result(true)] }), false);
  assert.equal(isStaged({ ...staged, discarded: true }), false);
});

test('Tab walks in rows from the top, each from the left', () => {
  const things = [[600, 10], [0, 0], [0, 300], [300, 90], [50, 260]].map(([x, y], i) => ({ i, at: at(x, y, 100, 200) }));
  assert.deepEqual(inReadingOrder(things).map((thing) => thing.i), [1, 3, 0, 2, 4]);
});

test('The arrow keys go round the candidates and space takes more than one', () => {
  let choice = FIRST_CHOICE;
  const press = (/** @type {string} */ key) => { choice = byKey(choice, 4, key) ?? choice; };
  press('ArrowLeft');
  assert.equal(choice.current, 3);
  assert.deepEqual(accepted(choice), [3]);
  press(' ');
  press('ArrowRight');
  press(' ');
  assert.deepEqual(accepted(choice), [0, 3]);
  press(' ');
  assert.deepEqual(accepted(choice), [3]);
  press('End');
  assert.equal(choice.current, 3);
  assert.equal(byKey(choice, 4, 'x'), null);
  assert.deepEqual(accepted(toggle(lookAt(FIRST_CHOICE, 2), 1)), [1, 2], 'also this one: the one that was looked at stays');
  const unticked = toggle(toggle({ current: 0, chosen: new Set([0, 1]) }, 0), 1);
  assert.deepEqual(accepted(unticked), [1], 'with none ticked the one that is looked at is meant');
  assert.deepEqual(accepted(toggle(unticked, 2)), [2], 'who has unticked all and ticks one means that one');
});

test('A strip lies under its frame, inside the view, above the prompt bar, and goes with a frame that is out of sight', () => {
  const room = { width: 1440, height: 900, insets: { left: 64, top: 56, right: 16, bottom: 104 } };
  const strip = { width: 600, height: 70 };
  const frame = (/** @type {number} */ x, /** @type {number} */ y) => ({ x, y, width: 300, height: 300 });
  assert.deepEqual(placeStrip(frame(500, 100), strip, room), { x: 350, y: 412 });
  assert.deepEqual(placeStrip(frame(10, 100), strip, room), { x: 72, y: 412 });
  assert.deepEqual(placeStrip(frame(1300, 700), strip, room), { x: 816, y: 718 });
  assert.equal(placeStrip(frame(1500, 100), strip, room), null);
  const obstacle = { x: 1256, y: 728, width: 168, height: 112 };
  assert.deepEqual(placeStrip(frame(1300, 700), strip, { ...room, obstacle }), { x: 648, y: 718 }, 'beside the small map');
  assert.deepEqual(placeStrip(frame(500, 100), strip, { ...room, obstacle }), { x: 350, y: 412 });
  assert.deepEqual(placeStrip(frame(0, 100), { width: 374, height: 110 }, { ...room, width: 390, height: 844 }), { x: 8, y: 412 });
});

test('A cursor glides to where it was told to be, and jumps far ways', () => {
  let at = { x: 0, y: 0 };
  const target = { x: 100, y: 50 };
  for (let i = 0; i < 60; i++)
    ({ at } = glide(at, target, 16, 1));
  assert.deepEqual(at, target);
  assert.ok(glide({ x: 0, y: 0 }, target, 16, 1).at.x > 10);
  assert.deepEqual(glide({ x: 0, y: 0 }, { x: 5000, y: 0 }, 16, 1), { at: { x: 5000, y: 0 }, isThere: true });
});

test('A thumbnail is twice as sharp as it is shown and no more', () => {
  const url = (/** @type {number} */ side) => thumbnailUrl('/tiles', { sha256: 'ab', pixelWidth: side, pixelHeight: side });
  assert.equal(url(512), '/tiles/ab/2.webp');
  assert.equal(url(1024), '/tiles/ab/3.webp');
  assert.equal(url(64), '/tiles/ab/0.webp');
});
