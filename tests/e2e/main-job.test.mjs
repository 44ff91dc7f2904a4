// The product's main job in a real browser with the real model: sign in, frame, prompt, previews, accept, inpaint, outpaint, reload; a second
// browser watches. CANVASWEB_PICTURES=1 also renews the pictures of the README and the start page from this run.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { launch, person, screenshot } from './harness/browser.mjs';
import { publishPicture } from './harness/pictures.mjs';
import { differing, pixelsOf, verticalSeam } from './harness/pixels.mjs';
import { startSite, untilReady } from './harness/site.mjs';
import * as steps from './harness/steps.mjs';

const publishing = process.env.CANVASWEB_PICTURES === '1';

// The engine's own bar for a seam (tests/CanvasWeb.Benchmarks, `seams`): 1 is no seam.
const SEAM_BAR = 1.5;
const FRAME = 512;

describe('The main job', { concurrency: false }, () => {
  let site, browser, ann, watcher, board;

  before(async () => {
    site = await startSite();
    await untilReady(site);
    browser = await launch();
    ann = await person(browser, site);
  });

  after(async () => {
    await browser?.close();
    await site?.stop();
  });

  test('signing in by "Try it" leads to the boards, with the first month’s credits', async () => {
    if (publishing) {
      await ann.page.goto('/account/sign-in');
      await publishPicture(ann.page, 'sign-in');
    }
    await steps.tryIt(ann.page);
    await screenshot(ann.page, 'main-boards-empty');
    assert.equal(await steps.balance(ann.page), 50);
  });

  test('a prompt in a frame paints at least four different previews for everybody who has the board open', async () => {
    board = await steps.newBoard(ann.page);
    await screenshot(ann.page, 'main-board-empty');

    // The same person in a second browser: what others with access see.
    watcher = await person(browser, site);
    await watcher.context.addCookies(await ann.context.cookies());
    await watcher.page.goto(`/b/${board}`);
    await steps.boardReady(watcher.page);
    await steps.watchPreviews(ann.page);
    await steps.watchPreviews(watcher.page);

    await steps.setCount(ann.page, 4);
    await steps.setSeed(ann.page, 5);
    assert.match(await steps.generate(ann.page, 'an orange pyramid in the desert'), /4 cr/);
    await ann.page.locator('.cw-progress-frame[data-preview]').first().waitFor({ timeout: 120_000 });
    await screenshot(ann.page, 'main-board-running');
    const strip = await steps.candidates(ann.page);
    assert.equal(await strip.locator('.cw-strip-picture').count(), 4);
    await steps.candidates(watcher.page);
    const [mine, theirs] = [await steps.previewsSeen(ann.page), await steps.previewsSeen(watcher.page)];
    console.log(`previews seen: ${mine} by the one who asked, ${theirs} by the second browser`);
    assert.ok(mine >= 4 && theirs >= 4, `${mine} and ${theirs} previews`);
    await steps.drawn(ann.page);
    await screenshot(ann.page, 'main-staging');
    if (publishing) await publishPicture(ann.page, 'staging');
  });

  test('accepting puts the picture on the board, and it is there after a reload and in the second browser', async () => {
    await steps.accept(ann.page);
    assert.equal((await steps.nodes(ann.page, 'Picture')).length, 1);
    await watcher.page.locator('.cw-node[aria-label^="Picture"]').waitFor({ state: 'attached' });
    await steps.saved(ann.page);
    await ann.page.reload();
    await steps.boardReady(ann.page);
    assert.equal((await steps.nodes(ann.page, 'Picture')).length, 1);
    assert.equal(await steps.balance(ann.page), 46);
  });

  test('an inpaint leaves every pixel outside the mask as it was', async () => {
    const { page } = ann;
    const before = await pixelsOf(page, await steps.exported(page, board));
    const [tile] = await steps.nodes(page, 'Picture');
    const scale = before.width / tile.width;
    const stroke = { left: tile.x + tile.width * .3, right: tile.x + tile.width * .7, y: tile.y + tile.height * .14 };
    await page.mouse.click(tile.x + 12, tile.y + 12);
    await page.keyboard.press('b');
    await page.locator('.cwb-maskbar').waitFor();
    await page.mouse.move(stroke.left, stroke.y);
    await page.mouse.down();
    await page.mouse.move(stroke.right, stroke.y, { steps: 24 });
    await page.mouse.up();
    await screenshot(page, 'main-mask');
    await steps.setCount(page, 1);
    await steps.setSeed(page, 5);
    const words = await steps.generate(page, 'an orange pyramid in the desert', /Fill the mask · 1 cr/);
    assert.match(words, /Fill/);
    await steps.accept(page);
    await steps.saved(page);
    const after = await pixelsOf(page, await steps.exported(page, board));
    assert.deepEqual([after.width, after.height], [before.width, before.height]);

    // The brush is at most this wide around the stroke; beyond it nothing may differ by a single level.
    const reach = 64 * scale;
    const near = (x, y) => x > (stroke.left - tile.x) * scale - reach && x < (stroke.right - tile.x) * scale + reach && Math.abs(y - (stroke.y - tile.y) * scale) < reach;
    const [outside, inside] = [differing(before, after, (x, y) => !near(x, y)), differing(before, after, near)];
    console.log(`inpaint: ${outside} pixels differ outside the mask, ${inside} inside`);
    assert.equal(outside, 0);
    assert.ok(inside > 1000, `only ${inside} pixels are new`);
    await screenshot(page, 'main-inpainted');
  });

  test('a frame over the edge carries the scene on without a seam', async () => {
    const { page } = ann;
    const board0 = await pixelsOf(page, await steps.exported(page, board));
    const [tile] = await steps.nodes(page, 'Picture');
    await page.keyboard.press('Escape');
    await page.keyboard.press('f');
    await page.mouse.move(tile.x + tile.width * .5, tile.y);
    await page.mouse.down();
    await page.mouse.move(tile.x + tile.width, tile.y + tile.height * .5, { steps: 6 });
    await page.mouse.move(tile.x + tile.width * 1.5, tile.y + tile.height, { steps: 6 });
    await page.mouse.up();
    await page.locator('.cwb-generate', { hasText: 'Extend' }).waitFor();
    await screenshot(page, 'main-outpaint-frame');
    await steps.setCount(page, 1);
    await steps.setSeed(page, 11);
    assert.match(await steps.generate(page, 'the desert', /Extend · 1 cr/), /Extend/);
    await steps.candidates(page);
    await steps.drawn(page);
    if (publishing) await publishPicture(page, 'outpaint');
    await steps.accept(page);
    await steps.saved(page);
    const wide = await pixelsOf(page, await steps.exported(page, board));
    assert.ok(wide.width > board0.width * 1.3, `the board is ${wide.width} pixels wide`);
    const scores = [0, 8].map(reach => verticalSeam(wide, FRAME, reach));
    console.log(`outpaint: seam ${scores[0].toFixed(2)} at the border, ${scores[1].toFixed(2)} eight pixels beside it (bar ${SEAM_BAR}, 1 is none)`);
    assert.ok(scores[0] <= SEAM_BAR, `seam ${scores[0]}`);
    await page.keyboard.press('Escape');
    await page.keyboard.press('1');
    await page.waitForTimeout(400);
    await screenshot(page, 'main-outpainted');
    if (publishing) await publishPicture(page, 'board');
  });

  test('undo takes the own steps back one by one, redo brings them again', async () => {
    const { page } = ann;
    const pictures = async () => (await steps.nodes(page, 'Picture')).length;
    const all = await pictures();
    await page.keyboard.press('Control+z');
    await assert.doesNotReject(page.waitForFunction(count => document.querySelectorAll('.cw-node[aria-label^="Picture"]').length < count, all));
    await page.keyboard.press('Control+Shift+z');
    await assert.doesNotReject(page.waitForFunction(count => document.querySelectorAll('.cw-node[aria-label^="Picture"]').length === count, all));
  });

  test('credits show each job as held and taken, and the account is as it should be', async () => {
    const { page } = ann;
    await page.goto('/credits');
    await screenshot(page, 'main-credits');
    assert.equal(await steps.balance(page), 50 - 4 - 1 - 1);
  });

  test('nothing failed in the browser', () => {
    assert.deepEqual([...ann.problems, ...watcher.problems], []);
  });
});
