// Where pictures come from, in a real browser with the real model: the film, the facts, made again and compared; settings out of a dropped file;
// the history of the board as a graph, by mouse and by keyboard.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { launch, person, screenshot, sizes } from './harness/browser.mjs';
import { root, startSite, untilReady } from './harness/site.mjs';
import * as steps from './harness/steps.mjs';

describe('Provenance', { concurrency: false }, () => {
  let site, browser, ann, board, axe;

  before(async () => {
    site = await startSite();
    await untilReady(site);
    browser = await launch();
    axe = await readFile(path.join(root, 'tests/node_modules/axe-core/axe.min.js'), 'utf8');
    ann = await person(browser, site, { options: { bypassCSP: true } });
    const { page } = ann;
    await steps.tryIt(page);
    board = await steps.newBoard(page);

    // A picture, and one that carries it on.
    await steps.setCount(page, 2);
    await steps.setSeed(page, 5);
    await steps.generate(page, 'an orange pyramid in the desert');
    await steps.accept(page);
    await steps.saved(page);
    const [tile] = await steps.nodes(page, 'Picture');
    await page.keyboard.press('Escape');
    await page.keyboard.press('f');
    await page.mouse.move(tile.x + tile.width * .5, tile.y);
    await page.mouse.down();
    await page.mouse.move(tile.x + tile.width * 1.5, tile.y + tile.height, { steps: 8 });
    await page.mouse.up();
    await steps.setCount(page, 1);
    await steps.generate(page, 'the desert', /Extend/);
    await steps.accept(page);
    await steps.saved(page);
  });

  after(async () => {
    await browser?.close();
    await site?.stop();
  });

  test('the details of a picture have its film and its facts, and it comes out identical when it is made again', async () => {
    const { page } = ann;
    await openHistory(page);
    await page.getByRole('button', { name: /^How “an orange pyramid/ }).click();
    const dialog = page.getByRole('dialog', { name: 'How it was made' });
    await dialog.getByText('avx', { exact: false }).or(dialog.getByText('neon', { exact: false })).or(dialog.getByText('ONNX Runtime', { exact: false })).first().waitFor();
    await dialog.getByText('Picture 1 of 2').waitFor();

    // The film moves by the keyboard, and says where it is.
    const range = dialog.getByRole('slider');
    const view = dialog.locator('[data-film-view]');
    const end = await view.evaluate(element => getComputedStyle(element).backgroundPositionX);
    assert.equal(end, '100%');
    await range.focus();
    await page.keyboard.press('Home');
    assert.equal(await view.evaluate(element => getComputedStyle(element).backgroundPositionX), '0%');
    assert.match(await range.getAttribute('aria-valuetext'), /^1 of \d+$/);
    await page.keyboard.press('End');
    assert.ok(await page.evaluate(async address => (await (await fetch(address)).blob()).size <= 200 * 1024, (await view.evaluate(element => element.style.backgroundImage)).slice(5, -2)));
    await found(page);
    await steps.drawn(page);
    await screenshot(page, 'provenance-details');

    await dialog.getByRole('button', { name: /^Make again and compare · 1 cr/ }).click();
    await dialog.getByText('Identical: every pixel came out the same.').waitFor();
    await screenshot(page, 'provenance-replayed');
    await page.keyboard.press('Escape');
    assert.equal((await steps.nodes(page, 'Picture')).length, 2, 'nothing of it went onto the board');
  });

  test('the graph leads from a picture to what was made of it, and by a press to the board', async () => {
    const { page } = ann;
    await openHistory(page);
    await page.getByRole('button', { name: 'As a graph' }).click();
    const dialog = page.getByRole('dialog', { name: 'What was made from what' });
    const nodes = dialog.locator('[data-node]');
    await nodes.first().waitFor();
    assert.equal(await nodes.count(), 2);
    await steps.drawn(page);
    await found(page);
    await screenshot(page, 'provenance-graph');

    await nodes.first().focus();
    await page.keyboard.press('ArrowRight');
    assert.match(await page.evaluate(() => document.activeElement.getAttribute('aria-label')), /^the desert, .* Made from one picture\.$/);
    await page.keyboard.press('Enter');
    await dialog.getByRole('button', { name: 'Show on the board' }).waitFor();
    await screenshot(page, 'provenance-graph-chosen');
    await found(page);
    await dialog.getByRole('button', { name: 'Show on the board' }).click();
    await dialog.waitFor({ state: 'hidden' });
  });

  test('a file that was exported brings its settings back when it is dropped', async () => {
    const { page } = ann;
    const [tile] = await steps.nodes(page, 'Picture');
    const file = await page.evaluate(async ([id, node]) => {
      const answer = await fetch(`/boards/${id}/exports`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ what: 'selection', nodeIds: [node], format: 'jpeg' }) });
      return [...new Uint8Array(await answer.arrayBuffer())];
    }, [board, tile.id]);
    await page.keyboard.press('Escape');
    await page.locator('#cwb-prompt').fill('something else');
    const files = await page.evaluateHandle(bytes => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([new Uint8Array(bytes)], 'pyramid.jpg', { type: 'image/jpeg' }));
      return transfer;
    }, file);
    await page.locator('.cwb-canvas').dispatchEvent('drop', { dataTransfer: files, clientX: 300, clientY: 300 });
    await page.getByText('This picture says how it was made.').waitFor();
    await screenshot(page, 'provenance-dropped');
    await page.getByRole('button', { name: 'Use its settings' }).click();
    await page.waitForFunction(() => document.querySelector('#cwb-prompt').value === 'an orange pyramid in the desert');
    assert.equal(await page.getByRole('textbox', { name: 'Seed' }).inputValue(), '5');
  });

  test('on a phone and in the dark', async () => {
    for (const [name, size] of Object.entries(sizes)) {
      for (const dark of [false, true]) {
        const { context, page, problems } = await person(browser, site, { size, dark, touch: name === 'phone', options: { bypassCSP: true, reducedMotion: 'reduce' } });
        await context.addCookies(await ann.context.cookies());
        await page.goto(`/b/${board}`);
        await steps.boardReady(page);
        await openHistory(page);
        await page.getByRole('button', { name: /^How “an orange pyramid/ }).click();
        await page.getByRole('dialog', { name: 'How it was made' }).getByRole('slider').waitFor();
        await steps.drawn(page);
        await found(page);
        await screenshot(page, `provenance-details-${name}-${dark ? 'dark' : 'light'}`);
        await page.keyboard.press('Escape');
        await page.getByRole('button', { name: 'As a graph' }).click();
        await page.locator('dialog [data-node]').first().waitFor();
        await page.locator('dialog [data-node]').first().click();
        await steps.drawn(page);
        await found(page);
        await screenshot(page, `provenance-graph-${name}-${dark ? 'dark' : 'light'}`);
        assert.deepEqual(problems, []);
        await context.close();
      }
    }
  });

  test('nothing failed in the browser', () => assert.deepEqual(ann.problems, []));

  async function openHistory(page) {
    const open = page.locator('[data-drawer]');
    if (!await open.isVisible() || await open.getAttribute('aria-label') !== 'History') await page.getByRole('button', { name: 'History', exact: true }).click();
    await page.locator('.cwb-made').first().waitFor();
  }

  async function found(page) {
    await page.evaluate(axe);
    const violations = await page.evaluate(async () => (await window.axe.run('dialog[open]', { resultTypes: ['violations'] })).violations.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map(({ target }) => target.join(' ')).join(' | ')}`));
    assert.deepEqual(violations, []);
  }
});
