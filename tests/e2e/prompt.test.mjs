// What the prompt bar promises: nothing typed is lost, nothing unaffordable is begun, and leaving is no surprise.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { launch, person } from './harness/browser.mjs';
import { startSite, untilReady } from './harness/site.mjs';
import * as steps from './harness/steps.mjs';

describe('The prompt bar', { concurrency: false }, () => {
  let site, browser, page;

  before(async () => {
    site = await startSite({ env: { Credits__FirstMonth: '2', Credits__LaterMonths: '2' } });
    await untilReady(site);
    browser = await launch();
    ({ page } = await person(browser, site));
    await steps.tryIt(page);
    await steps.newBoard(page);
  });

  after(async () => {
    await browser?.close();
    await site?.stop();
  });

  test('what is typed while the board opens is there when it is open', async () => {
    await page.reload({ waitUntil: 'commit' });
    await page.locator('#cwb-prompt').pressSequentially('a red ball');
    await steps.boardReady(page);
    // The server has heard of it, too.
    await steps.setCount(page, 1);
    await page.locator('.cwb-generate[aria-disabled="false"]').waitFor();
    assert.equal(await page.locator('#cwb-prompt').inputValue(), 'a red ball');
  });

  test('words and count of the bar outlive a reload, at their price, and words that were emptied do not', async () => {
    await steps.setCount(page, 2);
    await page.locator('#cwb-prompt').fill('a blue boat');
    await page.locator('.cwb-generate[aria-disabled="false"]', { hasText: '2 cr' }).waitFor();
    await page.reload();
    await steps.boardReady(page);
    await page.locator('.cwb-generate[aria-disabled="false"]', { hasText: '2 cr' }).waitFor();
    assert.equal(await page.locator('#cwb-prompt').inputValue(), 'a blue boat');
    assert.equal(await page.locator('.cwb-prompt select').first().inputValue(), '2');
    await page.locator('#cwb-prompt').fill('');
    await page.reload();
    await steps.boardReady(page);
    await page.locator('.cwb-generate', { hasText: '2 cr' }).waitFor();
    assert.equal(await page.locator('#cwb-prompt').inputValue(), '');
    await page.locator('#cwb-prompt').fill('a red ball');
  });

  test('the bar gets its own words back when a frame is let go, and a reload brings those and not the words of the frame', async () => {
    const says = words => page.waitForFunction(text => document.querySelector('#cwb-prompt').value === text, words);
    const frame = page.locator('.cw-node[aria-label^="Frame"]');
    await page.locator('#cwb-prompt').fill('a long thought');
    await page.locator('.cwb-generate[aria-disabled="false"]').waitFor();
    await page.locator('.cwb-canvas').focus();
    await page.keyboard.press('f');
    await page.mouse.click(420, 330);
    await frame.waitFor({ state: 'attached' });
    await says('');
    await page.locator('#cwb-prompt').fill('a fox');
    await page.locator('.cwb-generate[aria-disabled="false"]').waitFor();
    await page.locator('.cwb-canvas').focus();
    await page.keyboard.press('Escape');
    await says('a long thought');
    // What is typed last before another thing is pressed belongs to what was selected then.
    await page.locator('#cwb-prompt').fill('a longer thought');
    const { x, y, width, height } = await frame.boundingBox();
    await page.mouse.click(x + width / 2, y + height / 2);
    await says('a fox');
    await page.locator('.cwb-canvas').focus();
    await page.keyboard.press('Escape');
    await says('a longer thought');
    await frame.focus();
    await says('a fox');
    await steps.saved(page);
    await page.reload();
    await steps.boardReady(page);
    await says('a longer thought');
    await frame.focus();
    await says('a fox');
    await page.keyboard.press('Delete');
    await frame.waitFor({ state: 'detached' });
    await says('a longer thought');
    await page.locator('#cwb-prompt').fill('a red ball');
  });

  test('more than the credits pay for closes the button with the reason; less opens it again, and no frame was dropped', async () => {
    await steps.setCount(page, 6);
    await page.locator('.cwb-reason', { hasText: 'You have 2 credits left. This needs 6. See your credits' }).waitFor();
    await page.locator('.cwb-generate[aria-disabled="true"]').waitFor();
    await page.locator('#cwb-prompt').press('Control+Enter');
    await steps.setCount(page, 2);
    await page.locator('.cwb-generate[aria-disabled="false"]').waitFor();
    assert.equal(await page.locator('.cwb-why').count(), 0);
    assert.deepEqual(await steps.nodes(page, 'Frame'), []);
    assert.equal(await page.locator('#cwb-prompt').inputValue(), 'a red ball');
  });

  test('a picture without a frame keeps the prompt and the count in the bar', async () => {
    await page.locator('.cwb-generate').click();
    await page.locator('.cw-node[aria-label^="Frame"]').waitFor();
    await page.locator('.cw-progress-chip, .cw-strip').first().waitFor();
    assert.equal(await page.locator('#cwb-prompt').inputValue(), 'a red ball');
    assert.equal(await page.locator('.cwb-prompt select').first().inputValue(), '2');
  });

  test('who signs out is not told that another browser did it', async () => {
    await page.goto('/boards');
    await page.locator('button:enabled', { hasText: 'New board' }).first().waitFor();
    await page.evaluate(() => document.querySelector('form[action="/account/sign-out"]').requestSubmit());
    // Not waitForURL: the circuit that ends may begin a navigation of its own, and one that gives way to another fails there.
    await page.waitForFunction(() => !location.pathname.startsWith('/boards'));
    await page.waitForLoadState();
    assert.ok(!page.url().includes('session-ended'), page.url());
    await page.goto('/boards');
    assert.match(page.url(), /sign-in/);
  });
});
