// @ts-check
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as ops from '../../../wwwroot/js/canvas/document/ops.js';
import { ReplicaClient } from '../../../wwwroot/js/canvas/document/replica.js';
import { Jobs, isStaged } from '../../../wwwroot/js/canvas/view/jobs.js';
import { at, frame } from '../support/board.js';

const sha256 = 'a'.repeat(64);

/** @param {boolean} [accepted] @returns {import('../../../wwwroot/js/canvas/view/jobs.js').JobView} */
const made = (accepted = false) => /** @type {any} */ ({
  id: 'job', boardId: 'board', frameId: 'f', actor: 'ann', authorName: 'Ann', mine: true, state: 'succeeded', task: 'textToImage', step: 4, steps: 4, settings: {},
  results: [0, 1].map((image) => ({ image, content: { sha256, pixelWidth: 512, pixelHeight: 512, job: 'job', image, frame: 'f' }, placement: { x: 0, y: 0, width: 512, height: 512 }, accepted: accepted && image === 0 })),
});

/** A board with a frame, and the jobs on it; what is asked of the server is noted. */
function open() {
  const replica = new ReplicaClient({ client: 'a', actor: 'ann', role: 'editor' });
  replica.do([frame('f')]);
  /** @type {[string, unknown][]} */ const asked = [];
  const candidates = new Map();
  const stage = {
    canEdit: true, running: new Map(), candidates,
    setCandidate: (/** @type {string} */ id, /** @type {unknown} */ candidate) => (candidate === null ? candidates.delete(id) : candidates.set(id, candidate)),
    invalidate() {}, changed() {},
  };
  const jobs = new Jobs(/** @type {any} */ ({ stage, boardId: 'board', previews: { clear() {} }, colourOf: () => null, ask: async (/** @type {string} */ path, /** @type {unknown} */ body) => { asked.push([path, body]); return true; } }));
  jobs.follow(replica.view);
  const write = (/** @type {any[]} */ list) => { replica.do(list); jobs.follow(replica.view); };
  return { jobs, write, asked, candidates };
}

const tile = () => ops.tileAdd({ node: 't', transform: at(0, 0, 512, 512), order: 'a5', content: made().results[0].content });

test('A candidate that lies on the board is accepted although the server was never told, and is told then', () => {
  const { jobs, write, asked } = open();
  write([tile(), ops.nodeDelete('f')]);
  jobs.restore(made());
  const job = jobs.find('job');
  assert.ok(job !== undefined && !isStaged(job));
  assert.deepEqual(job.results.map((result) => result.accepted), [true, false]);
  assert.deepEqual(asked, [['job/accept', [0]]]);
});

test('An undo brings the candidates back, and a redo takes them away', () => {
  const { jobs, write, candidates } = open();
  jobs.change(made());
  write([tile(), ops.nodeDelete('f')]);
  assert.equal(jobs.ofFrame('f'), undefined);
  assert.equal(candidates.size, 0);
  write([ops.nodeDelete('t'), ops.nodeRestore('f')]);
  assert.equal(jobs.ofFrame('f')?.id, 'job');
  assert.equal(candidates.get('f')?.image, 0);
  write([ops.nodeRestore('t'), ops.nodeDelete('f')]);
  assert.equal(jobs.ofFrame('f'), undefined);
});

test('After an undo the word of the server from before counts no more, and without a tile it does', () => {
  const { jobs, write } = open();
  write([tile()]);
  write([ops.nodeDelete('t')]);
  jobs.restore(made(true));
  assert.equal(jobs.ofFrame('f')?.id, 'job');
  const other = open();
  other.jobs.restore(made(true));
  assert.equal(other.jobs.ofFrame('f'), undefined);
});
