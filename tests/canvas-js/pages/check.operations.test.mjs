// Operations on pictures with real pointer and key events, on a page with a hub of its own.
//   node --test tests/canvas-js/pages/check.operations.test.mjs
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';
import { launchBrowser, startSite } from './site.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

let site, browser;
before(async () => {
  site = await startSite();
  browser = await launchBrowser();
  await site.makePictures(browser, { side: 512 });
});
after(async () => {
  await browser?.close();
  await site?.stop();
});

/** Two pictures side by side, 100 %, and a worker that answers each order with a job that runs. */
async function open(t, { touch = false, viewport = { width: 1400, height: 900 } } = {}) {
  const context = await browser.newContext({ viewport, hasTouch: touch, isMobile: touch });
  t.after(() => context.close());
  const page = await context.newPage();
  const problems = [];
  page.on('pageerror', (error) => problems.push(String(error)));
  page.on('console', (message) => { if (message.type() === 'error') problems.push(message.text()); });
  await page.addInitScript(() => {
    window.setUp = (hub, { tileAdd, sha, spread }) => {
      const keys = spread(null, null, 2, 'other');
      hub.others([0, 1].map((n) => tileAdd({ node: `t${n}`, order: keys[n], transform: { x: 100 + 240 * n, y: 120, width: 200, height: 200, rotation: 0 }, content: { sha256: sha(n * 3), pixelWidth: 512, pixelHeight: 512 } })));
      hub.orders = [];
      hub.generate = (request) => {
        hub.orders.push(request);
        return window.job = { id: `j${hub.orders.length}`, boardId: 'test', frameId: request.frameId, actor: 'me', authorName: 'Me', mine: true, state: 'running', task: 'textToImage', place: null, step: 1, steps: 20, price: 4, results: [], settings: request.settings, operation: request.operation, createdAt: `2026-01-01T00:00:0${hub.orders.length}Z` };
      };
    };
  });
  await page.goto(`${site.url}/tests/canvas-js/pages/board.html?still`);
  await page.waitForFunction(() => window.ready === true && window.states.length > 0);
  await page.evaluate(() => {
    const { stage } = window.board.run('inner');
    stage.camera.jump({ x: 0, y: 0, zoom: 1 });
    window.finish = (similarities = []) => {
      const { sha } = window.ops;
      const { x, y, width, height } = stage.doc.view.worldTransform(window.job.frameId);
      const results = Array.from({ length: window.job.settings.count }, (_, image) => ({ image, content: { sha256: sha(20 + image), pixelWidth: 512, pixelHeight: 512, job: window.job.id, image }, placement: { x, y, width, height }, rating: null, accepted: false, reported: false, similarity: similarities[image] ?? null }));
      window.hub.tell('jobChanged', { ...window.job, state: 'succeeded', step: 20, results });
    };
    window.preview = async (image) => {
      const canvas = new OffscreenCanvas(64, 64);
      const context = canvas.getContext('2d');
      context.fillStyle = `hsl(${image * 70} 60% 50%)`;
      context.fillRect(0, 0, 64, 64);
      const bytes = new Uint8Array(await (await canvas.convertToBlob({ type: 'image/webp' })).arrayBuffer());
      const { x, y, width, height } = stage.doc.view.worldTransform(window.job.frameId);
      window.hub.tell('preview', { job: window.job.id, frameId: window.job.frameId, image, step: 2, steps: 20, etaMs: null, frame: { x, y, width, height }, crop: { x, y, width, height }, mime: 'image/webp', data: btoa(String.fromCharCode(...bytes)) });
    };
    window.pictures = () => stage.scene.items.filter((item) => item.node.kind === 'tile').map((item) => item.bounds);
    window.frames = () => stage.scene.items.filter((item) => item.node.kind === 'frame').map((item) => item.id);
    document.body.focus();
  });
  return { page, problems };
}

test('A line drawn from a picture to another blends them in a row; previews come each in its place, all are kept at once, one undo takes them away', async (t) => {
  const { page, problems } = await open(t);
  await page.mouse.click(200, 200);
  const grip = await (await page.waitForSelector('.cw-op-grip')).boundingBox();
  await page.mouse.move(grip.x + 14, grip.y + 14);
  await page.mouse.down();
  await page.mouse.move(440, 220, { steps: 5 });
  await page.waitForFunction(() => window.board.run('inner').stage.live.link?.over === 't1');
  await page.mouse.up();
  await page.waitForSelector('.cw-op[data-kind="interpolation"].is-placed');
  await page.getByRole('button', { name: 'Blend · 3 cr' }).click();
  await page.waitForFunction(() => window.hub.orders.length === 1);
  assert.deepEqual(await page.evaluate(() => window.hub.orders[0].operation), { kind: 'interpolation', tiles: ['t0', 't1'] });
  await page.waitForSelector('.cw-slot[data-state="coming"][data-image="2"]');
  await page.evaluate(() => Promise.all([0, 1, 2].map(window.preview)));
  await page.waitForFunction(() => { const { previews } = window.board.run('inner').renderer; const id = window.job.frameId; return previews.has(id) && previews.has(`${id}/1`) && previews.has(`${id}/2`); });
  await page.evaluate(() => window.finish());
  await page.getByRole('button', { name: 'Keep all 3' }).click();
  const pictures = await page.evaluate(() => window.pictures());
  assert.equal(pictures.length, 5);
  assert.equal(new Set(pictures.slice(2).map(({ y }) => y)).size, 1);
  assert.deepEqual(await page.evaluate(() => window.frames()), []);
  await page.keyboard.press('Control+z');
  assert.equal(await page.evaluate(() => window.pictures().length), 2);
  assert.deepEqual(problems, []);
});

test('A blend by keyboard: X, Tab to the other picture, Enter; Escape ends it without a trace', async (t) => {
  const { page, problems } = await open(t);
  await page.focus('[data-node="t0"]');
  await page.keyboard.press('x');
  await page.getByText('Choose the other picture').waitFor();
  await page.focus('[data-node="t1"]');
  await page.keyboard.press('Enter');
  await page.waitForSelector('.cw-op[data-kind="interpolation"] input:focus');
  assert.deepEqual(await page.evaluate(() => window.board.run('inner').stage.operation.tiles), ['t0', 't1']);
  await page.keyboard.press('ArrowRight');
  assert.equal(await page.evaluate(() => window.board.run('inner').stage.operation.values.count), 4);
  assert.deepEqual(await page.evaluate(() => window.pictures().map(({ x }) => x)), [100, 340], 'the arrows are the slider’s');
  await page.keyboard.press('Escape');
  await page.waitForSelector('.cw-op', { state: 'detached' });
  await page.waitForSelector('[data-node="t0"]:focus');
  assert.deepEqual(problems, []);
});

test('Variations lie beside their picture; the nearest to the words comes first when asked for; rejecting takes the frame away', async (t) => {
  const { page, problems } = await open(t);
  await page.mouse.click(200, 200);
  await page.keyboard.press('m');
  await page.getByRole('button', { name: 'Paint variations · 4 cr' }).click();
  await page.waitForFunction(() => window.hub.orders.length === 1);
  await page.evaluate(() => window.finish([.2, .8, undefined, .5]));
  const strip = page.locator('.cw-strip');
  await strip.waitFor();
  assert.equal(await strip.locator('.cw-strip-near').count(), 3, 'nobody has measured the third');
  await strip.getByRole('button', { name: 'The nearest to the words first' }).click();
  assert.deepEqual(await strip.locator('.cw-strip-picture').evaluateAll((all) => all.map((one) => one.getAttribute('aria-label'))), ['Picture 1 of 4, number 1 of 3 by nearness to the words', 'Picture 2 of 4, number 2 of 3 by nearness to the words', 'Picture 3 of 4, number 3 of 3 by nearness to the words', 'Picture 4 of 4']);
  assert.equal(await page.evaluate(() => document.activeElement.hasAttribute('data-rank')), true, 'the keyboard stays');
  const slot = await page.locator('.cw-slot[data-image="2"]').boundingBox();
  await page.mouse.click(slot.x + 20, slot.y + 20);
  await page.waitForSelector('.cw-slot[data-image="2"][data-state="current"]');
  await page.addScriptTag({ content: axe });
  // Without its font, which only the real site has, an icon's name is read as words of the button.
  const { violations } = await page.evaluate(() => window.axe.run('#board', { rules: { 'label-content-name-mismatch': { enabled: false } } }));
  assert.deepEqual(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`), []);
  await strip.getByRole('button', { name: 'Reject' }).click();
  await page.waitForFunction(() => window.frames().length === 0);
  assert.deepEqual(problems, []);
});

test('Sketches of a change by words are shown over the picture, are gone while one holds to compare, and go with the card', async (t) => {
  const { page, problems } = await open(t);
  await page.evaluate(() => {
    const canvas = document.createElement('canvas');
    canvas.width = canvas.height = 8;
    window.asked = [];
    window.hub.sketch = (request) => {
      window.asked.push(request);
      return { url: `${canvas.toDataURL('image/webp')}#${window.asked.length}` };
    };
  });
  await page.mouse.click(200, 200);
  await page.keyboard.press('t');
  await page.getByRole('textbox', { name: 'What it shows' }).fill('a red ball');
  await page.getByRole('textbox', { name: 'What it should show' }).fill('a blue ball');
  const slider = page.getByRole('slider');
  await slider.focus();
  await page.keyboard.press('End');
  await page.waitForFunction(() => window.asked.at(-1)?.theta === .5);
  await page.waitForSelector('.cw-over-picture img');
  const over = page.locator('.cw-over-picture');
  assert.deepEqual(await over.evaluate((one) => { const { x, y, width } = one.getBoundingClientRect(); return { x, y, width }; }), { x: 100, y: 120, width: 200 });
  const hold = await page.getByRole('button', { name: 'Hold to see before' }).boundingBox();
  await page.mouse.move(hold.x + 8, hold.y + 8);
  await page.mouse.down();
  await over.waitFor({ state: 'hidden' });
  await page.mouse.up();
  await over.waitFor({ state: 'visible' });
  await page.keyboard.press('Escape');
  await over.waitFor({ state: 'detached' });
  assert.deepEqual(await page.evaluate(() => window.hub.orders), []);
  assert.deepEqual(problems, []);
});

test('On a phone the card is a sheet, and its picture is seen above it', async (t) => {
  const { page, problems } = await open(t, { touch: true, viewport: { width: 390, height: 844 } });
  await page.touchscreen.tap(200, 200);
  await page.locator('[data-operate="textDiff"]').tap();
  const card = page.locator('.cw-op.is-placed');
  await card.waitFor();
  const [sheet, picture] = [await card.boundingBox(), await page.locator('[data-node="t0"]').boundingBox()];
  assert.deepEqual([sheet.x, sheet.width, Math.round(sheet.y + sheet.height)], [0, 390, 844]);
  assert.ok(picture.y >= 0 && picture.y + picture.height <= sheet.y, JSON.stringify([picture, sheet]));
  assert.equal(await page.evaluate(() => document.activeElement.tagName), 'FORM', 'no text field, which would bring up the keyboard');
  await card.getByRole('button', { name: 'Close' }).tap();
  await card.waitFor({ state: 'detached' });
  assert.deepEqual(problems, []);
});
