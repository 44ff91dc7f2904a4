// The canvas in Chromium with real pointer, touch and key events, on a page with a hub of its own.
//   node --test tests/canvas-js/pages/check.test.mjs
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

/** A page with a small board: two pictures, the world's origin in the corner of the view, 100 %. */
async function open(t, { role = 'owner', touch = false, setUp } = {}) {
  const context = await browser.newContext({ viewport: { width: 1200, height: 800 }, hasTouch: touch, colorScheme: 'dark' });
  t.after(() => context.close());
  const page = await context.newPage();
  const problems = [];
  page.on('pageerror', (error) => problems.push(String(error)));
  page.on('console', (message) => { if (message.type() === 'error') problems.push(message.text()); });
  await page.addInitScript(setUp ?? (() => {
    window.setUp = (hub, { tileAdd, sha, spread }) => {
      const keys = spread(null, null, 2, 'other');
      hub.others([0, 1].map((n) => tileAdd({ node: `t${n}`, order: keys[n], transform: { x: 200 + 500 * n, y: 200, width: 400, height: 400, rotation: 0 }, content: { sha256: sha(n * 3), pixelWidth: 512, pixelHeight: 512 } })));
    };
  }));
  await page.goto(`${site.url}/tests/canvas-js/pages/board.html?still&role=${role}`);
  await page.waitForFunction(() => window.ready === true && window.states.length > 0);
  await page.evaluate(() => {
    const { stage } = window.board.run('inner');
    stage.camera.jump({ x: 0, y: 0, zoom: 1 });
    window.node = (id) => stage.doc.view.find(id);
    window.at = (id) => stage.doc.view.worldTransform(id);
    window.selection = () => [...stage.selection];
    window.cameraNow = () => stage.camera.camera;
    window.frames = () => stage.scene.items.filter((item) => item.node.kind === 'frame').map((item) => item.id);
    document.body.focus();
  });
  return {
    page, problems,
    async drag(path, options = {}) {
      await page.mouse.move(...path[0]);
      await page.mouse.down(options);
      for (const point of path.slice(1)) await page.mouse.move(...point, { steps: 4 });
      await page.mouse.up(options);
    },
    /** What the page around the canvas was told last, once everything is saved. */
    async told() {
      await page.waitForFunction(() => window.states.at(-1)?.saved === 'saved');
      await page.waitForTimeout(150);
      return page.evaluate(() => window.states.at(-1));
    },
    async touch(type, points) {
      this.client ??= await context.newCDPSession(page);
      await this.client.send('Input.dispatchTouchEvent', { type, touchPoints: points.map(([x, y], id) => ({ x, y, id })) });
    },
  };
}

test('A picture is clicked, dragged, and comes back with Ctrl+Z', async (t) => {
  const board = await open(t);
  await board.page.keyboard.down('Control');
  await board.drag([[300, 300], [300, 400], [350, 450]]);
  await board.page.keyboard.up('Control');
  assert.deepEqual(await board.page.evaluate(() => [window.at('t0').x, window.at('t0').y]), [250, 350]);
  const told = await board.told();
  assert.deepEqual(told.selection, [{ id: 't0', kind: 'tile' }]);
  assert.equal(told.canUndo, true);
  await board.page.keyboard.press('Control+z');
  assert.deepEqual(await board.page.evaluate(() => [window.at('t0').x, window.at('t0').y]), [200, 200]);
  await board.page.keyboard.press('Control+Shift+z');
  assert.equal(await board.page.evaluate(() => window.at('t0').x), 250);
  assert.deepEqual(board.problems, []);
});

test('The main gesture: F, a click over the edge of a picture, and the frame carries it on with a quarter kept', async (t) => {
  const board = await open(t, { setUp: () => {
    window.setUp = (hub, { tileAdd, sha }) => hub.others([tileAdd({ node: 't0', order: 'a0', transform: { x: 100, y: 150, width: 512, height: 512, rotation: 0 }, content: { sha256: sha(0), pixelWidth: 512, pixelHeight: 512 } })]);
  } });
  await board.page.keyboard.press('f');
  await board.page.mouse.move(746, 400);
  await board.page.mouse.down();
  await board.page.mouse.up();
  const [id] = await board.page.evaluate(() => window.frames());
  const { x, y, width } = await board.page.evaluate((frame) => window.at(frame), id);
  assert.deepEqual([x, y, width], [100 + 512 - 128, 150, 512]);
  const told = await board.told();
  assert.equal(told.tool, 'select');
  assert.equal(told.frame.id, id);
  assert.deepEqual(told.frame.plan, { task: 'textToImage', price: 4, painted: false }, 'the hub has answered');
  assert.deepEqual(board.problems, []);
});

test('A stroke is drawn while the hand moves and written once when it lets go; undo withdraws it', async (t) => {
  const board = await open(t);
  await board.page.keyboard.press('b');
  await board.page.mouse.move(300, 300);
  await board.page.mouse.down();
  for (let i = 0; i < 20; i++) await board.page.mouse.move(300 + i * 10, 300 + 40 * Math.sin(i / 3));
  const during = await board.page.evaluate(() => ({ entries: window.node('t0').mask.length, isPainting: window.board.run('inner').stage.live.stroke !== null }));
  assert.deepEqual(during, { entries: 0, isPainting: true });
  // Both stripes where the brush has been: on one colour alone a picture could hide it.
  const ink = await board.page.evaluate(async () => {
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    const { data } = document.querySelector('.cw-overlay').getContext('2d').getImageData(340, 339, 12, 1);
    return Array.from({ length: 12 }, (_, i) => [...data.subarray(i * 4, i * 4 + 4)]);
  });
  assert.ok(ink.some(([red, , blue, alpha]) => alpha > 120 && blue > red + 40) && ink.some(([red, , blue, alpha]) => alpha > 50 && red === 255 && blue === 255), ink.join(' '));
  await board.page.mouse.up();
  assert.equal(await board.page.evaluate(() => window.node('t0').mask.length), 1);
  assert.equal((await board.told()).mask.painted, true);
  await board.page.keyboard.press('Control+z');
  assert.equal((await board.told()).mask.painted, false);
  assert.deepEqual(board.problems, []);
});

test('Wheel zooms to the cursor, a trackpad pans, space drags the board, Escape calms', async (t) => {
  const board = await open(t);
  await board.page.mouse.move(300, 300);
  await board.page.mouse.wheel(0, -240);
  await board.page.waitForFunction(() => window.cameraNow().zoom > 1.3);
  const zoomed = await board.page.evaluate(() => window.cameraNow());
  assert.ok(Math.abs(zoomed.x + 300 / zoomed.zoom - 300) < 0.01, 'the point under the cursor stays');
  await board.page.waitForTimeout(250);
  await board.page.mouse.wheel(12, 7);
  const panned = await board.page.evaluate(() => window.cameraNow());
  assert.ok(Math.abs(panned.zoom - zoomed.zoom) < 1e-9 && panned.x > zoomed.x && panned.y > zoomed.y);
  await board.page.keyboard.down('Space');
  await board.drag([[600, 700], [500, 650]]);
  await board.page.keyboard.up('Space');
  const dragged = await board.page.evaluate(() => window.cameraNow());
  assert.ok(Math.abs((dragged.x - panned.x) * panned.zoom - 100) < 0.01);
  await board.page.keyboard.press('l');
  await board.page.keyboard.press('Escape');
  assert.equal((await board.told()).tool, 'select');
  await board.page.keyboard.press('0');
  assert.equal(await board.page.evaluate(() => window.cameraNow().zoom), 1);
  assert.deepEqual(board.problems, []);
});

test('Two fingers pan and zoom and never paint; a tap of two fingers is undo; a long press opens the menu', async (t) => {
  const board = await open(t, { touch: true });
  await board.page.evaluate(() => window.board.run('tool', { name: 'mask' }));
  await board.touch('touchStart', [[300, 300]]);
  await board.touch('touchMove', [[340, 300]]);
  await board.touch('touchStart', [[340, 300], [500, 500]]);
  for (let i = 1; i <= 5; i++) await board.touch('touchMove', [[340 - 10 * i, 300 - 10 * i], [500 + 10 * i, 500 + 10 * i]]);
  await board.touch('touchEnd', []);
  const zoom = await board.page.evaluate(() => window.cameraNow().zoom);
  assert.ok(zoom > 1.2, `${zoom}`);
  assert.equal(await board.page.evaluate(() => window.node('t0').mask.length), 0, 'the stroke that the first finger began is gone');

  await board.page.evaluate(() => window.board.run('inner').stage.camera.jump({ x: 0, y: 0, zoom: 1 }));
  await board.touch('touchStart', [[300, 300]]);
  for (let i = 1; i <= 5; i++) await board.touch('touchMove', [[300 + 20 * i, 300]]);
  await board.touch('touchEnd', []);
  assert.equal(await board.page.evaluate(() => window.node('t0').mask.length), 1);
  // Sent together: a busy machine between the two would make a tap a rest.
  await Promise.all([board.touch('touchStart', [[400, 700], [500, 700]]), board.touch('touchEnd', [])]);
  await board.page.waitForFunction(() => window.node('t0').mask[0].withdrawn.value === true);

  await board.page.evaluate(() => window.board.run('tool', { name: 'select' }));
  await board.touch('touchStart', [[900, 400]]);
  await board.page.waitForSelector('.cw-canvas-menu');
  await board.touch('touchEnd', []);
  assert.deepEqual(await board.page.evaluate(() => window.selection()), ['t1']);
  await board.page.getByRole('menuitem', { name: 'Duplicate' }).tap();
  assert.equal(await board.page.evaluate(() => window.board.run('inner').stage.scene.items.length), 3);
  assert.deepEqual(board.problems, []);
});

test('By keyboard alone: F and Enter drop a frame, arrows move it as one step, Enter asks for the prompt', async (t) => {
  const board = await open(t, { setUp: () => { window.setUp = () => {}; } });
  await board.page.evaluate(() => {
    window.asked = 0;
    document.addEventListener('canvas:prompt', () => { window.asked++; });
  });
  assert.equal((await board.told()).empty, true);
  await board.page.keyboard.press('f');
  await board.page.keyboard.press('Enter');
  const [id] = await board.page.evaluate(() => window.frames());
  const start = await board.page.evaluate((frame) => window.at(frame), id);
  await board.page.waitForFunction((frame) => document.activeElement?.dataset.node === frame, id);
  for (const key of ['ArrowRight', 'ArrowRight', 'Shift+ArrowDown']) await board.page.keyboard.press(key);
  const moved = await board.page.evaluate((frame) => window.at(frame), id);
  assert.deepEqual([moved.x - start.x, moved.y - start.y], [2, 10]);
  await board.page.keyboard.press('Enter');
  assert.equal(await board.page.evaluate(() => window.asked), 1);
  await board.page.keyboard.press('Control+z');
  assert.equal(await board.page.evaluate((frame) => window.at(frame).x, id), start.x, 'all nudges are one step');
  await board.page.keyboard.press('Delete');
  assert.deepEqual(await board.page.evaluate(() => window.frames()), []);
  await board.page.keyboard.press('Control+z');
  assert.deepEqual(await board.page.evaluate(() => window.frames()), [id]);
  assert.deepEqual(board.problems, []);
});

test('Previews show in the frame, the candidate follows, accepting makes a tile of it and one undo takes all back', async (t) => {
  const board = await open(t, { setUp: () => { window.setUp = () => {}; } });
  await board.page.keyboard.press('f');
  await board.page.keyboard.press('Enter');
  const [frameId] = await board.page.evaluate(() => window.frames());
  const answer = await board.page.evaluate(async (frame) => {
    const { x, y, width, height } = window.at(frame);
    const { sha } = window.ops;
    window.job = { id: 'j1', boardId: 'test', frameId: frame, actor: 'me', authorName: 'Me', mine: true, state: 'queued', task: 'textToImage', place: 0, step: 0, steps: 20, price: 4, results: [], settings: window.node(frame).settings.value, createdAt: '2026-01-01T00:00:00Z' };
    window.results = [0, 1].map((image) => ({ image, content: { sha256: sha(40 + image), pixelWidth: 512, pixelHeight: 512, job: 'j1', image }, placement: { x, y, width, height }, rating: null, accepted: false, reported: false }));
    window.hub.generate = () => window.job;
    return window.board.run('generate', { frameId: frame, settings: { ...window.job.settings, prompt: 'a fox' } });
  }, frameId);
  assert.equal(answer.job.id, 'j1');
  assert.equal(await board.page.evaluate((frame) => window.node(frame).settings.value.prompt, frameId), 'a fox');
  await board.page.evaluate(async (frame) => {
    window.hub.tell('jobChanged', { ...window.job, state: 'running', step: 3 });
    const canvas = new OffscreenCanvas(64, 64);
    const context = canvas.getContext('2d');
    context.fillStyle = '#3b7';
    context.fillRect(0, 0, 64, 64);
    const bytes = new Uint8Array(await (await canvas.convertToBlob({ type: 'image/webp' })).arrayBuffer());
    window.hub.tell('preview', { job: 'j1', frameId: frame, image: 0, step: 3, steps: 20, etaMs: 4000, frame: { x: 0, y: 0, width: 512, height: 512 }, crop: { x: -128, y: 0, width: 1024, height: 512 }, mime: 'image/webp', data: btoa(String.fromCharCode(...bytes)) });
  }, frameId);
  await board.page.waitForFunction((frame) => window.board.run('inner').renderer.previews.has(frame), frameId);
  await board.page.waitForSelector('.cw-progress-frame[data-preview="j1:0:3"]');
  await board.page.evaluate(() => window.hub.tell('jobChanged', { ...window.job, state: 'succeeded', step: 20, results: window.results }));
  // The last preview stays until the picture is there, then goes.
  await board.page.waitForFunction((frame) => !window.board.run('inner').renderer.previews.has(frame), frameId);
  assert.equal(await board.page.evaluate((frame) => window.board.run('inner').stage.candidates.get(frame).image, frameId), 0);
  const tiles = await board.page.evaluate(() => window.board.run('accept', { job: 'j1', images: [0, 1], sideBySide: true }));
  assert.equal(tiles.length, 2);
  assert.equal(await board.page.evaluate(([a, b]) => window.at(b).x - window.at(a).x, tiles), 512 + 32);
  assert.deepEqual(await board.page.evaluate(() => window.frames()), [], 'the frame has done its work');
  await board.page.keyboard.press('Control+z');
  assert.deepEqual(await board.page.evaluate(() => window.frames()), [frameId]);
  assert.deepEqual(board.problems, []);
});

test('A preview of an extension leaves what is kept as it is', async (t) => {
  const board = await open(t);
  // t0 lies from 200 to 600: the frame keeps its right half and adds as much beside it, where t1 does not reach yet.
  const frameId = await board.page.evaluate(() => window.board.run('inner').stage.addFrame({ x: 400, y: 200, width: 300, height: 400 }));
  const pixel = (x, y) => board.page.evaluate(([atX, atY]) => {
    const canvas = document.querySelector('canvas.cw-scene');
    const ratio = canvas.width / canvas.clientWidth;
    return [...canvas.getContext('2d').getImageData(atX * ratio, atY * ratio, 1, 1).data];
  }, [x, y]);
  await board.page.waitForFunction(() => window.isSettled());
  await board.page.waitForTimeout(100);
  const kept = await pixel(430, 400);
  await board.page.evaluate(async (frame) => {
    window.hub.tell('jobChanged', { id: 'j1', boardId: 'test', frameId: frame, actor: 'me', authorName: 'Me', mine: true, state: 'running', task: 'outpaint', step: 1, steps: 20, results: [], settings: window.node(frame).settings.value, createdAt: '2026-01-01T00:00:00Z' });
    const canvas = new OffscreenCanvas(64, 64);
    const context = canvas.getContext('2d');
    context.fillStyle = '#00ff00';
    context.fillRect(0, 0, 64, 64);
    const bytes = new Uint8Array(await (await canvas.convertToBlob({ type: 'image/png' })).arrayBuffer());
    window.hub.tell('preview', { job: 'j1', frameId: frame, image: 0, step: 1, steps: 20, etaMs: 4000, frame: { x: 400, y: 200, width: 300, height: 400 }, crop: { x: 350, y: 200, width: 400, height: 400 }, mime: 'image/png', data: btoa(String.fromCharCode(...bytes)) });
  }, frameId);
  await board.page.waitForSelector('.cw-progress-frame[data-preview="j1:0:1"]');
  assert.deepEqual(await pixel(430, 400), kept);
  assert.deepEqual(await pixel(660, 400), [0, 255, 0, 255]);
  assert.deepEqual(board.problems, []);
});

test('A picture that is dropped shows at once, is sent, and lies where it was dropped', async (t) => {
  const board = await open(t, { setUp: () => { window.setUp = () => {}; } });
  await board.page.evaluate(async () => {
    const canvas = new OffscreenCanvas(256, 256);
    canvas.getContext('2d').fillRect(0, 0, 256, 256);
    const files = new DataTransfer();
    files.items.add(new File([await canvas.convertToBlob({ type: 'image/png' })], 'black.png', { type: 'image/png' }));
    document.getElementById('board').dispatchEvent(new DragEvent('drop', { dataTransfer: files, clientX: 600, clientY: 400, bubbles: true, cancelable: true }));
  });
  await board.page.waitForFunction(() => window.selection().length === 1);
  assert.deepEqual(await board.page.evaluate(() => { const { x, y, width } = window.at(window.selection()[0]); return { x, y, width }; }), { x: 472, y: 272, width: 256 });
  await board.page.evaluate(() => {
    const files = new DataTransfer();
    files.items.add(new File(['no picture'], 'words.png', { type: 'image/png' }));
    document.getElementById('board').dispatchEvent(new DragEvent('drop', { dataTransfer: files, clientX: 600, clientY: 400, bubbles: true, cancelable: true }));
  });
  await board.page.waitForFunction(() => window.notices.some(([name, notice]) => name === 'OnNotice' && notice.text === 'words.png: This is no picture.'));
  // The browser itself notes the refusal in its console.
  assert.deepEqual(board.problems.filter((problem) => !problem.includes('415')), []);
});

test('A note is written where one clicks; left empty it is gone', async (t) => {
  const board = await open(t, { setUp: () => { window.setUp = () => {}; } });
  await board.page.keyboard.press('n');
  await board.page.mouse.click(600, 400);
  await board.page.waitForSelector('.cw-note-editor');
  await board.page.keyboard.type('Snow here?');
  await board.page.keyboard.press('Escape');
  const [id] = await board.page.evaluate(() => window.selection());
  assert.equal(await board.page.evaluate((note) => window.node(note).text.value, id), 'Snow here?');
  await board.page.keyboard.press('n');
  await board.page.mouse.click(200, 200);
  await board.page.waitForSelector('.cw-note-editor');
  await board.page.keyboard.press('Escape');
  assert.equal(await board.page.evaluate(() => window.board.run('inner').stage.scene.items.length), 1);
  assert.deepEqual(board.problems, []);
});

test('A viewer looks around and changes nothing', async (t) => {
  const board = await open(t, { role: 'viewer' });
  await board.page.waitForFunction(() => window.states.at(-1)?.role === 'viewer');
  await board.drag([[300, 300], [500, 500]]);
  for (const key of ['f', 'b', 'Delete', 'Control+d']) await board.page.keyboard.press(key);
  await board.drag([[700, 700], [900, 750]]);
  assert.equal(await board.page.evaluate(() => window.hub.calls.includes('SubmitOps')), false);
  assert.equal((await board.told()).tool, 'select');
  assert.deepEqual(board.problems, []);
});

test('axe finds nothing to complain about, with things on the board and the menu open', async (t) => {
  const board = await open(t);
  await board.page.mouse.click(300, 300, { button: 'right' });
  await board.page.waitForSelector('.cw-canvas-menu');
  await board.page.addScriptTag({ content: axe });
  const { violations } = await board.page.evaluate(() => window.axe.run('#board'));
  assert.deepEqual(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`), []);
});

test('What is destroyed leaves nothing behind', async (t) => {
  const board = await open(t);
  await board.page.evaluate(() => window.board.destroy());
  assert.equal(await board.page.evaluate(() => document.getElementById('board').childElementCount), 0);
  await board.page.keyboard.press('f');
  await board.page.mouse.click(300, 300);
  assert.deepEqual(board.problems, []);
});
