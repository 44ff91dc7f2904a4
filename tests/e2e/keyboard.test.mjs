// The main job by keyboard alone: no call of the mouse stands in this file. Places are found as a person finds them, by Tab and arrow keys.
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { launch, person, screenshot } from './harness/browser.mjs';
import { startSite, untilReady } from './harness/site.mjs';
import * as steps from './harness/steps.mjs';

const MOST_STOPS = 60;

describe('The main job by keyboard alone', { concurrency: false }, () => {
  let site, browser, page, problems;

  before(async () => {
    site = await startSite();
    await untilReady(site);
    browser = await launch();
    ({ page, problems } = await person(browser, site));
  });

  afterEach(async ({ name, passed }) => { if (!passed) await screenshot(page, `keyboard-failed-${name.replace(/\W+/g, '-').slice(0, 40)}`); });

  after(async () => {
    await browser?.close();
    await site?.stop();
  });

  test('Tab finds "Try it" and "New board", Enter presses them', async () => {
    await page.goto('/account/sign-in');
    await tabTo('button', /^Try it/);
    await page.keyboard.press('Enter');
    await page.waitForURL('**/boards');
    // The page answers once its circuit stands; a button pressed before would do nothing.
    await page.locator('button:enabled', { hasText: 'New board' }).first().waitFor();
    await tabTo('button', /New board/);
    await page.keyboard.press('Enter');
    await page.waitForURL('**/b/*');
    await steps.boardReady(page);
  });

  test('Escape leaves the prompt, ? shows the keys, Escape hides them', async () => {
    await page.locator('#cwb-prompt:focus').waitFor();
    await page.keyboard.press('Escape');
    await page.waitForFunction(() => document.activeElement.id !== 'cwb-prompt');
    await page.keyboard.press('?');
    await page.locator('dialog[open]', { hasText: 'Ctrl' }).waitFor();
    await screenshot(page, 'keyboard-shortcuts');
    await page.keyboard.press('Escape');
    await page.locator('dialog[open]').waitFor({ state: 'detached' });
  });

  test('F and Enter drop a frame, arrow keys move it, Ctrl+Z takes the move back as one step', async () => {
    await page.keyboard.press('f');
    await page.keyboard.press('Enter');
    await page.locator('.cw-node[aria-label^="Frame"]:focus').waitFor();
    const start = await placeOf('Frame');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Shift+ArrowRight');
    await page.keyboard.press('ArrowUp');
    await untilPlace('Frame', { left: start.left + 11, top: start.top - 1 });
    await page.keyboard.press('Control+z');
    await untilPlace('Frame', start);
  });

  test('the buttons of the zoom do what they say', async () => {
    const level = words => page.locator('.cwb-zoom .cw-zoom-level', { hasText: words }).waitFor();
    await level('100%');
    await tabTo('button', /^Zoom in/);
    await page.keyboard.press('Enter');
    await level('125%');
    await page.keyboard.press('Enter');
    await level('156%');
    await tabTo('.cwb-zoom .cw-zoom-level', /./);
    await page.keyboard.press('Enter');
    await level('100%');
  });

  test('Enter on the frame leads to the prompt, Ctrl+Enter generates, previews come', async () => {
    await tabTo('.cw-node', /^Frame/);
    await page.keyboard.press('Enter');
    await page.locator('#cwb-prompt:focus').waitFor();
    await page.keyboard.type('a red ball in the forest');
    await tabTo('select');
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowDown');
    await readyTo(/Generate · 2 cr/);
    await page.keyboard.press('Control+Enter');
    await page.locator('.cw-progress-frame[data-preview]').first().waitFor();
    await page.locator('.cw-strip').waitFor();
  });

  test('Tab goes from the frame to its candidates, arrows look at them, Enter takes the one that is shown', async () => {
    await tabTo('.cw-node', /^Frame/);
    await page.keyboard.press('Tab');
    await page.locator('.cw-strip-picture[aria-checked="true"]:focus').waitFor();
    await page.keyboard.press('ArrowRight');
    const second = page.locator('.cw-strip-picture').nth(1);
    await page.locator('.cw-strip-picture:focus').waitFor();
    assert.equal(await second.getAttribute('aria-checked'), 'true');
    await screenshot(page, 'keyboard-candidates');
    await page.keyboard.press('Enter');
    await page.locator('.cw-strip').waitFor({ state: 'detached' });

    // The strip has gone; the keyboard is on what came of it.
    await page.locator('.cw-node[aria-label^="Picture"]:focus').waitFor();
    await steps.saved(page);
  });

  test('a mask is filled from its bar, and the fill is painted', async () => {
    await page.keyboard.press('b');
    await page.locator('.cwb-maskbar').waitFor();
    await tabTo('.cwb-maskbar button', /^Fill/);
    await page.keyboard.press('Enter');
    await tabTo('#cwb-prompt');
    await page.keyboard.press('Control+a');
    await page.keyboard.type('a red ball in the forest');
    await tabTo('select');
    await page.keyboard.press('Home');
    await readyTo(/Fill the mask · 1 cr/);
    await page.keyboard.press('Control+Enter');
    await acceptByKeyboard();
    assert.equal((await steps.nodes(page, 'Picture')).length, 2);
  });

  test('a second frame is pushed over the edge by arrow keys, and carries the scene on', async () => {
    await page.keyboard.press('f');
    await page.keyboard.press('Enter');
    await page.locator('.cw-node[aria-label^="Frame"]:focus').waitFor();
    const [frame, picture] = [await placeOf('Frame'), await placeOf('Picture')];

    // To where it lies half over the right edge of the picture.
    await push('ArrowRight', 'ArrowLeft', picture.left + 256 - frame.left);
    await push('ArrowDown', 'ArrowUp', picture.top - frame.top);
    await untilPlace('Frame', { left: picture.left + 256, top: picture.top });
    await page.keyboard.press('Enter');
    await page.locator('#cwb-prompt:focus').waitFor();
    await page.keyboard.press('Control+a');
    await page.keyboard.type('a forest');
    await tabTo('select');
    await page.keyboard.press('Home');
    await readyTo(/Extend · 1 cr/);
    await page.keyboard.press('Control+Enter');
    await acceptByKeyboard();
    assert.equal((await steps.nodes(page, 'Picture')).length, 3);
    await page.keyboard.press('1');
    await screenshot(page, 'keyboard-outpainted');
  });

  test('Ctrl+Z and Ctrl+Shift+Z take back and bring again', async () => {
    await page.keyboard.press('Control+z');
    await pictures(2);
    await page.keyboard.press('Control+Shift+z');
    await pictures(3);
    await steps.saved(page);
  });

  test('nothing failed in the browser', () => assert.deepEqual(problems, []));

  /** Presses Tab until the focus is on what is asked for. */
  async function tabTo(selector, words = /(?:)/) {
    const seen = [];
    for (let stop = 0; stop < MOST_STOPS; stop++) {
      const [isThere, name] = await page.evaluate(([wanted, source]) => {
        const at = document.activeElement;
        const name = (at?.getAttribute('aria-label') ?? at?.textContent ?? '').trim();
        return [at !== null && at.matches(wanted) && new RegExp(source).test(name), `${at?.tagName.toLowerCase()} "${name.slice(0, 30)}"`];
      }, [selector, words.source]);
      if (isThere) return;
      seen.push(name);
      await page.keyboard.press('Tab');
    }
    assert.fail(`Tab does not lead to ${selector} ${words}: ${seen.join(' → ')}`);
  }

  /** Waits until the button says what is expected and may be pressed. */
  const readyTo = words => page.locator('.cwb-generate[aria-disabled="false"]', { hasText: words }).waitFor();

  async function acceptByKeyboard() {
    await page.locator('.cw-strip').waitFor();
    await page.keyboard.press('Escape');
    await tabTo('.cw-strip-picture');
    await page.keyboard.press('Enter');
    await page.locator('.cw-strip').waitFor({ state: 'detached' });
    await page.locator('.cw-node[aria-label^="Picture"]:focus').waitFor();
    await steps.saved(page);
  }

  /** Where the first thing of this kind lies, world units. */
  const placeOf = kind => page.locator(`.cw-node[aria-label^="${kind}"]`).first().evaluate(({ style }) => ({ left: parseFloat(style.left), top: parseFloat(style.top) }));

  const untilPlace = (kind, { left, top }) => page.waitForFunction(([start, x, y]) => {
    const { style } = document.querySelector(`.cw-node[aria-label^="${start}"]`);
    return Math.abs(parseFloat(style.left) - x) < .5 && Math.abs(parseFloat(style.top) - y) < .5;
  }, [kind, left, top]);

  /** Tens with Shift, ones without. */
  async function push(forth, back, distance) {
    const key = distance > 0 ? forth : back;
    const whole = Math.abs(Math.round(distance));
    for (let i = 0; i < Math.floor(whole / 10); i++) await page.keyboard.press(`Shift+${key}`);
    for (let i = 0; i < whole % 10; i++) await page.keyboard.press(key);
  }

  const pictures = count => page.waitForFunction(wanted => document.querySelectorAll('.cw-node[aria-label^="Picture"]').length === wanted, count);
});
