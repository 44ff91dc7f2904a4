// How fair the queue is to programs, and whether a person at a canvas feels them: 50 clients of the official library that never pause, of five
// people with very different numbers of them, and one more person who paints. Real site, real worker, by default with the tests' tiny model.
//   node tests/load/api.mjs                      a minute with the tiny model
//   node tests/load/api.mjs --seconds 300
//   node tests/load/api.mjs --model canvas-mini  the model of the site: pictures take seconds, so give it minutes
// Fails when a person's share is more than 20 % from the mean, when somebody gets nothing, or when the painter waits for more than three rounds. A
// round is what it takes to serve everybody once; no time is asserted in seconds. The last line is JSON for whoever collects figures.
import { randomBytes } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import OpenAI from 'openai';
import { launch, person as visitor } from '../e2e/harness/browser.mjs';
import { newKey, newPerson } from '../e2e/harness/programs.mjs';
import { root, startSite, untilReady } from '../e2e/harness/site.mjs';
import * as steps from '../e2e/harness/steps.mjs';

const argument = (name, fallback) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? fallback : process.argv[at + 1];
};
const seconds = Number(argument('seconds', 60));
const model = argument('model', 'canvas-mini-tiny');
const clientsOf = [4, 6, 8, 14, 18]; // 50 in all; whoever has more asks more often and gets no more.
const mostOff = .2;
const mostRounds = 3;
const pictures = 1;
const size = model === 'canvas-mini-tiny' ? '64x64' : '256x256'; // Native: what is measured is the queue.
const signalR = createRequire(path.join(root, 'src/package.json'))('@microsoft/signalr');

const models = await mkdtemp(path.join(os.tmpdir(), 'canvasweb-models-'));
await symlink(path.join(root, model === 'canvas-mini-tiny' ? 'tests/golden/models' : 'models', model), path.join(models, model));
const site = await startSite({ env: { Inference__Models: models, Credits__FirstMonth: '1000000', OpenAi__RequestsPerMinute: '100000', OpenAi__RetryAfterSeconds: '1', Logging__LogLevel__Default: 'Warning' } });
try {
  await untilReady(site, 120_000);
  const painter = await openBoard();
  const people = await Promise.all(clientsOf.map(async (clients, at) => ({ name: `person ${at + 1}`, clients, key: await newKey(await newPerson(site)), jobs: 0, full: 0, errors: [] })));
  await ask(new OpenAI({ apiKey: people[0].key, baseURL: `${site.url}/v1` })); // The first picture loads the model.

  // 1. Everybody at once, until the time is over. What is counted ends within it, after a tenth in which the queue fills.
  const state = { from: Date.now() + seconds * 100, until: Date.now() + seconds * 1100, stop: new AbortController() };
  setMaxListeners(0, state.stop.signal);
  const running = people.flatMap(one => Array.from({ length: one.clients }, () => client(one, state)));
  const waits = await paint(painter, state);
  state.stop.abort();
  await Promise.all(running);
  await painter.line.stop();

  // 2. Shares.
  const total = people.reduce((sum, one) => sum + one.jobs, 0) + waits.length;
  const mean = people.reduce((sum, one) => sum + one.jobs, 0) / people.length;
  const roundMs = seconds * 1000 / total * (people.length + 1);
  const sorted = waits.toSorted((a, b) => a - b);
  const wait = { count: waits.length, p50: sorted[Math.floor(sorted.length / 2)] ?? null, max: sorted.at(-1) ?? null };
  const problems = [];
  for (const one of people) {
    const off = one.jobs / mean - 1;
    console.log(`${one.name}, ${String(one.clients).padStart(2)} clients: ${String(one.jobs).padStart(4)} jobs  ${percent(off)} from the mean, ${one.full} times told that the queue is full`);
    if (!(Math.abs(off) <= mostOff)) problems.push(`${one.name} is ${percent(off)} from the mean`);
    if (one.errors.length) problems.push(`${one.name}: ${[...new Set(one.errors)].slice(0, 3).join('; ')}`);
  }
  console.log(`the painter:            ${String(wait.count).padStart(4)} jobs  waited p50 ${wait.p50} ms, max ${wait.max} ms; a round of everybody takes ${Math.round(roundMs)} ms`);
  console.log(`${os.availableParallelism()} cores, load ${os.loadavg()[0].toFixed(1)}, ${model}, ${pictures} pictures a job, ${total} jobs in ${seconds} s`);
  if (wait.count === 0) problems.push('the painter got nothing');
  else if (wait.max > mostRounds * roundMs) problems.push(`the painter once waited ${(wait.max / roundMs).toFixed(1)} rounds`);
  for (const problem of problems) console.error(problem);
  console.log(JSON.stringify({ people: people.map(({ clients, jobs, full }) => ({ clients, jobs, full })), wait, roundMs, load: os.loadavg()[0], problems }));
  process.exitCode = problems.length ? 1 : 0;
} finally {
  await site.stop();
  await rm(models, { recursive: true, force: true });
}

async function ask(openai, options) {
  return await openai.images.generate({ prompt: 'a red ball', n: pictures, size, response_format: 'url' }, options);
}

/** A program that asks again as soon as it has its pictures, and when it is told to. */
async function client(one, state) {
  const openai = new OpenAI({ apiKey: one.key, baseURL: `${site.url}/v1`, maxRetries: 0 });
  while (Date.now() < state.until) {
    try {
      await ask(openai, { signal: state.stop.signal });
      if (Date.now() >= state.from && Date.now() < state.until) one.jobs++;
    } catch (error) {
      if (state.stop.signal.aborted) return;
      if (error.status !== 429) { one.errors.push(error.message); return; }
      one.full++;
      await new Promise(resolve => setTimeout(resolve, 1000 * Number(error.headers.get('retry-after') ?? 1)));
    }
  }
}

/** A person with a frame on a board who presses again as soon as the pictures are there. @returns {Promise<number[]>} What they waited, milliseconds. */
async function paint({ line, frame, settings, ended }, state) {
  const waits = [];
  while (Date.now() < state.until) {
    const pressed = Date.now();
    const { job, refusal } = await line.invoke('Generate', { frameId: frame, settings, requestId: randomId() });
    if (!job) throw new Error(`The painter was refused: ${refusal.message}`);
    const how = await ended(job.id);
    if (how !== 'succeeded') throw new Error(`The painter's job ${how}`);
    if (Date.now() >= state.from && Date.now() < state.until) waits.push(Date.now() - pressed);
  }
  return waits;
}

/** A board with a frame, over the hub; the browser is there for making it and gone before anything is counted. */
async function openBoard() {
  const browser = await launch();
  const { page, context } = await visitor(browser, site);
  await steps.tryIt(page);
  const board = await steps.newBoard(page);
  const cookie = (await context.cookies()).map(({ name, value }) => `${name}=${value}`).join('; ');
  await browser.close();

  const states = new Map();
  const waiting = new Map();
  const line = new signalR.HubConnectionBuilder().withUrl(`${site.url}/hubs/board`, { headers: { Cookie: cookie }, transport: signalR.HttpTransportType.WebSockets }).configureLogging(signalR.LogLevel.Error).build();
  for (const message of ['opsApplied', 'presenceChanged', 'resync']) line.on(message, () => {});
  line.on('preview', preview => { line.send('AckPreview', preview.job, preview.step).catch(() => {}); });
  line.on('jobChanged', job => {
    if (job.state === 'queued' || job.state === 'running') return;
    states.set(job.id, job.state);
    waiting.get(job.id)?.(job.state);
  });
  await line.start();
  const [tab, frame] = [randomId(), randomId()];
  await line.invoke('Join', { boardId: board, client: tab, haveSeq: 0 });
  const { outcomes } = await line.invoke('SubmitOps', [{
    client: tab, clientSeq: 1, op: { type: 'frame.add', v: 1, node: frame, transform: { x: 0, y: 0, width: 64, height: 64, rotation: 0 }, order: 'a0V' },
  }]);
  if (outcomes[0].refusal) throw new Error(`No frame: ${outcomes[0].refusal.sentence}`);
  return {
    line, frame, settings: { prompt: 'a red ball', count: pictures },
    ended: id => new Promise(resolve => { if (states.has(id)) resolve(states.get(id)); else waiting.set(id, resolve); }),
  };
}

function randomId() {
  return randomBytes(16).toString('base64url');
}

function percent(share) {
  return `${share >= 0 ? '+' : ''}${(100 * share).toFixed(1)} %`;
}
