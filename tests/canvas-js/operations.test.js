// @ts-check
// What is made of pictures on the board: where it lies, what is asked of the site, and that only the newest sketch counts.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CameraController } from '../../wwwroot/js/canvas/camera/controller.js';
import { frameAdd, nodeDelete, tileAdd } from '../../wwwroot/js/canvas/document/ops.js';
import { ReplicaClient } from '../../wwwroot/js/canvas/document/replica.js';
import { intersect, isEmpty, unionAll } from '../../wwwroot/js/canvas/geometry/rect.js';
import { missing, offered, operationOf, settingsOf, thetaOf, FIRST_VALUES } from '../../wwwroot/js/canvas/operations/kinds.js';
import { GAP, firstPlace, frameSize, slotsOf } from '../../wwwroot/js/canvas/operations/layout.js';
import { marksOf } from '../../wwwroot/js/canvas/minimap/marks.js';
import { Newest } from '../../wwwroot/js/canvas/operations/newest.js';
import { Operations } from '../../wwwroot/js/canvas/operations/operations.js';
import { besideCard, placeCard } from '../../wwwroot/js/canvas/operations/placeCard.js';
import { isLaidOut, slotKey, slotsFor } from '../../wwwroot/js/canvas/operations/slots.js';
import { canRank, ranked, standing } from '../../wwwroot/js/canvas/staging/near.js';
import { DEFAULT_FRAME } from '../../wwwroot/js/canvas/view/frameSnap.js';
import { Jobs } from '../../wwwroot/js/canvas/view/jobs.js';
import { Scene } from '../../wwwroot/js/canvas/view/scene.js';
import { Stage } from '../../wwwroot/js/canvas/view/stage.js';
import { Random } from './support/random.js';

const size = { width: 512, height: 512 };
/** @param {number} x @param {number} y @param {number} [width] @param {number} [height] */
const rect = (x, y, width = 512, height = 512) => ({ x, y, width, height });
/** @param {import('../../wwwroot/js/canvas/geometry/rect.js').Rect} a @param {import('../../wwwroot/js/canvas/geometry/rect.js').Rect} b */
const meets = (a, b) => !isEmpty(intersect(a, b));

test('Variations lie in a square beside their picture, blends in a row, and none of them over another', () => {
  for (const kind of /** @type {const} */ (['variation', 'interpolation', 'textDiff'])) {
    for (let count = 1; count <= 8; count++) {
      const slots = slotsOf(kind, count, rect(10, 20));
      assert.equal(slots.length, count);
      assert.deepEqual(slots[0], rect(10, 20));
      slots.forEach((slot, i) => slots.slice(i + 1).forEach((other) => assert.ok(!meets(slot, other), `${kind} ${count}`)));
    }
  }
  assert.deepEqual(slotsOf('variation', 4, rect(0, 0)).map(({ x, y }) => [x, y]), [[0, 0], [544, 0], [0, 544], [544, 544]]);
  assert.deepEqual(slotsOf('interpolation', 3, rect(0, 0)).map(({ x, y }) => [x, y]), [[0, 0], [544, 0], [1088, 0]]);
  assert.deepEqual(slotsOf('upscale', 1, rect(3, 4)), [rect(3, 4)]);
});

test('Variations go to the right of their picture, and where that is taken to the next side that is free', () => {
  const picture = rect(0, 0);
  const place = (/** @type {any[]} */ ...others) => firstPlace('variation', 4, [picture], size, [picture, ...others]);
  assert.deepEqual(place(), rect(512 + GAP, 0));
  assert.deepEqual(place(rect(600, 0)), rect(-GAP - 1056, 0));
  assert.deepEqual(place(rect(600, 0), rect(-600, 0)), rect(0, 512 + GAP));
  assert.deepEqual(place(rect(600, 0), rect(-600, 0), rect(0, 600)), rect(0, -GAP - 1056));
});

test('A blend lies between its two pictures where there is room for all of it, else below them', () => {
  const far = [rect(0, 0), rect(512 + 2 * GAP + 512 + GAP + 512, 0)];
  assert.deepEqual(firstPlace('interpolation', 2, far, size, far), rect(512 + GAP, 0));
  const near = [rect(0, 0), rect(544, 0)];
  const first = firstPlace('interpolation', 3, near, size, near);
  assert.equal(first.y, 512 + GAP);
  assert.equal(first.x + (3 * 512 + 2 * GAP) / 2, 528, 'in the middle under both');
});

test('Whatever lies on the board, pictures of an operation never come to lie over it', () => {
  const seed = 20_261_122;
  const random = new Random(seed);
  for (let round = 0; round < 200; round++) {
    const things = Array.from({ length: 1 + random.below(12) }, () => rect(random.below(4_000) - 2_000, random.below(3_000) - 1_500, 64 + random.below(900), 64 + random.below(900)));
    const sources = round % 2 === 0 ? things.slice(0, 1) : [things[0], things[things.length - 1]];
    const kind = round % 2 === 0 ? 'variation' : 'interpolation';
    const count = 1 + random.below(8);
    const first = firstPlace(kind, count, sources, frameSize(sources[0], DEFAULT_FRAME), things);
    for (const slot of slotsOf(kind, count, first)) for (const thing of things) assert.ok(!meets(slot, thing), `seed ${seed}, round ${round}`);
  }
});

test('A frame for a picture has its shape, as far as a frame may', () => {
  assert.deepEqual(frameSize({ width: 700, height: 333 }, DEFAULT_FRAME), { width: 700, height: 333 });
  assert.deepEqual(frameSize({ width: 8_192, height: 4_096 }, DEFAULT_FRAME), { width: 4_096, height: 2_048 });
  const { width, height } = frameSize({ width: 2_000, height: 100 }, DEFAULT_FRAME);
  assert.ok(width / height <= DEFAULT_FRAME.maxAspect + 1e-9 && height >= DEFAULT_FRAME.min);
});

test('An order says what it is made of; words and counts stand in the settings, and nothing that only a frame has', () => {
  const values = { ...FIRST_VALUES, count: 4, eta: 0.7, share: 0.5, from: ' a red ball ', to: 'a blue ball' };
  assert.deepEqual(operationOf('variation', ['a'], values), { kind: 'variation', tiles: ['a'], eta: 0.7 });
  assert.deepEqual(operationOf('interpolation', ['a', 'b'], values), { kind: 'interpolation', tiles: ['a', 'b'] });
  assert.deepEqual(operationOf('textDiff', ['a'], { ...values, count: 1 }), { kind: 'textDiff', tiles: ['a'], fromPrompt: 'a red ball', thetas: [0.25] });
  const bar = { prompt: 'of the bar', negativePrompt: 'blurry', model: 'm', count: 2, seed: 3, steps: 9, strength: 0.4, remake: true, priorSamples: 4 };
  assert.deepEqual(settingsOf(bar, 'textDiff', { ...values, count: 1 }, 'its own', 77), { prompt: 'a blue ball', negativePrompt: 'blurry', model: 'm', count: 1, seed: 77, steps: 9, remake: false });
  assert.deepEqual(settingsOf(bar, 'variation', values, 'its own', 77), { prompt: 'its own', negativePrompt: 'blurry', model: 'm', count: 4, steps: 9, remake: false });
  assert.deepEqual(settingsOf(null, 'upscale', values, '', 77), { prompt: '', negativePrompt: '', count: 1, remake: false });
  assert.equal(thetaOf(1), 0.5, 'half of the way is all of the way that can be gone');
  assert.equal(missing('textDiff', values), null);
  assert.equal(missing('textDiff', { ...values, to: 'a red ball' }), 'same');
  assert.equal(missing('textDiff', { ...values, from: ' ' }), 'from');
  assert.equal(missing('variation', { ...values, from: '' }), null);
});

test('One picture can be varied, blended, changed, made larger and, if it was painted here, seen in the making; two can be blended', () => {
  const item = (/** @type {string} */ kind, /** @type {object} */ content = {}) => /** @type {any} */ ({ node: { kind, content } });
  assert.deepEqual(offered([item('tile', { job: 'j' })]), ['variation', 'interpolation', 'textDiff', 'upscale', 'replay']);
  assert.deepEqual(offered([item('tile')]), ['variation', 'interpolation', 'textDiff', 'upscale']);
  assert.deepEqual(offered([item('tile'), item('tile')]), ['interpolation']);
  assert.deepEqual(offered([item('tile'), item('frame')]), []);
  assert.deepEqual(offered([]), []);
});

test('Of questions that overtake each other one is on its way at a time, and the last is always asked', async () => {
  /** @type {number[]} */ const asked = [];
  /** @type {number[]} */ const answered = [];
  /** @type {(() => void)[]} */ const answers = [];
  const newest = new Newest({
    ask: (/** @type {number} */ question) => {
      asked.push(question);
      return new Promise((/** @type {(value: number) => void} */ resolve) => answers.push(() => resolve(question)));
    },
    onAnswer: (answer) => answered.push(answer),
  });
  const answer = async () => {
    answers.shift()?.();
    await new Promise((resolve) => setImmediate(resolve));
  };
  for (const question of [1, 2, 3, 4]) newest.put(question);
  assert.deepEqual(asked, [1]);
  await answer();
  assert.deepEqual([asked, answered], [[1, 4], [1]]);
  newest.put(5);
  newest.drop();
  await answer();
  assert.deepEqual([asked, answered], [[1, 4], [1, 4]], 'what was dropped is not asked');
  newest.put(6);
  newest.destroy();
  await answer();
  assert.deepEqual(answered, [1, 4], 'nobody hears an answer after the end');
});

test('What was dropped is asked no more, however busy its answer says the site is, and its failure is nobody\'s', async () => {
  /** @type {string[]} */ const asked = [];
  /** @type {unknown[]} */ const failures = [];
  /** @type {((answer: Promise<string>) => void)[]} */ const answers = [];
  const newest = new Newest({
    ask: (/** @type {string} */ question) => {
      asked.push(question);
      return new Promise((/** @type {(answer: Promise<string>) => void} */ resolve) => answers.push(resolve));
    },
    onAnswer: () => {},
    onError: (error) => failures.push(error),
    again: (answer) => (answer === 'busy' ? 0 : null),
  });
  const answer = async (/** @type {Promise<string>} */ what) => {
    answers.shift()?.(what);
    await new Promise((resolve) => setImmediate(resolve));
  };
  newest.put('old');
  await answer(Promise.resolve('busy'));
  assert.deepEqual(asked, ['old', 'old'], 'a busy site is asked again');
  newest.drop();
  await answer(Promise.resolve('busy'));
  assert.deepEqual(asked, ['old', 'old']);
  newest.put('old');
  newest.drop();
  newest.put('new');
  await answer(Promise.reject(new Error('gone')));
  assert.deepEqual([asked, failures], [['old', 'old', 'old', 'new'], []]);
  await answer(Promise.reject(new Error('also gone')));
  assert.equal(failures.length, 1);
  newest.destroy();
});

test('The card lies beside its picture, and says when it cannot help covering it', () => {
  const card = { width: 320, height: 300 };
  const room = { width: 1_440, height: 900, insets: { left: 64, top: 56, right: 64, bottom: 104 } };
  assert.deepEqual(placeCard(rect(200, 200, 400, 400), card, room), { x: 612, y: 200, isCovering: false });
  assert.deepEqual(placeCard(rect(900, 200, 400, 400), card, room), { x: 568, y: 200, isCovering: false });
  assert.equal(placeCard(rect(70, 60, 1_300, 720), card, room).isCovering, true);
  assert.equal(besideCard(card, room).right, 64 + 320 + 20);
  // Of the free places the first that hides hardly anything of the other pictures; where all of them hide some, the least.
  assert.deepEqual(placeCard(rect(420, 200, 200, 200), card, room, [rect(632, 200, 200, 200)]), { x: 88, y: 200, isCovering: false });
  assert.deepEqual(placeCard(rect(420, 200, 200, 200), card, room, [rect(640, 200, 50, 50)]), { x: 632, y: 200, isCovering: false });
  assert.equal(placeCard(rect(420, 70, 200, 200), card, room, [rect(632, 70, 700, 250), rect(72, 70, 330, 250)]).y, 282);
  const phone = { width: 390, height: 844, insets: { left: 0, top: 56, right: 0, bottom: 168 } };
  assert.deepEqual(placeCard(rect(20, 70, 300, 300), { width: 390, height: 400 }, phone), { x: 0, y: 444, isCovering: false });
  assert.equal(placeCard(rect(20, 300, 300, 300), { width: 390, height: 400 }, phone).isCovering, true);
});

test('The map shows each picture of a job in its own place, with what is known of it', () => {
  const { stage, replica, scene } = board();
  replica.do(frameAdd({ node: 'f', transform: { ...rect(1_088, 0), rotation: 0 }, order: stage.topKey(), settings: /** @type {any} */ ({ prompt: '', count: 4 }) }));
  scene.update(replica.view);
  const result = (/** @type {number} */ image) => ({ image, content: { sha256: `${image}`.repeat(64), pixelWidth: 512, pixelHeight: 512 }, placement: rect(1_088, 0), rating: null, accepted: false });
  const job = { id: 'j', frameId: 'f', actor: 'ann', authorName: 'Ann', mine: true, state: 'succeeded', step: 0, steps: 0, results: [0, 1, 2, 3].map(result), settings: { count: 4 }, operation: { kind: 'variation', tiles: ['a'] } };
  stage.setSlots('f', slotsFor(/** @type {any} */ (job), rect(1_088, 0)));
  const marks = marksOf(stage);
  assert.deepEqual(marks.map((mark) => [mark.rect.x, mark.rect.y, mark.sha256?.[0], mark.frame]), [[0, 0, 'a', null], [544, 0, 'b', null], [1_088, 0, '0', 'f'], [1_632, 0, '1', 'f'], [1_088, 544, '2', 'f'], [1_632, 544, '3', 'f']]);
  assert.deepEqual(stage.bounds, { x: 0, y: 0, width: 2_144, height: 1_056 }, 'what waits beside its frame is part of what is to be seen');
  stage.setSlots('f', []);
  stage.setCandidate('f', /** @type {any} */ ({ content: result(1).content }));
  assert.deepEqual(marksOf(stage).at(-1), { rect: rect(1_088, 0), sha256: '1'.repeat(64), frame: 'f', note: null });
});

test('Candidates are ranked by how near they are to their words; those that nobody has measured come last', () => {
  const result = (/** @type {number} */ image, /** @type {number | null | undefined} */ similarity) => /** @type {any} */ ({ image, similarity });
  assert.deepEqual(ranked([result(0, 0.2), result(1, undefined), result(2, 0.9), result(3, 0.2)]).map((one) => one.image), [2, 0, 3, 1]);
  assert.equal(canRank([result(0, 0.2), result(1, null)]), false);
  assert.equal(canRank([result(0, 0.2), result(1, 0.3)]), true);
  assert.equal(canRank([result(0, 0.871), result(1, 0.872)]), false, 'what nobody could see is no order');
});

/** @param {Record<string, (...args: any[]) => any>} [hub] */
function board(hub = {}) {
  const replica = new ReplicaClient({ client: 'c', actor: 'ann', role: 'editor' });
  const scene = new Scene();
  const camera = new CameraController({ reducedMotion: true, onChange: () => {} });
  const stage = new Stage({ doc: /** @type {any} */ (replica), scene, camera, text: {}, reducedMotion: true, invalidate: () => {}, notify: () => {}, onChange: () => {} });
  /** @type {string[]} */ const cleared = [];
  const jobs = new Jobs({ stage, boardId: 'b', previews: /** @type {any} */ ({ clear: (/** @type {string} */ key) => cleared.push(key) }), colourOf: () => null, ask: async () => true });
  const add = (/** @type {string} */ node, /** @type {number} */ x, rotation = 0) => {
    replica.do(tileAdd({ node, transform: { ...rect(x, 0), rotation }, order: stage.topKey(), content: { sha256: node.repeat(64).slice(0, 64), pixelWidth: 512, pixelHeight: 512 } }));
    scene.update(replica.view);
  };
  add('a', 0);
  add('b', 544);
  /** @type {any[]} */ const generated = [];
  const operations = new Operations({
    stage,
    invoke: async (method, ...args) => hub[method]?.(...args) ?? { price: 4 },
    stream: async (method, ...args) => hub[method]?.(...args),
    describe: async () => ({ prompt: 'a red ball', film: null }),
    generate: async (args) => {
      generated.push(args);
      return hub.Generate?.(args) ?? { job: { id: 'j' } };
    },
  });
  return { replica, scene, stage, jobs, operations, generated, cleared, add };
}
const settled = () => new Promise((resolve) => setTimeout(resolve, 0));

test('An order drops the frame where the pictures will lie; a refusal takes it back and is told on the card', async () => {
  let refusal = /** @type {any} */ ({ code: 'not_enough_credits', message: 'You have 1 credit left. This needs 4.' });
  const { replica, scene, stage, operations, generated } = board({ Generate: () => (refusal === null ? { job: { id: 'j' } } : { refusal }) });
  stage.select(['a']);
  assert.equal(operations.open('variation'), true);
  await settled();
  assert.equal(operations.current?.price, 4);
  assert.equal(await operations.order(), null);
  assert.equal(operations.current?.refusal?.code, 'not_enough_credits');
  assert.equal(replica.view.layers().filter((node) => node.kind === 'frame').length, 0);

  refusal = null;
  const frame = await operations.order();
  scene.update(replica.view);
  assert.equal(operations.current, null, 'the card has done its work');
  // To the right the second picture lies, so they go to the left.
  assert.deepEqual(scene.find(/** @type {string} */ (frame))?.bounds, rect(-GAP - 1056, 0));
  assert.deepEqual(generated[1].operation, { kind: 'variation', tiles: ['a'], eta: 0.5 });
  const node = replica.view.find(/** @type {string} */ (frame));
  assert.equal(node?.kind === 'frame' && node.settings.value.prompt, 'a red ball', 'the words of the picture itself');
  assert.deepEqual([...stage.selection], ['a'], 'what one works on stays selected');
});

test('A refused order leaves nothing to undo', async () => {
  const { replica, scene, stage, operations } = board({ Generate: () => ({ refusal: { code: 'queue_full', message: 'Full.' } }) });
  stage.select(['a']);
  operations.open('variation');
  assert.equal(await operations.order(), null);
  scene.update(replica.view);
  replica.undo();
  assert.deepEqual([replica.view.isLive('a'), replica.view.isLive('b')], [true, false], 'what was done before the order');
  replica.redo();
  assert.equal(replica.redo(), false);
  assert.equal(replica.view.layers().filter((node) => node.kind === 'frame').length, 0);
});

test('An order that nobody answered keeps its frame, and the next press is for the same one', async () => {
  /** @type {any[]} */ const answers = [{ refusal: { code: 'unanswered', message: 'No answer.' } }, { job: { id: 'j' } }];
  const { replica, scene, stage, operations, generated } = board({ Generate: () => answers.shift() });
  stage.select(['a']);
  operations.open('variation');
  assert.equal(await operations.order(), null);
  scene.update(replica.view);
  assert.equal(operations.current?.refusal?.code, 'unanswered');
  assert.equal(replica.view.isLive(generated[0].frameId), true, 'its pictures may come');
  operations.set({ count: 2 });
  assert.equal(await operations.order(), generated[0].frameId);
  scene.update(replica.view);
  const frames = replica.view.layers().filter((node) => node.kind === 'frame');
  assert.deepEqual(frames.map((node) => [node.id, node.kind === 'frame' && node.settings.value.count]), [[generated[0].frameId, 2]]);
  assert.equal(operations.current, null);
});

test('An order that arrived though nobody answered closes its card when its pictures are heard of', async () => {
  const { replica, scene, stage, operations, generated } = board({ Generate: () => ({ refusal: { code: 'unanswered', message: 'No answer.' } }) });
  stage.select(['a']);
  operations.open('variation');
  await operations.order();
  scene.update(replica.view);
  operations.arrived({ frameId: 'another', mine: true });
  assert.notEqual(operations.current, null);
  operations.arrived({ frameId: generated[0].frameId, mine: true });
  assert.equal(operations.current, null);
  assert.equal(replica.view.isLive(generated[0].frameId), true);
});

test('A price that was asked for one card is not shown on the next', async () => {
  /** @type {((answer: any) => void)[]} */ const answers = [];
  const { stage, operations } = board({ PriceOf: () => new Promise((resolve) => answers.push(resolve)) });
  stage.select(['a']);
  operations.open('variation');
  operations.open('upscale');
  answers[0]({ price: 4 });
  await settled();
  assert.equal(operations.current?.price, null);
  answers[1]({ price: 1, factor: 2 });
  await settled();
  assert.deepEqual([operations.current?.price, operations.current?.factor], [1, 2]);
});

test('A meter compares the candidates with each other, whatever the scale of their model', () => {
  const result = (/** @type {number | null} */ similarity) => /** @type {any} */ ({ similarity });
  for (const [low, high] of [[0.86, 0.89], [0.24, 0.31], [-0.1, 0.05]]) {
    const all = [result(low), result(high), result((low + high) / 2), result(null)];
    const [first, second, third, none] = all.map((one) => standing(one, all));
    assert.deepEqual([first?.place, second?.place, third?.place, first?.count, none], [3, 1, 2, 3, null]);
    assert.equal(second?.share, 1);
    assert.ok(first !== null && first.share > 0 && first.share < 0.2, 'not the full bar of a raw 0.86');
    assert.ok(Math.abs((third?.share ?? 0) - 0.575) < 1e-9);
  }
  assert.equal(standing(result(0.9), [result(0.9)]), null, 'alone it is compared with nothing');
  assert.equal(standing(result(0.88), [result(0.88), result(0.88)]), null, 'equals are not ranked');
});

test('A card closes when its picture goes, and a blend needs two', async () => {
  const { replica, scene, stage, operations } = board();
  stage.select(['a']);
  assert.equal(operations.open('interpolation'), false);
  stage.select(['a', 'b']);
  assert.equal(operations.open('interpolation'), true);
  assert.deepEqual(operations.current?.tiles, ['a', 'b']);
  replica.do(nodeDelete('b'));
  scene.update(replica.view);
  operations.follow();
  assert.equal(operations.current, null);
});

test('Sketches come for words that differ; a busy model says so and is asked again', async () => {
  /** @type {any[]} */ const asked = [];
  const { stage, operations } = board({ Sketch: (request) => {
    asked.push(request);
    return asked.length <= 2 ? { busy: true } : { url: 'data:image/webp;base64,AA==' };
  } });
  stage.nextSettings = /** @type {any} */ ({ prompt: '', model: 'karlo' });
  stage.select(['a']);
  operations.open('textDiff');
  await settled();
  assert.deepEqual([operations.current?.values.from, operations.current?.values.to], ['a red ball', 'a red ball'], 'its own words stand there');
  operations.set({ share: 0.2 });
  assert.equal(operations.current?.sketch.state, 'none', 'there is nothing to be changed yet');
  operations.set({ to: 'a blue ball' });
  operations.set({ share: 0.4 });
  assert.equal(operations.current?.sketch.state, 'asking');
  await new Promise((resolve) => setTimeout(resolve, 90));
  assert.equal(asked.length, 1, 'one question for two movements');
  assert.deepEqual({ ...asked[0], seed: 0 }, { kind: 'textDiff', tiles: ['a'], prompt: 'a blue ball', fromPrompt: 'a red ball', theta: 0.2, eta: null, seed: 0, model: 'karlo' }, 'of the model that the order would name');
  assert.equal(operations.current?.sketch.state, 'asking', 'once may be the quick hand');
  operations.set({ share: 0.5 });
  await new Promise((resolve) => setTimeout(resolve, 90));
  assert.equal(operations.current?.sketch.state, 'busy');
  operations.set({ share: 0.6 });
  await new Promise((resolve) => setTimeout(resolve, 90));
  assert.equal(operations.current?.sketch.state, 'shown');
  assert.equal(asked[1].seed, asked[0].seed, 'only what is slid changes');
  operations.destroy();
});

/** @param {any} [more] */
const job = (more = {}) => ({
  id: 'j', boardId: 'b', frameId: 'f', actor: 'ann', authorName: 'Ann', mine: true, state: 'succeeded', task: 'textToImage', step: 1, steps: 1, createdAt: 'j', settings: { count: 3 },
  operation: { kind: 'interpolation', tiles: ['a', 'b'] },
  results: [0, 1, 2].map((image) => ({ image, accepted: false, placement: rect(0, 600), content: { sha256: `${image}`.repeat(64), pixelWidth: 256, pixelHeight: 256, job: 'j', image } })), ...more,
});

test('Pictures of a blend are shown beside each other, kept where they are shown, and one undo takes all of them away', () => {
  const { replica, scene, stage, jobs, cleared } = board();
  replica.do({ type: 'frame.add', v: 1, node: 'f', transform: { ...rect(0, 600), rotation: 0 }, order: stage.topKey() });
  scene.update(replica.view);
  jobs.change(/** @type {any} */ (job({ state: 'running', results: [] })));
  assert.deepEqual(stage.slots.get('f')?.map((slot) => [slot.key, slot.rect.x, slot.candidate]), [['f', 0, null], ['f/1', 544, null], ['f/2', 1_088, null]]);
  jobs.change(/** @type {any} */ (job()));
  assert.deepEqual(stage.slots.get('f')?.map((slot) => slot.candidate?.world.x), [0, 544, 1_088]);
  jobs.loaded('1'.repeat(64));
  assert.ok(cleared.includes('f/1'), 'its picture is there: its preview may go');
  const tiles = jobs.accept('j', [0, 2], true);
  scene.update(replica.view);
  assert.deepEqual(tiles.map((id) => scene.find(id)?.bounds.x), [0, 1_088]);
  assert.equal(stage.slots.size, 0);
  assert.equal(replica.view.isLive('f'), false);
  replica.undo();
  assert.equal(tiles.some((id) => replica.view.isLive(id)), false);
  assert.equal(replica.view.isLive('f'), true);
});

test('What came to nothing leaves no frame behind: it was dropped for that alone', () => {
  for (const [operation, isLive] of /** @type {[any, boolean][]} */ ([[{ kind: 'variation', tiles: ['a'] }, false], [null, true]])) {
    const { replica, scene, stage, jobs } = board();
    replica.do({ type: 'frame.add', v: 1, node: 'f', transform: { ...rect(0, 600), rotation: 0 }, order: stage.topKey() });
    scene.update(replica.view);
    jobs.change(/** @type {any} */ (job({ operation })));
    jobs.discard('j');
    assert.equal(replica.view.isLive('f'), isLive);
  }
});

test('An operation that is canceled, wherever that is done, leaves no frame behind', () => {
  for (const tell of /** @type {const} */ (['change', 'restore'])) {
    const { replica, scene, stage, jobs } = board();
    replica.do({ type: 'frame.add', v: 1, node: 'f', transform: { ...rect(0, 600), rotation: 0 }, order: stage.topKey() });
    scene.update(replica.view);
    if (tell === 'change') jobs.change(/** @type {any} */ (job({ state: 'running', results: [] })));
    assert.equal(replica.view.isLive('f'), true);
    jobs[tell](/** @type {any} */ (job({ state: 'canceled', results: [] })));
    assert.equal(replica.view.isLive('f'), false, tell);
  }
});

test('One variation that is kept comes to lie next to its picture; several stay where they were shown', () => {
  for (const [images, places] of /** @type {[number[], number[][]][]} */ ([[[3], [[1_088, 0]]], [[0, 3], [[1_088, 0], [1_632, 544]]]])) {
    const { replica, scene, stage, jobs } = board();
    const first = rect(1_088, 0);
    replica.do({ type: 'frame.add', v: 1, node: 'f', transform: { ...first, rotation: 0 }, order: stage.topKey() });
    scene.update(replica.view);
    const results = [0, 1, 2, 3].map((image) => ({ image, accepted: false, placement: first, content: { sha256: `${image}`.repeat(64), pixelWidth: 256, pixelHeight: 256, job: 'j', image } }));
    jobs.change(/** @type {any} */ (job({ operation: { kind: 'variation', tiles: ['b'] }, settings: { count: 4 }, results })));
    const tiles = jobs.accept('j', images, images.length > 1);
    scene.update(replica.view);
    assert.deepEqual(tiles.map((id) => [scene.find(id)?.bounds.x, scene.find(id)?.bounds.y]), places);
  }
});

test('A larger picture lies exactly on its own, turned as it is', () => {
  const { replica, scene, stage, jobs, add } = board();
  add('c', 2_000, 30);
  replica.do({ type: 'frame.add', v: 1, node: 'f', transform: { ...rect(2_000, 0), rotation: 0 }, order: stage.topKey() });
  scene.update(replica.view);
  jobs.change(/** @type {any} */ (job({ operation: { kind: 'upscale', tiles: ['c'] }, settings: { count: 1 }, results: job().results.slice(0, 1).map((/** @type {any} */ one) => ({ ...one, placement: rect(2_000, 0) })) })));
  assert.equal(stage.candidates.get('f')?.world.rotation, 30);
  const [tile] = jobs.accept('j', [0], false);
  assert.deepEqual(replica.view.worldTransform(tile), replica.view.worldTransform('c'));
});

test('A picture that was kept back has no place among the candidates', () => {
  const some = /** @type {any} */ (job({ results: job().results.slice(1) }));
  assert.deepEqual(slotsFor(some, rect(0, 0)).map((slot) => slot.image), [1, 2]);
  assert.deepEqual(slotsFor(/** @type {any} */ (job({ discarded: true })), rect(0, 0)), []);
  assert.equal(isLaidOut(/** @type {any} */ ({ operation: null, settings: { count: 4 } })), false);
  assert.equal(slotKey('f', 0), 'f');
  assert.deepEqual(unionAll(slotsFor(some, rect(0, 0)).map((slot) => slot.rect)), rect(544, 0, 1_056));
});
