// What the chrome around the canvas promises and no other test looks at: the price is that of what is shown, Escape, a site that is gone, a phone.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { launch, person, sizes } from './harness/browser.mjs';
import { startSite, untilReady } from './harness/site.mjs';
import * as steps from './harness/steps.mjs';

describe('The chrome of a board', { concurrency: false }, () => {
  let site, browser, ann, phone, board;

  before(async () => {
    site = await startSite();
    await untilReady(site);
    browser = await launch();
    ann = await person(browser, site);
    ann.page.setDefaultTimeout(60_000);
    await steps.tryIt(ann.page);
    board = await steps.newBoard(ann.page);
  });

  after(async () => {
    await browser?.close();
    await site?.stop();
  });

  const count = () => ann.page.locator('.cwb-prompt select').first();
  const priced = price => ann.page.locator('.cwb-generate', { hasText: `${price} cr` }).waitFor();

  test('the count and the price are those of the selected frame, also after the count was changed by hand', async () => {
    const { page } = ann;
    await page.keyboard.press('Escape');
    await page.keyboard.press('f');
    await page.mouse.click(420, 330);
    await page.locator('.cw-node[aria-label^="Frame"]').first().waitFor({ state: 'attached' });
    await steps.setCount(page, 2);
    await priced(2);
    await page.locator('.cwb-canvas').focus();
    await page.keyboard.press('Escape');

    // A new frame starts with what was set last.
    await page.keyboard.press('f');
    await page.mouse.click(1050, 330);
    await page.waitForFunction(() => document.querySelectorAll('.cw-node[aria-label^="Frame"]').length === 2);
    await priced(2);
    assert.equal(await count().inputValue(), '2');
    await steps.setCount(page, 6);
    await priced(6);

    await page.locator('.cw-node[aria-label^="Frame"]').first().focus();
    await priced(2);
    assert.equal(await count().inputValue(), '2');
  });

  test('what is set in the same moment as a frame is dropped is set for that frame', async () => {
    const { page } = ann;
    await page.locator('.cwb-canvas').focus();
    await page.keyboard.press('Escape');
    await priced(2);
    await page.keyboard.press('f');
    await page.getByRole('toolbar', { name: 'Tools' }).locator('[aria-pressed="true"]', { hasText: 'Frame' }).waitFor();
    await page.evaluate(() => {
      // One turn of the page: the canvas, which speaks ten times a second, has had none in which to tell of the frame.
      document.querySelector('.cwb-canvas').dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', code: 'Enter', bubbles: true, cancelable: true }));
      const count = document.querySelector('.cwb-prompt select');
      count.value = '5';
      count.dispatchEvent(new Event('change', { bubbles: true }));
    });
    await page.waitForFunction(() => document.querySelectorAll('.cw-node[aria-label^="Frame"]').length === 3);
    await priced(5);
    const dropped = await page.locator('.cw-node[aria-pressed="true"]').getAttribute('data-node');
    await page.locator('.cw-node[aria-label^="Frame"]').first().focus();
    await priced(2);
    await page.locator(`.cw-node[data-node="${dropped}"]`).focus();
    await priced(5);
    await page.keyboard.press('Delete');
  });

  test('Escape ends one thing a time and the drawer last', async () => {
    const { page } = ann;
    await page.getByRole('button', { name: 'Layers' }).click();
    await page.locator('[data-drawer]').waitFor();
    await page.locator('.cwb-canvas').focus();
    await page.keyboard.press('b');
    await page.locator('.cwb-maskbar').waitFor();
    await page.keyboard.press('Escape');
    await page.locator('.cwb-maskbar').waitFor({ state: 'detached' });
    assert.equal(await page.locator('[data-drawer]').count(), 1);
    for (let presses = 0; presses < 2 && await page.locator('[data-drawer]').count(); presses++) {
      await page.keyboard.press('Escape');
      await page.waitForTimeout(400); // what is selected is told ten times a second
    }
    await page.locator('[data-drawer]').waitFor({ state: 'detached' });
  });

  test('on a phone everything is on the screen and as large as a finger', async () => {
    phone = await person(browser, site, { size: sizes.phone, touch: true });
    const { page } = phone;
    page.setDefaultTimeout(60_000);
    await phone.context.addCookies(await ann.context.cookies());
    await page.goto(`/b/${board}`);
    await steps.boardReady(page);
    const poor = await page.evaluate(() => [...document.querySelectorAll('.cwb :is(button, select, a)')]
      .filter(control => control.checkVisibility() && !control.closest('.cw-nodes'))
      .map(control => [control.getAttribute('aria-label') ?? control.textContent.trim(), control.getBoundingClientRect()])
      .filter(([, { width, height, right }]) => width < 44 || height < 44 || right > innerWidth)
      .map(([name, { width, height, right }]) => `${name}: ${width} x ${height}, to ${right}`));
    assert.deepEqual(poor, []);
    await page.getByRole('button', { name: 'Undo' }).waitFor();
  });

  test('without the site a board says at once that it is offline, and its button is closed', async () => {
    await site.kill();
    for (const { page } of [ann, phone]) {
      await page.getByText('Offline, changes are kept').waitFor({ timeout: 5_000 });
      assert.equal(await page.locator('.cwb-generate').getAttribute('aria-disabled'), 'true');
      await page.getByText('Generating needs a connection').waitFor();
    }
  });
});
