// @ts-check
// What becomes of candidates: parts are stacked where they belong, and an earlier try is not lost to a later one.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CameraController } from '../../../wwwroot/js/canvas/camera/controller.js';
import { frameAdd } from '../../../wwwroot/js/canvas/document/ops.js';
import { ReplicaClient } from '../../../wwwroot/js/canvas/document/replica.js';
import { Jobs } from '../../../wwwroot/js/canvas/view/jobs.js';
import { Scene } from '../../../wwwroot/js/canvas/view/scene.js';
import { Stage } from '../../../wwwroot/js/canvas/view/stage.js';

const frame = { x: 0, y: 0, width: 512, height: 512 };

function open() {
  const replica = new ReplicaClient({ client: 'c', actor: 'ann', role: 'editor' });
  const scene = new Scene();
  const camera = new CameraController({ reducedMotion: true, onChange: () => {} });
  const stage = new Stage({ doc: /** @type {any} */ (replica), scene, camera, text: {}, reducedMotion: true, invalidate: () => {}, notify: () => {}, onChange: () => {} });
  replica.do(frameAdd({ node: 'f', transform: { ...frame, rotation: 0 }, order: stage.topKey() }));
  scene.update(replica.view);
  const jobs = new Jobs({ stage, boardId: 'b', previews: /** @type {any} */ ({ clear() {} }), colourOf: () => null, ask: async () => true });
  return { replica, stage, jobs };
}

/** @param {string} id @param {string} task @param {any} [more] */
const job = (id, task, more = {}) => ({
  id, boardId: 'b', frameId: 'f', actor: 'ann', authorName: 'Ann', mine: true, state: 'succeeded', task, step: 1, steps: 1, settings: {}, createdAt: id,
  results: [0, 1].map((image) => ({ image, accepted: false, placement: frame, content: { sha256: `${image}`.repeat(64), pixelWidth: 512, pixelHeight: 512, job: id, image } })), ...more,
});

test('Several parts of a picture lie over each other where they belong, and only the first shows', () => {
  for (const [task, offset, hidden] of /** @type {[string, number, boolean][]} */ ([['outpaint', 0, true], ['inpaint', 0, true], ['textToImage', 544, false]])) {
    const { replica, stage, jobs } = open();
    jobs.change(/** @type {any} */ (job('j', task)));
    const [first, second] = jobs.accept('j', [0, 1], true);
    assert.equal(replica.view.worldTransform(first).x, 0);
    assert.equal(replica.view.find(first)?.style.value.hidden, false);
    assert.equal(replica.view.worldTransform(second).x, offset, task);
    assert.equal(replica.view.find(second)?.style.value.hidden, hidden, task);
    assert.deepEqual([...stage.selection], hidden ? [first] : [first, second]);
  }
});

test('An earlier try can be looked at again, and is shown when the later one is put away or comes to nothing', () => {
  const { stage, jobs } = open();
  jobs.change(/** @type {any} */ (job('1', 'textToImage')));
  jobs.change(/** @type {any} */ (job('2', 'textToImage', { state: 'running', results: [] })));
  assert.equal(stage.candidates.get('f'), undefined);
  jobs.change(/** @type {any} */ (job('2', 'textToImage')));
  assert.equal(stage.candidates.get('f')?.job, '2');
  jobs.look('1', 1);
  assert.deepEqual([stage.candidates.get('f')?.job, stage.candidates.get('f')?.image], ['1', 1]);
  jobs.look('2', 0);
  jobs.discard('2');
  assert.equal(stage.candidates.get('f')?.job, '1');
  jobs.change(/** @type {any} */ (job('3', 'textToImage', { state: 'queued', results: [] })));
  jobs.change(/** @type {any} */ (job('3', 'textToImage', { state: 'canceled', results: [] })));
  assert.equal(stage.candidates.get('f')?.job, '1');
});
