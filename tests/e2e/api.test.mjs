// The Images API as programs use it: npm's official client, unchanged, against the site with its worker and canvas-mini.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { deflateSync } from 'node:zlib';
import OpenAI, { toFile } from 'openai';
import { newKey, newPerson } from './harness/programs.mjs';
import { startSite, untilReady } from './harness/site.mjs';

const png = [0x89, 0x50, 0x4e, 0x47];

describe('Images API', { concurrency: false }, () => {
  let site, ann, key, client;

  before(async () => {
    site = await startSite({ env: { OpenAi__RequestsPerMinute: '600' } });
    await untilReady(site, 120_000);
    ann = await newPerson(site);
    key = await newKey(ann);
    client = new OpenAI({ apiKey: key, baseURL: `${site.url}/v1` });
  });

  after(async () => await site?.stop());

  test('the snippet of 2022 works but for its host', async () => {
    // With fetch in place of the library of those days; everything that it sent is as it was.
    const response = await fetch(`${site.url}/v1/images/generations`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${key}` },
      body: JSON.stringify({ model: 'image-alpha-001', prompt: 'a red cube on a beach', num_images: 1, size: '256x256', response_format: 'url' }),
    });
    const answer = await response.json();
    assert.equal(response.status, 200, JSON.stringify(answer));
    const picture = await fetch(answer.data[0].url);
    assert.equal(picture.headers.get('content-type'), 'image/png');
    assert.deepEqual([...new Uint8Array(await picture.arrayBuffer()).subarray(0, 4)], png);
    assert.equal(answer.usage.credits, 1);
  });

  test('the official client lists models, generates, edits and varies', async () => {
    const models = await client.models.list();
    assert.deepEqual(models.data.map(model => model.id), ['canvas-mini']);
    assert.equal((await client.models.retrieve('dall-e-2')).id, 'canvas-mini');

    const made = await client.images.generate({ model: 'dall-e-2', prompt: 'a red cube on a beach', size: '256x256', n: 1, response_format: 'b64_json', user: 'somebody' });
    const bytes = Buffer.from(made.data[0].b64_json, 'base64');
    assert.deepEqual(sizeOf(bytes), [256, 256]);
    assert.equal(made.usage.total_tokens, 1);

    const edited = await client.images.edit({
      image: await toFile(bytes, 'picture.png', { type: 'image/png' }), mask: await toFile(maskPng(256, 256), 'mask.png', { type: 'image/png' }),
      prompt: 'a blue sky', size: '256x256', response_format: 'url',
    });
    assert.deepEqual(sizeOf(await load(edited.data[0].url)), [256, 256]);

    const varied = await client.images.createVariation({ image: await toFile(bytes, 'picture.png', { type: 'image/png' }), n: 1, size: '256x256', response_format: 'b64_json' });
    assert.deepEqual(sizeOf(Buffer.from(varied.data[0].b64_json, 'base64')), [256, 256]);
  });

  test('it streams: pictures on their way, then the last one', async () => {
    const stream = await client.images.generate({ model: 'gpt-image-1', prompt: 'a green cone', size: '256x256', stream: true, partial_images: 2 });
    const events = [];
    for await (const event of stream) events.push(event);
    assert.equal(events.at(-1).type, 'image_generation.completed');
    assert.ok(events.length >= 2 && events.slice(0, -1).every(event => event.type === 'image_generation.partial_image'), events.map(event => event.type).join());
    for (const event of events) assert.deepEqual(sizeOf(Buffer.from(event.b64_json, 'base64')), [256, 256]);
    assert.deepEqual(events.slice(0, -1).map(event => event.partial_image_index), events.slice(0, -1).map((_, index) => index));

    const edits = await client.images.edit({ image: await toFile(Buffer.from(events.at(-1).b64_json, 'base64'), 'a.png', { type: 'image/png' }), prompt: 'a red cone', stream: true, partial_images: 1 });
    const kinds = [];
    for await (const event of edits) kinds.push(event.type);
    assert.equal(kinds.at(-1), 'image_edit.completed');
    assert.ok(kinds.slice(0, -1).every(kind => kind === 'image_edit.partial_image'));
  });

  test('what is refused arrives as the client\'s own errors', async () => {
    const stranger = new OpenAI({ apiKey: 'cw_wrong', baseURL: `${site.url}/v1`, maxRetries: 0 });
    await assert.rejects(stranger.models.list(), error => error instanceof OpenAI.AuthenticationError && error.code === 'invalid_api_key' && Boolean(error.requestID));
    await assert.rejects(client.images.generate({ prompt: 'a fox', size: '300x300' }), error => error instanceof OpenAI.BadRequestError && error.code === 'invalid_size' && error.param === 'size' && error.message.includes('256x256'));
    await assert.rejects(client.images.generate({ model: 'no-such-model', prompt: 'a fox' }), error => error instanceof OpenAI.NotFoundError && error.code === 'model_not_found');
    const reader = new OpenAI({ apiKey: await newKey(ann, { scopes: ['images:read'] }), baseURL: `${site.url}/v1` });
    await assert.rejects(reader.images.generate({ prompt: 'a fox' }), error => error instanceof OpenAI.PermissionDeniedError);

    // More than anybody has: 50 credits in the first month, and some are spent.
    const results = await Promise.allSettled(Array.from({ length: 7 }, () => client.images.generate({ prompt: 'a fox', n: 8, size: '256x256' }, { maxRetries: 0, signal: AbortSignal.timeout(3_000) })));
    const poor = results.find(result => result.reason?.status === 402);
    assert.ok(poor, results.map(result => result.reason?.message ?? 'made').join('\n'));
    assert.equal(poor.reason.code, 'insufficient_quota');
  });

  test('whoever hangs up is not charged', async () => {
    // Somebody of this test's own: nothing else changes their balance.
    const bob = await newPerson(site);
    const program = new OpenAI({ apiKey: await newKey(bob), baseURL: `${site.url}/v1` });
    const jobs = async () => (await bob.fetch('/jobs/')).json();
    const before = await balance(bob);
    const hangUp = new AbortController();
    const asking = program.images.generate({ prompt: 'a fox', n: 8, size: '256x256' }, { maxRetries: 0, signal: hangUp.signal });
    const refused = assert.rejects(asking, OpenAI.APIUserAbortError);
    await until('the job', async () => (await jobs()).length === 1);
    assert.deepEqual(await balance(bob), { available: before.available - 8, held: 8 });

    hangUp.abort();
    await refused;
    await until('the end of the job', async () => (await jobs()).every(job => job.state === 'canceled'));
    assert.deepEqual(await balance(bob), before);
  });
});

/** What somebody can spend and what is held, as their credits page shows it. @param {Awaited<ReturnType<typeof newPerson>>} person */
async function balance(person) {
  const page = await (await person.fetch('/credits')).text();
  const [available, held] = [...page.matchAll(/<p class="figure[^>]*>([\d.,\s]+)</g)].map(found => Number(found[1].replace(/\D/g, '')));
  assert.ok(Number.isInteger(available) && Number.isInteger(held), 'the page shows no balance');
  return { available, held };
}

/** @param {string} what @param {() => Promise<boolean>} isSo */
async function until(what, isSo) {
  for (const end = Date.now() + 60_000; Date.now() < end;) {
    if (await isSo()) return;
    await new Promise(resolve => setTimeout(resolve, 50));
  }
  assert.fail(`${what} did not come`);
}

const load = async url => Buffer.from(await (await fetch(url)).arrayBuffer());

/** Width and height from a PNG's header. @param {Buffer} file */
function sizeOf(file) {
  assert.deepEqual([...file.subarray(0, 4)], png);
  return [file.readUInt32BE(16), file.readUInt32BE(20)];
}

/** Transparent in the upper half: what is to be made anew. */
function maskPng(width, height) {
  const rows = Buffer.alloc((width * 4 + 1) * height);
  for (let y = height / 2; y < height; y++) for (let x = 0; x < width; x++) rows[y * (width * 4 + 1) + 1 + x * 4 + 3] = 255;
  const crcTable = Array.from({ length: 256 }, (_, n) => { for (let k = 0; k < 8; k++) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1; return n >>> 0; });
  const chunk = (type, data) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    let crc = 0xffffffff;
    for (const byte of body) crc = crcTable[(crc ^ byte) & 255] ^ (crc >>> 8);
    const out = Buffer.alloc(body.length + 8);
    out.writeUInt32BE(data.length, 0);
    body.copy(out, 4);
    out.writeUInt32BE((crc ^ 0xffffffff) >>> 0, body.length + 4);
    return out;
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 6, 0, 0, 0], 8);
  return Buffer.concat([Buffer.from([...png, 0x0d, 0x0a, 0x1a, 0x0a]), chunk('IHDR', header), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))]);
}
