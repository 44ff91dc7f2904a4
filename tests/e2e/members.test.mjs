// Two people on one board, in two real browsers: invited by a link, joined, painting together, made to look only, let off.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { launch, person, screenshot } from './harness/browser.mjs';
import { looks } from './harness/looks.mjs';
import { startSite, untilReady } from './harness/site.mjs';
import * as steps from './harness/steps.mjs';

describe('Members', { concurrency: false }, () => {
  let site, browser, ann, bob, board, link;

  before(async () => {
    site = await startSite();
    await untilReady(site);
    browser = await launch();
    ann = await person(browser, site);
    bob = await person(browser, site);
    await register(ann.page, 'Ann');
    await register(bob.page, 'Bob');
    board = await steps.newBoard(ann.page);
  });

  after(async () => {
    await browser?.close();
    await site?.stop();
  });

  test('a board with nobody else on it says how to bring somebody, and Ann makes a link', async () => {
    await ann.page.getByRole('button', { name: 'People', exact: true }).click();
    await ann.page.getByText('To bring somebody, make a link').waitFor();
    await ann.page.getByLabel('Whoever comes by the link').selectOption({ label: 'can paint' });
    await ann.page.getByRole('button', { name: 'Make a link' }).click();
    link = await ann.page.getByRole('textbox', { name: 'Invite link' }).inputValue();
    assert.match(link, /\/join\/[\w-]{43}$/);
    await screenshot(ann.page, 'members-invited');
  });

  test('the same stands where one shares', async () => {
    await looks(browser, site, await ann.context.cookies(), [['share-people', `/b/${board}`, async page => {
      await steps.boardReady(page);
      await page.locator('[data-share]').click();
      await page.locator('dialog[open]').getByLabel('People, to paint together').check();
      await page.locator('dialog[open]').getByRole('textbox', { name: 'Invite link' }).waitFor();
    }]]);
  });

  test('Bob signs in on his way, sees who invites him, and joins', async () => {
    const path = new URL(link).pathname;
    await looks(browser, site, await bob.context.cookies(), [['join', path]]);
    const signedOut = await person(browser, site);
    await signedOut.page.goto(path);
    assert.equal(new URL(signedOut.page.url()).pathname, '/account/sign-in');
    await signedOut.context.close();
    await bob.page.goto(path);
    await bob.page.getByText('Ann invites you to a board').waitFor();
    await bob.page.getByRole('button', { name: 'Join the board' }).click();
    await bob.page.waitForURL(`**/b/${board}`);
    await steps.boardReady(bob.page);
    await ann.page.getByLabel('What Bob may do').waitFor();
    await looks(browser, site, await ann.context.cookies(), [['board-people', `/b/${board}`, async page => { await steps.boardReady(page); await people(page); await page.getByLabel('What Bob may do').waitFor(); }]]);
  });

  test('what Bob puts on the board Ann sees, and his page of all boards says whose it is', async () => {
    await bob.page.getByRole('toolbar', { name: 'Tools' }).getByRole('button', { name: /^Note/ }).click();
    await bob.page.getByRole('toolbar', { name: 'Tools' }).locator('[aria-pressed="true"]', { hasText: 'sticky_note_2' }).waitFor();
    await bob.page.mouse.click(300, 300);
    await bob.page.locator('.cw-note-editor:focus').waitFor();
    await bob.page.keyboard.type('hello from Bob');
    await bob.page.keyboard.press('Escape');
    await steps.saved(bob.page);
    await ann.page.locator('.cw-node[aria-label*="hello from Bob"]').waitFor({ state: 'attached' });
    const other = await bob.context.newPage();
    await other.goto('/boards');
    await other.getByText('Shared by Ann').waitFor();
    await other.close();
  });

  test('who leaves finds the board no more on their page, and may come back while the link is open', async () => {
    await bob.page.getByRole('button', { name: 'People', exact: true }).click();
    await bob.page.getByRole('button', { name: 'Leave this board' }).click();
    await screenshot(bob.page, 'members-leaving');
    await bob.page.getByRole('button', { name: 'Leave this board' }).click();
    await bob.page.waitForURL('**/boards');
    await bob.page.getByRole('button', { name: 'New board' }).first().waitFor();
    assert.equal(await bob.page.getByText('Shared by Ann').count(), 0);
    assert.equal((await bob.page.goto(`/b/${board}`)).status(), 404);
    await bob.page.goto(new URL(link).pathname);
    await bob.page.getByRole('button', { name: 'Join the board' }).click();
    await steps.boardReady(bob.page);
    await ann.page.getByLabel('What Bob may do').waitFor();
  });

  test('a viewer’s tools go without a reload', async () => {
    await bob.page.getByRole('button', { name: /^Frame/ }).first().waitFor();
    await ann.page.getByLabel('What Bob may do').selectOption({ label: 'can look' });
    await bob.page.getByRole('button', { name: /^Frame/ }).first().waitFor({ state: 'detached' });
    await screenshot(bob.page, 'members-viewer');
  });

  test('who is removed loses the board at once, and the link with it', async () => {
    await ann.page.getByRole('button', { name: 'Remove Bob from this board' }).click();
    await screenshot(ann.page, 'members-remove');
    await ann.page.getByRole('button', { name: 'Remove', exact: true }).last().click();
    await bob.page.getByRole('alert').getByText('not shared with you any more').waitFor();
    await screenshot(bob.page, 'members-gone');
    assert.equal((await bob.page.goto(`/b/${board}`)).status(), 404);
    assert.equal((await bob.page.goto(new URL(link).pathname)).status(), 404);
    await bob.page.getByText('Ask whoever sent it to you for a new one').waitFor();
    await ann.page.getByText('Nobody but you so far.').waitFor();
    await looks(browser, site, await bob.context.cookies(), [['join-taken-back', new URL(link).pathname]]);
  });
});

async function people(page) {
  if (await page.getByRole('heading', { name: 'Here now' }).count() === 0) await page.getByRole('button', { name: 'People', exact: true }).click();
  await page.getByRole('heading', { name: 'Here now' }).waitFor();
}

async function register(page, name) {
  await page.goto('/account/register');
  await page.locator('#name').fill(name);
  await page.locator('#email').fill(`${name.toLowerCase()}@example.org`);
  await page.locator('input[type="password"]').first().fill('correct horse battery staple 7');
  await page.getByRole('button', { name: 'Create account' }).click();
  await page.waitForURL('**/boards');
}
