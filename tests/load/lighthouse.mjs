// Lighthouse over the pages that strangers open (start page, gallery, one picture), and a gallery of 500 pictures: when its first words and pictures are
// painted, and what browser and site hold when somebody has scrolled through all of it. Real site, pictures uploaded as people do; prints figures.
//   node tests/load/lighthouse.mjs                    all
//   node tests/load/lighthouse.mjs --pictures 100     a smaller gallery
//   node tests/load/lighthouse.mjs --only gallery     no Lighthouse
//   node tests/load/lighthouse.mjs --only "gallery, mobile"     Lighthouse over this page alone, no large gallery
// A low score fails; a time does not, because it is the machine's: run it where nothing else runs. The last line is JSON for whoever collects figures.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os, { tmpdir } from 'node:os';
import path from 'node:path';
import { launch, out, person } from '../e2e/harness/browser.mjs';
import { hangPictures, shareBoard } from '../e2e/harness/galleries.mjs';
import { freePort, startSite } from '../e2e/harness/site.mjs';
import * as steps from '../e2e/harness/steps.mjs';

const argument = (name, fallback) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? fallback : process.argv[at + 1];
};
const pictures = Number(argument('pictures', 500));
const only = argument('only', '');
const isPart = only.includes(',');
const aim = 95;
const paintAimMs = 1000;
const categories = ['performance', 'accessibility', 'best-practices', 'seo'];

// In Production: in Development files are sent with headers for those who change them. No worker is needed; "Try it" is Development's, so an account is made.
const site = await startSite({ env: { ASPNETCORE_ENVIRONMENT: 'Production', Inference__Mode: 'External', Inference__Key: 'no-worker-comes-to-this-site-at-all', Tiles__UploadsPerDay: '2000' } });
const browser = await launch();
const figures = { machine: `${os.cpus().length} processors, load ${os.loadavg()[0].toFixed(1)}`, lighthouse: {}, gallery: {} };
let failed = false;
try {
  console.log(`the machine: ${figures.machine}`);
  const { page, context } = await person(browser, site);
  await page.goto('/account/register');
  await page.locator('#name').fill('Ann');
  await page.locator('#email').fill('ann@example.org');
  await page.locator('input[type="password"]').first().fill('correct horse battery staple 7');
  await page.getByRole('button', { name: 'Create account' }).click();
  await page.waitForURL('**/boards');
  const small = await makeGallery(page, 24, 'Hills and other places');
  const large = isPart ? null : await makeGallery(page, pictures, `${pictures} hills`);
  await context.close();

  if (only !== 'gallery') {
    const item = (await (await fetch(small)).text()).match(/href="(\/g\/[\w-]{43}\/[\w-]{22})"/)[1];
    for (const [name, url] of [['start page', site.url + '/'], ['gallery', small], ['one picture', site.url + item]])
      for (const form of ['mobile', 'desktop']) {
        if (!isPart || `${name}, ${form}` === only) await judge(`${name}, ${form}`, url, form);
      }
  }
  if (large) await look(large);
} finally {
  await browser.close();
  await site.stop();
}
console.log(JSON.stringify(figures));
process.exitCode = failed ? 1 : 0;

/** @returns {Promise<string>} the link of a gallery that search engines may list: what they are kept from loses points for that alone */
async function makeGallery(page, count, title) {
  const board = await steps.newBoard(page);
  await hangPictures(page, board, { count, different: Math.min(count, 60) });
  const link = await shareBoard(page, board, title);
  await page.locator('.cwk-share-dialog a', { hasText: 'Edit' }).click();
  await page.waitForURL('**/galleries/*');
  const listed = page.locator('label', { hasText: 'search engines' }).locator('input');
  await listed.check();
  await page.getByText('Saved', { exact: true }).waitFor();
  return link;
}

/** In a process of its own: Lighthouse keeps the browser and the clock to itself. */
async function judge(name, url, form) {
  const file = path.join(out, `lighthouse-${name.replaceAll(/\W+/g, '-')}.json`);
  const profile = await mkdtemp(path.join(tmpdir(), 'canvasweb-lighthouse-'));
  const port = await freePort();
  const chromium = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(candidate => candidate && existsSync(candidate));
  const chrome = spawn(chromium, [`--remote-debugging-port=${port}`, '--headless=new', '--no-sandbox', '--disable-dev-shm-usage', `--user-data-dir=${profile}`, 'about:blank'], { stdio: 'ignore' });
  const gone = new Promise(resolve => chrome.once('exit', resolve));
  try {
    for (let waited = 0; ; waited += 100) {
      if (await fetch(`http://127.0.0.1:${port}/json/version`).then(answer => answer.ok, () => false)) break;
      if (waited > 30_000) throw new Error('Chromium does not listen.');
      await new Promise(resolve => setTimeout(resolve, 100));
    }
    const { default: lighthouse, desktopConfig } = await import('lighthouse');
    const result = await lighthouse(url, { port, output: 'json', logLevel: 'error', onlyCategories: categories }, form === 'desktop' ? desktopConfig : undefined);
    await writeFile(file, /** @type {string} */ (result.report));
    const scores = categories.map(category => Math.round(result.lhr.categories[category].score * 100));
    figures.lighthouse[name] = { ...Object.fromEntries(categories.map((category, at) => [category, scores[at]])), fcpMs: Math.round(result.lhr.audits['first-contentful-paint'].numericValue), lcpMs: Math.round(result.lhr.audits['largest-contentful-paint'].numericValue) };
    const isLow = scores.some(score => score < aim);
    failed ||= isLow;
    console.log(`${isLow ? 'LOW ' : ''}${name}: ${categories.map((category, at) => `${category} ${scores[at]}`).join(', ')}; first paint ${figures.lighthouse[name].fcpMs} ms, largest ${figures.lighthouse[name].lcpMs} ms`);
    if (isLow) {
      for (const audit of Object.values(result.lhr.audits).filter(one => one.score !== null && one.score < .9 && one.scoreDisplayMode !== 'informative')) console.log(`    ${audit.id}: ${audit.title} ${audit.displayValue ?? ''}`);
    }
  } finally {
    chrome.kill('SIGKILL');
    await gone;
    await rm(profile, { recursive: true, force: true });
  }
}

/** The large gallery as somebody sees it who goes through all of its pages. */
async function look(link) {
  const before = await residentMiB();
  const paints = [];
  for (let run = 0; run < 5; run++) {
    const { page, context } = await person(browser, site);
    await page.goto(link, { waitUntil: 'load' });
    paints.push(await page.evaluate(() => new Promise(resolve => {
      const find = () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime;
      const poll = () => { const at = find(); if (at) resolve(at); else requestAnimationFrame(poll); };
      poll();
    })));
    await context.close();
  }
  paints.sort((a, b) => a - b);

  const { page, context } = await person(browser, site);
  const client = await context.newCDPSession(page);
  await client.send('Performance.enable');
  let [pages, seen, heap, nodes] = [0, 0, 0, 0];
  for (let next = link; next; pages++) {
    await page.goto(next);
    for (let y = 0; y < await page.evaluate(() => document.documentElement.scrollHeight); y += 800) {
      await page.evaluate(to => window.scrollTo(0, to), y);
      await page.waitForFunction(() => [...document.images].filter(image => { const box = image.getBoundingClientRect(); return box.bottom > 0 && box.top < innerHeight; }).every(image => image.complete));
    }
    seen += await page.evaluate(() => [...document.images].filter(image => image.complete && image.naturalWidth).length);
    const metrics = Object.fromEntries((await client.send('Performance.getMetrics')).metrics.map(({ name, value }) => [name, value]));
    [heap, nodes] = [Math.max(heap, metrics.JSHeapUsedSize), Math.max(nodes, metrics.Nodes)];
    next = await page.evaluate(() => document.querySelector('.cwg-pages a[rel="next"]')?.href ?? null);
  }
  await context.close();
  const after = await residentMiB();
  figures.gallery = { pictures, pages, seen, fcpMs: paints.map(Math.round), heapMiB: +(heap / 2 ** 20).toFixed(1), nodes, siteBeforeMiB: before, siteAfterMiB: after };
  failed ||= seen < pictures;
  console.log(`gallery of ${pictures}: first contentful paint ${Math.round(paints[2])} ms (median of ${paints.map(Math.round).join(', ')}; aim ${paintAimMs}); ${seen} pictures seen on ${pages} pages; at most ${figures.gallery.heapMiB} MiB of script and ${nodes} nodes in the page; the site held ${before} MiB before and ${after} MiB after`);
}

async function residentMiB() {
  const status = await readFile(`/proc/${site.process.pid}/status`, 'utf8').catch(() => '');
  return Math.round(Number(status.match(/VmRSS:\s+(\d+)/)?.[1] ?? NaN) / 1024);
}
