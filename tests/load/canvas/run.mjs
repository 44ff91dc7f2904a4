// Frame time and heap of the canvas with 2,000 pictures on the board and about 100 in view, while it is panned and zoomed by script.
//   node tests/load/canvas/run.mjs                 20 seconds
//   node tests/load/canvas/run.mjs --minutes 5     the heap over five minutes
// Two figures for each frame: what our own code took on the main thread, and how long after the frame before it came (the cadence, which
// in a browser without a graphics card is mostly the drawing itself). Both are by the clock and suffer when the machine is busy with other
// things; beside them stands what the page's main thread has computed, all of it, by its own processor time. The last line is JSON.
import os from 'node:os';
import { launchBrowser, startSite } from '../../canvas-js/pages/site.mjs';

const argument = (name, fallback) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? fallback : Number(process.argv[at + 1]);
};
const minutes = argument('minutes', 1 / 3);
const tiles = argument('tiles', 2000);
const inView = argument('view', 100);
const aimMs = 1000 / 60;

const site = await startSite();
const browser = await launchBrowser({ args: ['--enable-precise-memory-info', '--js-flags=--expose-gc'] });
const failures = [];
try {
  console.log(`${await site.makePictures(browser)} pictures with all levels made`);
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  page.on('pageerror', (error) => failures.push(String(error)));
  const client = await page.context().newCDPSession(page);
  await client.send('Performance.enable', { timeDomain: 'threadTicks' });
  await page.goto(`${site.url}/tests/canvas-js/pages/board.html?tiles=${tiles}`);
  await page.waitForFunction(() => window.ready === true);
  console.log(`renderer: ${await page.evaluate(() => window.graphics())}`.slice(0, 120));

  // About `inView` pictures on the screen: the sheet has one every 544 units.
  await page.evaluate((count) => window.lookAt(count), inView);
  await page.waitForFunction(() => window.isSettled(), null, { timeout: 60_000 });
  console.log(`${await page.evaluate(() => window.drawn())} of ${tiles} pictures in view, zoom ${await page.evaluate(() => window.states.at(-1).zoom)}`);

  console.log(`the machine: ${os.cpus().length} processors, load ${os.loadavg()[0].toFixed(1)}`);
  const heaps = [];
  const parts = { pan: newPart(), zoom: newPart(), drag: newPart() };
  const until = Date.now() + minutes * 60_000;
  for (let round = 0; Date.now() < until || round === 0; round++) {
    for (const name of Object.keys(parts)) {
      const before = await cpuMs(client);
      const stats = await page.evaluate(([what, frames]) => window.play(what, frames), [name, 180]);
      parts[name].script.push(...stats.scriptMs);
      parts[name].cadence.push(...stats.cadenceMs);
      parts[name].cpu.push(((await cpuMs(client)) - before) / Math.max(1, stats.frames));
    }
    // What is alive, not what waits to be collected.
    await client.send('HeapProfiler.collectGarbage');
    const { usedSize } = await client.send('Runtime.getHeapUsage');
    heaps.push({ at: Date.now(), mb: usedSize / 1e6, pixels: await page.evaluate(() => window.heldPixels()) });
  }

  const figures = {};
  for (const [name, { script, cadence, cpu }] of Object.entries(parts)) {
    figures[name] = { frames: script.length, scriptP50: at(script, 0.5), scriptP95: at(script, 0.95), scriptMax: Math.max(...script), cadenceP50: at(cadence, 0.5), cadenceP95: at(cadence, 0.95), cpuMean: cpu.reduce((sum, value) => sum + value, 0) / cpu.length };
    const f = figures[name];
    console.log(`${name.padEnd(5)} ${String(f.frames).padStart(6)} frames   script p50 ${ms(f.scriptP50)}  p95 ${ms(f.scriptP95)}  max ${ms(f.scriptMax)}   cadence p50 ${ms(f.cadenceP50)}  p95 ${ms(f.cadenceP95)}   processor ${ms(f.cpuMean)} a frame`);
  }
  const all = Object.values(parts).flatMap((part) => part.script);
  const everyCadence = Object.values(parts).flatMap((part) => part.cadence);
  const first = heaps[Math.min(2, heaps.length - 1)], last = heaps[heaps.length - 1];
  // A line through all but the first two rounds, in which code is compiled and caches fill.
  const slope = slopePerMinute(heaps.slice(2));
  console.log(`all    ${String(all.length).padStart(6)} frames   script p50 ${ms(at(all, 0.5))}  p95 ${ms(at(all, 0.95))}   cadence p50 ${ms(at(everyCadence, 0.5))}  p95 ${ms(at(everyCadence, 0.95))}   aim ${ms(aimMs)}`);
  console.log(`heap   ${first.mb.toFixed(1)} MB after ${Math.min(3, heaps.length)} rounds, ${last.mb.toFixed(1)} MB after ${heaps.length} rounds, ${slope.toFixed(3)} MB a minute; pictures held ${(last.pixels / 1e6).toFixed(1)} MP of 96`);
  if (failures.length > 0) console.log(`errors in the page: ${failures.join('; ')}`);
  console.log(JSON.stringify({ tiles, inView, minutes, ...figures, scriptP95: at(all, 0.95), cadenceP95: at(everyCadence, 0.95), heapMbPerMinute: slope, heapMb: last.mb, heldPixels: last.pixels, errors: failures.length }));
  if (at(all, 0.95) > aimMs || failures.length > 0) process.exitCode = 1;
} finally {
  await browser.close();
  await site.stop();
}

function newPart() { return { script: [], cadence: [], cpu: [] }; }

/** Processor time of the page's main thread so far. */
async function cpuMs(client) {
  const { metrics } = await client.send('Performance.getMetrics');
  return metrics.find((metric) => metric.name === 'TaskDuration').value * 1000;
}

function at(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}

function ms(value) { return `${value.toFixed(2).padStart(6)} ms`; }

function slopePerMinute(points) {
  if (points.length < 3) return 0;
  const xs = points.map((point) => (point.at - points[0].at) / 60_000);
  const [mx, my] = [xs.reduce((a, b) => a + b) / xs.length, points.reduce((sum, point) => sum + point.mb, 0) / points.length];
  const over = points.reduce((sum, point, i) => sum + (xs[i] - mx) * (point.mb - my), 0);
  const under = xs.reduce((sum, x) => sum + (x - mx) ** 2, 0);
  return under === 0 ? 0 : over / under;
}
