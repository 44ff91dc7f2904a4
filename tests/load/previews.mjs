// How late previews are in the whole product: from the end of a step on the worker to the moment at which Chromium has painted it, with one
// viewer and with twenty, one of which never reads. Real site, real worker, canvas-mini; asserts no time, prints figures.
//   node tests/load/previews.mjs                    1 viewer, then 20
//   node tests/load/previews.mjs --pictures 4       longer runs
//   node tests/load/previews.mjs --viewers 50       another crowd
// Both clocks are this machine's. "Painted" is the second animation frame after the picture was decoded and put in the page. What one run does
// not tell of (the same without a browser, at an even pace, p99) is in previews.sh. The last line is JSON for whoever collects figures.
import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { launch, person } from '../e2e/harness/browser.mjs';
import { root, startSite, untilReady } from '../e2e/harness/site.mjs';
import * as steps from '../e2e/harness/steps.mjs';

const argument = (name, fallback) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? fallback : Number(process.argv[at + 1]);
};
const pictures = Math.min(8, argument('pictures', 2));
const crowd = argument('viewers', 20);
const aimMs = 100;
const longest = { timeout: 600_000 };
const recordSeparator = '\u001e';

// The site's own client, from where the site's build has put it.
const signalR = createRequire(path.join(root, 'src/package.json'))('@microsoft/signalr');

const site = await startSite();
const browser = await launch();
try {
  await untilReady(site);
  const { page, context } = await person(browser, site);
  page.setDefaultTimeout(longest.timeout);
  await steps.tryIt(page);
  const cookie = (await context.cookies()).map(({ name, value }) => `${name}=${value}`).join('; ');

  // The first picture loads the model and warms up both sides; nobody counts it.
  await run(page, cookie, 1, 1);
  const runs = [await run(page, cookie, 1, pictures), await run(page, cookie, crowd, pictures)];
  for (const one of runs) {
    const who = one.viewers === 1 ? '1 viewer' : `${one.viewers} viewers, one never reads`;
    console.log(`${who.padEnd(30)} step end → painted: p50 ${ms(one.painted.p50)}  p95 ${ms(one.painted.p95)}  max ${ms(one.painted.max)}  (${one.painted.count} of ${one.steps} steps)` +
      (one.arrived.count ? `   → arrived at the other ${one.viewers - 2}: p50 ${ms(one.arrived.p50)}  p95 ${ms(one.arrived.p95)}` : ''));
  }
  // Other work on the machine shows in every figure above.
  console.log(`${os.availableParallelism()} cores, load ${os.loadavg()[0].toFixed(1)}`);
  const [alone, many] = runs.map(one => one.painted);
  const ratio = { p50: many.p50 / alone.p50, p95: many.p95 / alone.p95 };
  console.log(`${crowd} viewers to 1: p50 × ${ratio.p50.toFixed(2)}  p95 × ${ratio.p95.toFixed(2)}   aim: p95 ≤ ${aimMs} ms, × 1`);
  console.log(JSON.stringify({ runs, ratio }));
} finally {
  await browser.close();
  await site.stop();
}

/** One board, so many viewers, one job. */
async function run(page, cookie, viewers, count) {
  // 1. The one who paints.
  const board = await steps.newBoard(page);
  await page.evaluate(() => {
    window.cwPainted = [];
    new PerformanceObserver(list => window.cwPainted.push(...list.getEntries().filter(({ name }) => name === 'cw-preview-painted').map(({ detail }) => detail))).observe({ type: 'mark' });
  });

  // 2. Those who only look, and the one that does not even do that.
  const arrivals = [];
  const others = await Promise.all(Array.from({ length: Math.max(0, viewers - 2) }, async () => {
    const line = new signalR.HubConnectionBuilder().withUrl(`${site.url}/hubs/board`, { headers: { Cookie: cookie }, transport: signalR.HttpTransportType.WebSockets }).configureLogging(signalR.LogLevel.Error).build();
    for (const message of ['opsApplied', 'presenceChanged', 'jobChanged', 'resync']) line.on(message, () => {});
    line.on('preview', preview => {
      arrivals.push(Date.now() - preview.endedAtMs);
      line.send('AckPreview', preview.job, preview.step).catch(() => {});
    });
    await line.start();
    await line.invoke('Join', { boardId: board, client: randomId(), haveSeq: 0 });
    return line;
  }));
  const deaf = viewers > 1 ? await joinAndNeverRead(board, cookie) : null;

  // 3. One job.
  await steps.setCount(page, count);
  await steps.generate(page, 'a red ball in the forest');
  await page.locator('.cw-strip').waitFor();
  const marks = await page.evaluate(() => window.cwPainted);
  await Promise.all(others.map(line => line.stop()));
  deaf?.destroy();
  await page.locator('.cw-strip').getByRole('button', { name: /^Accept/ }).click();
  await steps.saved(page);
  return { viewers, steps: (marks[0]?.steps ?? 0) * count, painted: figures(marks.map(({ endedAtMs, paintedAtMs }) => paintedAtMs - endedAtMs)), arrived: figures(arrivals) };
}

/** A WebSocket by hand that joins the board, and from then on takes nothing and answers nothing: its receive buffer fills up and stays full. */
async function joinAndNeverRead(board, cookie) {
  const socket = net.connect({ port: site.port, host: 'localhost' });
  let heard = '';
  let wake = () => {};
  socket.on('data', chunk => { heard += chunk.toString('latin1'); wake(); });
  socket.on('error', () => {});
  const until = async what => { while (!heard.includes(what)) await new Promise(resolve => { wake = resolve; }); };
  socket.write([`GET /hubs/board HTTP/1.1`, `Host: localhost:${site.port}`, `Origin: ${site.url}`, `Cookie: ${cookie}`, 'Connection: Upgrade', 'Upgrade: websocket',
    'Sec-WebSocket-Version: 13', `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`, '', ''].join('\r\n'));
  await until('\r\n\r\n');
  if (!heard.startsWith('HTTP/1.1 101')) throw new Error(`The board's hub answered ${heard.slice(0, 80)}`);
  socket.write(textFrame({ protocol: 'json', version: 1 }));
  await until(`{}${recordSeparator}`);
  socket.write(textFrame({ type: 1, invocationId: '1', target: 'Join', arguments: [{ boardId: board, client: randomId(), haveSeq: 0 }] }));
  await until('"invocationId":"1"');
  socket.pause();
  return socket;
}

/** One text message as a client sends it, masked (RFC 6455, section 5.2). @param {object} message Shorter than 64 KB. */
function textFrame(message) {
  const payload = Buffer.from(JSON.stringify(message) + recordSeparator);
  const mask = randomBytes(4);
  const head = payload.length < 126 ? Buffer.from([0x81, 0x80 | payload.length]) : Buffer.from([0x81, 0x80 | 126, payload.length >> 8, payload.length & 0xff]);
  return Buffer.concat([head, mask, payload.map((byte, at) => byte ^ mask[at % 4])]);
}

/** As newId of wwwroot/js/canvas/document/ids.js: 22 characters. */
function randomId() {
  return randomBytes(16).toString('base64url');
}

/** @param {number[]} values Milliseconds. */
function figures(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const at = share => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? null;
  return { count: sorted.length, p50: at(.5), p95: at(.95), max: sorted.at(-1) ?? null };
}

function ms(value) {
  return `${value} ms`;
}
