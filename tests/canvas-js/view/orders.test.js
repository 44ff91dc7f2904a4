// @ts-check
// What becomes of an order whose answer is lost: it is asked for by its name until somebody knows.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CameraController } from '../../../wwwroot/js/canvas/camera/controller.js';
import { frameAdd } from '../../../wwwroot/js/canvas/document/ops.js';
import { ReplicaClient } from '../../../wwwroot/js/canvas/document/replica.js';
import { Jobs } from '../../../wwwroot/js/canvas/view/jobs.js';
import { Orders } from '../../../wwwroot/js/canvas/view/orders.js';
import { Scene } from '../../../wwwroot/js/canvas/view/scene.js';
import { Stage } from '../../../wwwroot/js/canvas/view/stage.js';

const frame = { x: 0, y: 0, width: 512, height: 512 };
const lost = () => { throw new Error('The line broke.'); };
/** @param {string} id */
const job = (id) => /** @type {any} */ ({ id, boardId: 'b', frameId: 'f', actor: 'ann', authorName: 'Ann', mine: true, state: 'queued', task: 'textToImage', step: 0, steps: 1, settings: {}, results: [], createdAt: id });

/** @param {(request: any) => any} hear  What the hub makes of an order. */
function open(hear) {
  const replica = new ReplicaClient({ client: 'c', actor: 'ann', role: 'editor' });
  const scene = new Scene();
  const camera = new CameraController({ reducedMotion: true, onChange: () => {} });
  const stage = new Stage({ doc: /** @type {any} */ (replica), scene, camera, text: {}, reducedMotion: true, invalidate: () => {}, notify: () => {}, onChange: () => {} });
  replica.do(frameAdd({ node: 'f', transform: { ...frame, rotation: 0 }, order: stage.topKey() }));
  scene.update(replica.view);
  const jobs = new Jobs({ stage, boardId: 'b', previews: /** @type {any} */ ({ clear() {} }), colourOf: () => null, ask: async () => true });
  /** @type {string[]} */ const names = [];
  const orders = new Orders({ stage, jobs, connection: /** @type {any} */ ({ status: 'saved', on: () => () => {}, invoke: async (/** @type {string} */ _, /** @type {any} */ request) => {
    names.push(request.requestId);
    return hear(request);
  } }) });
  const press = async () => /** @type {any} */ (await orders.generate({ frameId: 'f' }));
  return { orders, jobs, names, press };
}

test('A lost answer is asked for by the same name, also by the next press, until one is heard', async () => {
  let hear = /** @type {() => any} */ (lost);
  const { orders, names, press } = open(() => hear());
  assert.equal((await press()).refusal.code, 'unanswered');
  assert.equal((await press()).refusal.code, 'unanswered');
  assert.equal(orders.isUnanswered('f'), true);
  assert.equal(new Set(names).size, 1, 'one name for four questions');
  hear = () => ({ job: job('j') });
  assert.equal((await press()).job.id, 'j');
  assert.equal(new Set(names).size, 1);
  assert.equal(orders.isUnanswered('f'), false);
  await press();
  assert.equal(new Set(names).size, 2, 'a press after that is for another picture');
});

test('A refusal is an answer: the next press is another order', async () => {
  const { orders, names, press } = open(() => ({ refusal: { code: 'queue_full', message: 'Full.' } }));
  assert.equal((await press()).refusal.code, 'queue_full');
  assert.equal(orders.isUnanswered('f'), false);
  await press();
  assert.notEqual(names[0], names[1]);
});

test('Pictures that are heard of answer their order: the press found them, and the next is for others', async () => {
  let isComing = true;
  const { jobs, names, press } = open(() => {
    if (isComing) jobs.change(job('j'));
    lost();
  });
  jobs.change(job('before'));
  assert.equal((await press()).job.id, 'j');
  isComing = false;
  assert.equal((await press()).refusal.code, 'unanswered');
  jobs.change(job('k'));
  await press();
  assert.equal(new Set(names).size, 3);
});
