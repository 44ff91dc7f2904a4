// Galleries in a real browser with real pictures: made from a board, opened in a private window, taken back with everything that was in them;
// password, end, remix; a live gallery that shows a picture while it is painted; the whole way by keyboard alone.
import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { launch, person, screenshot } from './harness/browser.mjs';
import { interactive, looks } from './harness/looks.mjs';
import { root, startSite, untilReady } from './harness/site.mjs';
import * as steps from './harness/steps.mjs';

describe('Galleries', { concurrency: false }, () => {
  let site, browser, ann, board, gallery, link, live, liveLink;

  before(async () => {
    site = await startSite();
    await untilReady(site);
    browser = await launch();
    ann = await person(browser, site);
    await ann.context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await steps.tryIt(ann.page);
    board = await steps.newBoard(ann.page);
    await steps.setCount(ann.page, 2);
    await paint('a red ball in the forest');
    await upload('wwwroot/img/ideas/the-sea-at-sunset.webp');
  });

  after(async () => {
    await browser?.close();
    await site?.stop();
  });

  test('a gallery of a board is nobody’s but its owner’s until the link is made', async () => {
    await share();
    await ann.page.locator('dialog[open]').getByLabel('The whole board').check();
    await ann.page.getByRole('button', { name: 'Not yet' }).click();
    await ann.page.getByText('Nobody but you can see it.').waitFor();
    await ann.page.getByRole('button', { name: 'Make a link' }).click();
    link = await ann.page.getByRole('textbox', { name: 'Link to the gallery' }).inputValue();
    await ann.page.getByRole('button', { name: 'Copy link' }).click();
    await ann.page.locator('[data-copy-box][data-done]').waitFor();
    assert.equal(await ann.page.evaluate(() => navigator.clipboard.readText()), link);
    await ann.page.getByRole('link', { name: 'Edit the gallery' }).click();
    await ann.page.waitForURL('**/galleries/*');
    gallery = ann.page.url();
    await ann.page.locator('.cwk-item').first().waitFor();
    assert.equal(await ann.page.locator('.cwk-item').count(), 2);
  });

  test('results of the history are hung several at once', async () => {
    await ann.page.goto(`/b/${board}`);
    await steps.boardReady(ann.page);
    await ann.page.getByRole('button', { name: 'History' }).click();
    await ann.page.getByRole('button', { name: 'Pick for a gallery' }).click();
    const boxes = ann.page.locator('.cwb-made input[type="checkbox"]');
    for (const index of [0, 1]) await boxes.nth(index).check();
    await ann.page.getByRole('button', { name: 'Add to a gallery (2)' }).click();
    await ann.page.locator('dialog[open] select').selectOption({ index: 1 });
    await ann.page.getByRole('button', { name: 'Add to the gallery' }).click();
    await ann.page.getByRole('link', { name: 'Edit the gallery' }).click();
    await ann.page.waitForURL('**/galleries/*');
    // The tile of the board and the result that it came from are two things that were picked.
    await ann.page.locator('.cwk-item').nth(3).waitFor();
    assert.equal(await ann.page.locator('.cwk-item').count(), 4);
  });

  test('whoever has the link sees the pictures in a private window, without a cookie', async () => {
    const guest = await person(browser, site);
    await guest.page.goto(link);
    await painted(guest.page);
    assert.deepEqual(await guest.context.cookies(), []);
    assert.deepEqual(guest.problems, []);
    await screenshot(guest.page, 'gallery-guest');
    await guest.context.close();
  });

  test('a password stands before it, and opens it', async () => {
    await edit();
    await ann.page.getByRole('button', { name: 'Ask for a password' }).click();
    await ann.page.getByLabel('New password').fill('open sesame 3');
    await ann.page.getByRole('button', { name: 'Set', exact: true }).click();
    await ann.page.getByText('Guests need it').waitFor();

    const guest = await person(browser, site);
    await guest.page.goto(link);
    assert.equal(await guest.page.locator('main img').count(), 0);
    await tryPassword(guest.page, 'open sesame');
    await guest.page.getByRole('alert').waitFor();
    assert.equal(await guest.page.locator('main img').count(), 0);
    await tryPassword(guest.page, 'open sesame 3');
    await painted(guest.page);
    await guest.context.close();

    await ann.page.getByRole('button', { name: 'Remove', exact: true }).click();
    await ann.page.getByRole('button', { name: 'Ask for a password' }).waitFor();
  });

  test('where the owner allows it, a guest with an account takes the pictures to a board of their own', async () => {
    await edit();
    await ann.page.getByLabel('Remix them on a board of their own').check();
    await ann.page.getByText('Saved', { exact: true }).waitFor();
    const guest = await person(browser, site);
    await steps.tryIt(guest.page);
    await guest.page.goto(link);
    await guest.page.getByRole('button', { name: /Remix/ }).click();
    await guest.page.waitForURL('**/b/*');
    await steps.boardReady(guest.page);
    await guest.page.locator('.cw-node[aria-label^="Picture"]').nth(3).waitFor({ state: 'attached' });
    await guest.context.close();
  });

  test('after its end the link opens nothing', async () => {
    const other = await newGallery('Short');
    await ann.page.locator('#cwk-expiry').selectOption({ label: 'At a moment …' });
    const ends = new Date(Date.now() + 4_000);
    const local = new Date(ends.getTime() - ends.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
    await ann.page.locator('.cwk-share input[type="datetime-local"]').fill(local);
    await ann.page.locator('.cwk-share input[type="datetime-local"] + button').click();
    const guest = await person(browser, site);
    await untilGone(guest.page, other);
    await guest.context.close();
  });

  test('the whole way by keyboard alone', async () => {
    const { page } = ann;
    await page.goto(`/b/${board}`);
    await steps.boardReady(page);
    await tabTo(page, page.getByRole('button', { name: 'Share' }));
    await page.keyboard.press('Enter');
    // Among the choices by arrow keys, as in any group of them.
    const whole = page.locator('dialog[open]').getByLabel('The whole board');
    await whole.waitFor();
    await tabTo(page, page.locator('dialog[open] input[type="radio"]:checked'));
    while (!await whole.isChecked()) await page.keyboard.press('ArrowDown');
    await tabTo(page, page.getByLabel('Title'));
    await page.keyboard.press('Control+a');
    await page.keyboard.type('By keyboard');
    await tabTo(page, page.getByRole('button', { name: 'Make a link' }));
    await page.keyboard.press('Enter');
    await page.locator('[data-copy-box]').waitFor();
    await tabTo(page, page.getByRole('button', { name: 'Copy link' }));
    await page.keyboard.press('Enter');
    await page.locator('[data-copy-box][data-done]').waitFor();
    await tabTo(page, page.getByRole('link', { name: 'Edit the gallery' }));
    await page.keyboard.press('Enter');
    await page.waitForURL('**/galleries/*');
    await page.locator('[data-later]:enabled').first().waitFor();
    const [first, second] = await order(page);
    await tabTo(page, page.getByRole('button', { name: 'Move picture 1 later' }));
    await page.keyboard.press('Enter');
    await page.waitForFunction(id => document.querySelectorAll('.cwk-item')[1]?.dataset.item === id, first);
    assert.equal((await order(page))[0], second);
    // The keyboard stays with the picture that was moved.
    await page.waitForFunction(id => document.activeElement.closest('.cwk-item')?.dataset.item === id, first);
  });

  test('a picture is dragged to another place', async () => {
    const { page } = ann;
    const [first, second] = await order(page);
    const [from, to] = await Promise.all([0, 1].map(index => page.locator('.cwk-item img').nth(index).boundingBox()));
    await page.mouse.move(from.x + from.width / 2, from.y + from.height / 3);
    await page.mouse.down();
    await page.mouse.move(from.x + from.width, from.y + from.height / 3, { steps: 4 });
    await page.mouse.move(to.x + to.width * .8, to.y + to.height / 3, { steps: 4 });
    await page.mouse.up();
    await page.waitForFunction(id => document.querySelectorAll('.cwk-item')[1]?.dataset.item === id, first);
    assert.equal((await order(page))[0], second);
  });

  test('what is taken down comes back by Undo, where it hung', async () => {
    const { page } = ann;
    const before = await page.locator('.cwk-item').count();
    await page.getByLabel('Caption of picture 1').fill('The first one');
    await page.getByLabel('Caption of picture 1').press('Tab');
    await page.getByText('Saved', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Take picture 1 down' }).click();
    await page.waitForFunction(count => document.querySelectorAll('.cwk-item').length === count, before - 1);
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.waitForFunction(count => document.querySelectorAll('.cwk-item').length === count, before);
    assert.equal(await page.getByLabel('Caption of picture 1').inputValue(), 'The first one');
  });

  test('a live gallery shows a new picture while it is watched, its painting too, and no names', async () => {
    await ann.page.goto(`/b/${board}`);
    await steps.boardReady(ann.page);
    await share();
    await ann.page.locator('dialog[open]').getByLabel('The board, live').check();
    await ann.page.getByRole('button', { name: 'Make a link' }).click();
    liveLink = await ann.page.getByRole('textbox', { name: 'Link to the gallery' }).inputValue();
    live = await ann.page.getByRole('link', { name: 'Edit the gallery' }).getAttribute('href');
    await ann.page.keyboard.press('Escape');

    const guest = await person(browser, site);
    const pictures = new Set();
    const frames = [];
    guest.page.on('response', answer => { if (answer.ok() && answer.url().includes('/t/')) pictures.add(answer.url()); });
    guest.page.on('websocket', socket => socket.on('framereceived', frame => frames.push(String(frame.payload))));
    await guest.page.goto(liveLink);
    await guest.page.locator('[data-live-status][data-state="live"]').waitFor();
    const lying = guest.page.locator('.cw-node[aria-label^="Picture"]');
    const before = await lying.count();
    assert.ok(before >= 2, `the guest sees ${before} pictures`);
    await steps.watchPreviews(guest.page);

    await ann.page.keyboard.press('Escape');
    await steps.setCount(ann.page, 1);
    await paint('a yellow cone in the snow');
    await lying.nth(before).waitFor({ state: 'attached' });
    assert.ok(await steps.previewsSeen(guest.page) > 0, 'no preview was painted');
    await guest.page.waitForLoadState('networkidle');
    await screenshot(guest.page, 'gallery-live');

    // What came over the line: no account, no name, no prompt, and no name of a picture that opens it elsewhere.
    const said = frames.join('\n');
    const { actor, name } = await identity();
    for (const secret of [actor, `"${name}"`, 'yellow cone', 'red ball']) assert.ok(!said.includes(secret), `a guest was told "${secret}"`);
    const shown = [...pictures];
    assert.ok(shown.length >= 2);
    for (const url of shown) {
      const hash = /\/t\/([0-9a-f]{64})\//.exec(url)[1];
      assert.equal((await guest.page.request.get(`/tiles/${hash}/0.webp`)).status(), 404);
    }
    assert.deepEqual(guest.problems, []);

    // Taken back while it is watched.
    await ann.page.goto(live);
    await interactive(ann.page);
    await ann.page.getByRole('button', { name: 'Take the link back' }).click();
    await ann.page.getByRole('button', { name: 'Take it back' }).click();
    await guest.page.getByRole('heading', { name: 'This gallery is not shared any more' }).waitFor();
    assert.equal(await guest.page.locator('canvas').count(), 0);
    for (const url of shown) assert.equal((await guest.page.request.get(url)).status(), 404, url);
    assert.equal((await guest.page.request.post(`${liveLink}/live/negotiate?negotiateVersion=1`)).status() < 500, true);
    await guest.context.close();
  });

  test('every page in both sizes and colours', async () => {
    const cookies = await ann.context.cookies();
    await edit();
    await ann.page.getByLabel('Remix them on a board of their own').check();
    const seen = async page => { await page.waitForLoadState('networkidle'); };
    await looks(browser, site, cookies, [
      ['galleries', '/galleries', interactive],
      ['gallery-edit', gallery, async page => { await interactive(page); await page.locator('.cwk-item img').first().waitFor(); }],
      ['gallery-edit-private', live, interactive],
      ['gallery-picking', gallery, async page => { await interactive(page); await page.getByRole('button', { name: 'Add pictures' }).click(); await page.locator('.cwk-choice img').first().waitFor(); }],
      ['gallery-sharing', `/b/${board}`, async page => { await steps.boardReady(page); await page.getByRole('button', { name: 'Share' }).click(); await page.locator('dialog[open] .cwk-what').first().waitFor(); }],
    ]);
    await ann.page.goto(live);
    await interactive(ann.page);
    await ann.page.getByRole('button', { name: 'Make a link' }).click();
    const again = await ann.page.getByRole('textbox', { name: 'Link to the gallery' }).inputValue();
    await looks(browser, site, null, [
      ['gallery-public', link, seen],
      ['gallery-live', again, async page => { await page.locator('[data-live-status][data-state="live"]').waitFor(); await seen(page); }],
      ['gallery-gone', liveLink],
    ]);
  });

  test('taken back, the gallery is gone, and every address of a picture with it', async () => {
    const guest = await person(browser, site);
    await guest.page.goto(link);
    await painted(guest.page);
    const addresses = await guest.page.evaluate(() => [...document.querySelectorAll('main img')].flatMap(image => [image.src, ...image.srcset.split(',').map(one => one.trim().split(' ')[0]).filter(Boolean)]));
    const item = await guest.page.locator('main a:has(img)').first().getAttribute('href');
    assert.ok(addresses.length >= 3);
    for (const url of addresses) assert.equal((await guest.page.request.get(url)).status(), 200, url);

    await edit();
    await ann.page.getByRole('button', { name: 'Take the link back' }).click();
    await ann.page.getByRole('button', { name: 'Take it back' }).click();
    await ann.page.getByText('The link was taken back.').waitFor();
    for (const url of [...addresses, link, item, `${link}/feed.xml`, `${link}/card.jpg`]) assert.equal((await guest.page.request.get(url)).status(), 404, url);
    const answer = await guest.page.reload();
    assert.equal(answer.status(), 404);
    await guest.page.getByRole('heading', { name: /not shared any more/ }).waitFor();
    assert.deepEqual(ann.problems, []);
    await guest.context.close();
  });

  /** One more picture on the board. */
  async function paint(prompt) {
    await steps.generate(ann.page, prompt);
    await steps.accept(ann.page);
    await steps.saved(ann.page);
    await ann.page.keyboard.press('Escape');
  }

  /** A picture of somebody's own on the board. @param {string} file in the repository */
  async function upload(file) {
    const chooser = ann.page.waitForEvent('filechooser');
    await ann.page.getByRole('button', { name: 'Upload a picture' }).click();
    await ann.page.mouse.click(300, 300);
    await (await chooser).setFiles(path.join(root, file));
    await ann.page.locator('.cw-node[aria-label^="Picture"]').nth(1).waitFor({ state: 'attached' });
    await steps.saved(ann.page);
    await ann.page.keyboard.press('Escape');
    await ann.page.keyboard.press('Escape');
  }

  async function share() {
    await ann.page.getByRole('button', { name: 'Share' }).click();
    await ann.page.locator('dialog[open] .cwk-what').first().waitFor();
    await ann.page.locator('#cwk-new-title').fill('By the sea'); // A board without a name gives none.
  }

  async function edit() {
    await ann.page.goto(gallery);
    await interactive(ann.page);
    await ann.page.locator('#cwk-expiry:enabled').waitFor();
  }

  /** A gallery of the whole board. @returns {Promise<string>} Its link; its page is open. */
  async function newGallery(title) {
    await ann.page.goto(`/b/${board}`);
    await steps.boardReady(ann.page);
    await share();
    await ann.page.getByLabel('Title').fill(title);
    await ann.page.getByRole('button', { name: 'Make a link' }).click();
    const made = await ann.page.getByRole('textbox', { name: 'Link to the gallery' }).inputValue();
    await ann.page.getByRole('link', { name: 'Edit the gallery' }).click();
    await ann.page.waitForURL('**/galleries/*');
    await interactive(ann.page);
    return made;
  }

  /** Who the owner is on the line of their own board. */
  async function identity() {
    const jobs = await (await ann.page.request.get('/jobs', { headers: { Accept: 'application/json' } })).json();
    return { actor: jobs[0].actor, name: jobs[0].authorName };
  }
});

const order = page => page.locator('.cwk-item').evaluateAll(items => items.map(item => item.dataset.item));

/** All pictures of a public page that are in view are there and drawn. */
async function painted(page) {
  await page.locator('main img').first().waitFor();
  await page.waitForFunction(() => [...document.querySelectorAll('main img')].every(image => image.complete && image.naturalWidth > 0));
}

async function tryPassword(page, password) {
  await page.locator('input[type="password"]').fill(password);
  await page.locator('main button[type="submit"]').click();
  await page.waitForLoadState('load');
}

async function untilGone(page, link) {
  for (let status = 200; status !== 404;) {
    status = (await page.goto(link)).status();
    assert.ok(status === 200 || status === 404, `the gallery answered ${status}`);
    if (status === 200) await page.waitForLoadState('networkidle');
  }
}

/** Tab until the focus is there, as somebody without a mouse does. */
async function tabTo(page, target) {
  for (let stops = 0; stops < 80; stops++) {
    if (await target.first().evaluate(element => element === document.activeElement).catch(() => false)) return;
    await page.keyboard.press('Tab');
  }
  assert.fail('the keyboard does not get there');
}
