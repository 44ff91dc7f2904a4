// What is made of pictures on the board, in a real browser with the real model: variations, a blend of two pictures, a change by words under a
// slider, a larger picture, the film of the making; candidates by their nearness, and pictures found again.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import { launch, person, screenshot, sizes } from './harness/browser.mjs';
import { root, startSite, untilReady } from './harness/site.mjs';
import * as steps from './harness/steps.mjs';

const FIRST = 'a red ball in the forest';
const SECOND = 'an orange pyramid in the desert';

describe('Operations on pictures', { concurrency: false }, () => {
  let site, browser, ann, page, board, axe;
  /** Ids of the two pictures that everything begins with, the older first. */
  let originals = null;

  before(async () => {
    site = await startSite();
    await untilReady(site);
    browser = await launch();
    axe = await readFile(path.join(root, 'tests/node_modules/axe-core/axe.min.js'), 'utf8');
    ann = await person(browser, site, { options: { bypassCSP: true } });
    ({ page } = ann);
    await steps.tryIt(page);
    board = await steps.newBoard(page);
    for (const [prompt, seed] of [[FIRST, 5], [SECOND, 7]]) {
      await steps.setCount(page, 1);
      await steps.setSeed(page, seed);
      await steps.generate(page, prompt);
      await steps.accept(page);
      await steps.saved(page);
      await calm();
    }
    await steps.watchPreviews(page);
  });

  afterEach(async ({ name, passed }) => { if (!passed) await screenshot(page, `operations-failed-${name.replace(/\W+/g, '-').slice(0, 40)}`); });

  after(async () => {
    await browser?.close();
    await site?.stop();
  });

  test('four variations are painted beside their picture, each in a place of its own', async () => {
    const before = await painted();
    await choose(0);
    await page.keyboard.press('m');
    const card = page.getByRole('form', { name: 'Variations' });
    await card.waitFor();
    await slide(card.getByRole('slider', { name: /^How different/ }), .6);
    const words = await priced(card, /^Paint variations · 4 cr$/);
    await screenshot(page, 'operations-vary-card');
    await found();
    await words.click();
    await card.waitFor({ state: 'detached' });
    await page.locator('.cw-slot[data-state="coming"]').nth(3).waitFor({ state: 'attached' });
    await page.locator('.cw-progress-frame[data-preview]').first().waitFor();
    await screenshot(page, 'operations-vary-running');
    const strip = await steps.candidates(page);
    assert.equal(await strip.locator('.cw-strip-picture').count(), 4);
    assert.ok(await previewedPictures() >= 4, 'each of the four had previews of its own');
    assert.equal(await page.locator('.cw-slot').count(), 4);
    await steps.drawn(page);
    await screenshot(page, 'operations-vary-candidates');
    // The picture itself says why nothing more is made of it now, and leads to what there is to do; the bar says it again.
    await choose(0, '.cw-op-waits');
    await page.locator('.cw-op-waits', { hasText: 'What was made of it waits for you.' }).waitFor();
    await screenshot(page, 'operations-vary-waits');
    await page.locator('.cw-op-waits').getByRole('button', { name: 'Choose' }).click();
    await page.locator('.cwb-why', { hasText: 'Accept one of the pictures to go on from it.' }).waitFor();
    assert.equal(await strip.locator('.cw-strip-picture:focus').count(), 1, 'the keyboard goes on among the candidates');
    await strip.getByRole('button', { name: /^Accept/ }).click();
    await strip.waitFor({ state: 'detached' });
    assert.equal((await painted()).length, before.length + 1);
    await steps.saved(page);
  });

  test('two pictures are blended by a line from one to the other; one undo takes all of it away', async () => {
    await fit();
    const [one, two] = await pairOf(FIRST, SECOND);
    const before = await painted();
    await page.mouse.click(one.x + 8, one.y + 8);
    const grip = page.locator('.cw-op-grip');
    await grip.waitFor();
    const at = await grip.boundingBox();
    await page.mouse.move(at.x + at.width / 2, at.y + at.height / 2);
    await page.mouse.down();
    await page.mouse.move(two.x + two.width / 2, two.y + two.height / 2, { steps: 8 });
    await screenshot(page, 'operations-blend-line');
    await page.mouse.up();
    const card = page.getByRole('form', { name: 'Blend two pictures' });
    await card.waitFor();
    const order = await priced(card, /^Blend · 3 cr$/);
    await screenshot(page, 'operations-blend-card');
    await order.click();
    await page.locator('.cw-progress-frame[data-preview]').first().waitFor();
    await screenshot(page, 'operations-blend-running');
    const strip = await steps.candidates(page);
    const keep = strip.getByRole('button', { name: 'Keep all 3' });
    await keep.waitFor();
    await steps.drawn(page);
    await screenshot(page, 'operations-blend-candidates');
    await keep.click();
    await strip.waitFor({ state: 'detached' });
    const after = await painted();
    assert.equal(after.length, before.length + 3);
    // In a row, level with each other.
    const made = after.filter(({ id }) => !before.some((other) => other.id === id)).sort((a, b) => a.x - b.x);
    assert.ok(made.every(({ y }) => Math.abs(y - made[0].y) < 2));
    assert.ok(made[1].x - made[0].x > made[0].width && Math.abs((made[2].x - made[1].x) - (made[1].x - made[0].x)) < 2);
    await steps.saved(page);
    await page.keyboard.press('Control+z');
    await page.waitForFunction(count => document.querySelectorAll('.cw-node[aria-label^="Picture"]').length === count, before.length);
    await page.keyboard.press('Control+Shift+z');
    await page.waitForFunction(count => document.querySelectorAll('.cw-node[aria-label^="Picture"]').length === count, after.length);
    await steps.saved(page);
  });

  test('a change by words is sketched over the picture while the slider moves, compared, and made', async () => {
    await fit();
    const [one] = await pairOf(FIRST, SECOND);
    const before = await painted();
    await page.mouse.click(one.x + 8, one.y + 8);
    await page.keyboard.press('t');
    const card = page.getByRole('form', { name: 'Change by words' });
    await card.waitFor();
    await page.waitForFunction(prompt => document.querySelector('.cw-op textarea')?.value === prompt, FIRST);
    await card.getByRole('textbox', { name: 'What it should show' }).fill('a blue ball in the forest');
    const slider = card.getByRole('slider', { name: /^How far/ });
    const times = [];
    for (const share of [.3, .6, .9, 1]) {
      await page.evaluate(() => performance.clearMarks('cw-sketch-painted'));
      await slide(slider, share);
      const mark = await page.waitForFunction(() => performance.getEntriesByName('cw-sketch-painted').at(-1)?.detail ?? null);
      const { askedAtMs, paintedAtMs } = await mark.jsonValue();
      times.push(paintedAtMs - askedAtMs);
    }
    console.log(`sketches: ${times.map(ms => `${ms} ms`).join(', ')} from the slider's move to the picture on the screen`);
    await screenshot(page, 'operations-change-sketch');
    await found();
    const sketch = page.locator('.cw-over-picture');
    assert.ok(await sketch.isVisible());
    const hold = card.getByRole('button', { name: 'Hold to see before' });
    await hold.focus();
    await page.keyboard.down(' ');
    await sketch.waitFor({ state: 'hidden' });
    await screenshot(page, 'operations-change-before');
    await page.keyboard.up(' ');
    await sketch.waitFor({ state: 'visible' });
    await (await priced(card, /^Make it · 1 cr$/)).click();
    await card.waitFor({ state: 'detached' });
    assert.equal(await sketch.count(), 0, 'the sketch goes with the card');
    await steps.candidates(page);
    await steps.drawn(page);
    await screenshot(page, 'operations-change-made');
    await steps.accept(page);
    assert.equal((await painted()).length, before.length + 1);
    await steps.saved(page);
  });

  test('a larger picture lies exactly on its own, with four times the pixels a side', async () => {
    await fit();
    const [, two] = await pairOf(FIRST, SECOND);
    const before = await painted();
    await page.mouse.click(two.x + 8, two.y + 8);
    await page.keyboard.press('u');
    const card = page.getByRole('form', { name: 'Make larger' });
    await (await priced(card, /^Make larger · \d+ cr$/)).click();
    await steps.candidates(page);
    await steps.drawn(page);
    await screenshot(page, 'operations-larger');
    await steps.accept(page);
    await steps.saved(page);
    const made = (await painted()).find(({ id }) => !before.some((other) => other.id === id));
    assert.ok(['x', 'y', 'width', 'height'].every((side) => Math.abs(made[side] - two[side]) < 1), JSON.stringify([made, two]));
  });

  test('the film of a picture is drawn back and forth over it, by keyboard alone', async () => {
    await calm();
    await fit();
    await choose(0);
    await page.keyboard.press('p');
    const card = page.getByRole('form', { name: 'How it was painted' });
    const range = card.getByRole('slider');
    await range.waitFor();
    await range.focus();
    await page.keyboard.press('Home');
    const film = page.locator('.cw-over-film');
    await film.waitFor();
    assert.match(await range.getAttribute('aria-valuetext'), /^1 of \d+$/);
    assert.equal(await film.evaluate(element => getComputedStyle(element).backgroundPositionX), '0%');
    await screenshot(page, 'operations-film');
    await page.keyboard.press('End');
    await film.waitFor({ state: 'hidden' });
    await page.keyboard.press('Escape');
    await card.waitFor({ state: 'detached' });
    await page.locator('.cw-node:focus').waitFor();
  });

  test('a blend is asked for by keyboard: X on one picture, Tab to the other, Enter', async () => {
    await choose(0);
    await page.keyboard.press('x');
    await page.getByText('Choose the other picture').waitFor();
    const from = await page.evaluate(() => document.activeElement.dataset.node);
    do await page.keyboard.press('Tab'); while (!await page.evaluate(id => document.activeElement.matches('.cw-node[aria-label^="Picture"]') && document.activeElement.dataset.node !== id, from));
    await page.keyboard.press('Enter');
    const card = page.getByRole('form', { name: 'Blend two pictures' });
    await card.waitFor();
    await page.locator('.cw-op input[type="range"]:focus').waitFor();
    await page.keyboard.press('ArrowRight');
    await priced(card, /^Blend · 4 cr$/);
    await page.keyboard.press('Escape');
    await card.waitFor({ state: 'detached' });
    await calm();
  });

  test('pictures are found again by words, show where they lie, and are put onto the board', async () => {
    const before = await painted();
    await page.getByRole('button', { name: 'History' }).click();
    await page.getByRole('searchbox', { name: 'Search pictures' }).fill('pyramid');
    const hit = page.locator('[data-find]').first();
    await hit.waitFor();
    assert.match(await hit.getAttribute('aria-label'), /pyramid/);
    await steps.drawn(page);
    await screenshot(page, 'operations-search');
    await found();
    await hit.click();
    await page.locator('.cw-node[aria-pressed="true"]').waitFor({ state: 'attached' });
    await hit.focus();
    await page.keyboard.press('Enter');
    await page.waitForFunction(count => document.querySelectorAll('.cw-node[aria-label^="Picture"]').length === count, before.length + 1);
    await steps.saved(page);
    await page.keyboard.press('Control+z');
    await steps.saved(page);
    await page.getByRole('button', { name: 'History' }).click();
  });

  test('on a phone and in the dark', async () => {
    for (const [name, size] of Object.entries(sizes)) {
      for (const dark of [false, true]) {
        const { context, page: other, problems } = await person(browser, site, { size, dark, touch: name === 'phone', options: { bypassCSP: true, reducedMotion: 'reduce' } });
        await context.addCookies(await ann.context.cookies());
        await other.goto(`/b/${board}`);
        await steps.boardReady(other);
        await steps.drawn(other);
        const [picture] = await steps.nodes(other, 'Picture');
        const [x, y] = [picture.x + picture.width / 2, picture.y + picture.height / 2];
        if (name === 'phone') await other.touchscreen.tap(x, y);
        else await other.mouse.click(x, y);
        const look = `${name}-${dark ? 'dark' : 'light'}`;
        await other.locator('.cw-op-bar').waitFor();
        await screenshot(other, `operations-bar-${look}`);
        await found(other);
        for (const [kind, title] of [['variation', 'Variations'], ['textDiff', 'Change by words'], ['replay', 'How it was painted']]) {
          await other.locator(`[data-operate="${kind}"]`).click();
          const card = other.getByRole('form', { name: title });
          await card.waitFor();
          await steps.drawn(other);
          await screenshot(other, `operations-${kind}-${look}`);
          await found(other);
          await card.getByRole('button', { name: 'Close' }).click();
          await card.waitFor({ state: 'detached' });
        }
        assert.deepEqual(problems, []);
        await context.close();
      }
    }
  });

  test('nothing failed in the browser', () => assert.deepEqual(ann.problems, []));

  const painted = () => steps.nodes(page, 'Picture');

  /** Nothing is selected, nothing open. */
  async function calm() {
    for (let i = 0; i < 3; i++) await page.keyboard.press('Escape');
  }

  /** All of the board. */
  async function fit() {
    await calm();
    await page.keyboard.press('1');
    await page.evaluate(() => new Promise(resolve => {
      // The camera glides: it is there when two frames show the same.
      let last = '';
      const look = () => {
        const now = document.querySelector('.cw-nodes').style.transform;
        if (now === last) return resolve();
        last = now;
        requestAnimationFrame(() => requestAnimationFrame(look));
      };
      look();
    }));
  }

  /** The first two pictures, which lie side by side: the left one is older. */
  async function pairOf() {
    return (await painted()).filter(({ id }) => originals.includes(id)).sort((a, b) => originals.indexOf(a.id) - originals.indexOf(b.id));
  }

  /** Selects a picture by keyboard. */
  async function choose(index, shows = '.cw-op-bar') {
    originals ??= (await painted()).map(({ id }) => id);
    await calm();
    // What has the focus already would not be chosen by getting it.
    await page.evaluate(() => document.activeElement?.blur());
    await page.locator(`.cw-node[data-node="${originals[index]}"]`).focus();
    await page.locator(shows).waitFor();
  }

  /** The button of a card, once it says what it costs and may be pressed. */
  async function priced(card, words) {
    const button = card.getByRole('button', { name: words }).and(page.locator('[aria-disabled="false"]'));
    await button.waitFor();
    return button;
  }

  /** Moves a slider as a hand does. */
  async function slide(slider, share) {
    const box = await slider.boundingBox();
    await page.mouse.click(box.x + Math.min(box.width - 1, box.width * share), box.y + box.height / 2);
  }

  /** Of how many different pictures of one job previews were painted. */
  const previewedPictures = () => page.evaluate(() => Math.max(...[...[...window.cwSeen].reduce((jobs, name) => {
    const [job, image] = name.split(':');
    return jobs.set(job, (jobs.get(job) ?? new Set()).add(image));
  }, new Map()).values()].map(images => images.size)));

  /** What axe-core finds. */
  async function found(at = page) {
    await at.evaluate(axe);
    const violations = await at.evaluate(async () => (await window.axe.run(document, { resultTypes: ['violations'] })).violations
      .map(({ id, impact, nodes }) => `axe ${id} (${impact}): ${nodes.slice(0, 4).map(({ target }) => target.join(' ')).join(' | ')}`));
    assert.deepEqual(violations, []);
  }
});
