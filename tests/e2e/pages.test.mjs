// Every page as people meet it: at a desk and on a phone, dark and light. Each must be free of what axe-core finds, must not scroll sideways and
// must not complain on the console; pictures for critical eyes go to tests/e2e/out.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { launch, person, screenshot, sizes } from './harness/browser.mjs';
import { root, startSite, untilReady } from './harness/site.mjs';
import * as steps from './harness/steps.mjs';

describe('Pages', { concurrency: false }, () => {
  let site, browser, axe, signedIn, empty, painted;

  before(async () => {
    site = await startSite();
    await untilReady(site);
    browser = await launch();
    axe = await readFile(path.join(root, 'tests/node_modules/axe-core/axe.min.js'), 'utf8');
  });

  after(async () => {
    await browser?.close();
    await site?.stop();
  });

  test('before signing in', async () => await eachLook(null, [
    ['landing', '/'],
    ['sign-in', '/account/sign-in'],
    ['register', '/account/register'],
  ]));

  test('with an account that has nothing yet', async () => {
    // A fresh machine's first account runs the site: this person sees the page for grants, too.
    const someone = await person(browser, site);
    await register(someone.page, 'ann@example.org');
    signedIn = await someone.context.cookies();
    await someone.context.close();
    await eachLook(signedIn, [
      ['boards-empty', '/boards', interactive],
      ['bin', '/boards/bin', interactive],
      ['credits', '/credits', interactive],
      ['account', '/account'],
      ['account-password', '/account/password'],
      ['admin-credits', '/admin/credits', interactive],
      ['not-found', '/no-such-page'],
    ]);
  });

  test('with boards', async () => {
    const ann = await person(browser, site);
    await ann.context.addCookies(signedIn);
    empty = await steps.newBoard(ann.page);
    painted = await steps.newBoard(ann.page);
    await steps.setCount(ann.page, 1);
    await steps.generate(ann.page, 'a red ball in the forest');
    await steps.candidates(ann.page);
    await eachLook(signedIn, [['board-choosing', `/b/${painted}`, async page => { await board(page); await page.locator('.cw-strip').waitFor(); }]]);
    await steps.accept(ann.page);
    await steps.saved(ann.page);
    await ann.context.close();
    await eachLook(signedIn, [
      ['boards', '/boards', async page => { await interactive(page); await page.locator('main img').first().waitFor(); }],
      ['board-empty', `/b/${empty}`, board],
      ['board', `/b/${painted}`, board],
      ['credits-used', '/credits', interactive],
    ]);
  });

  /** Looks at pages in both sizes and both colours, and tells of everything that is wrong at once. */
  async function eachLook(cookies, pages) {
    const wrong = [];
    for (const [size, viewport] of Object.entries(sizes)) {
      for (const dark of [false, true]) {
        const { context, page, problems } = await person(browser, site, { size: viewport, dark, touch: size === 'phone', options: { bypassCSP: true, reducedMotion: 'reduce' } });
        if (cookies) await context.addCookies(cookies);
        for (const [name, address, settled] of pages) {
          const look = `${name}-${size}-${dark ? 'dark' : 'light'}`;
          const answer = await page.goto(address);
          await settled?.(page);
          await page.evaluate(() => document.fonts.ready);
          await screenshot(page, `page-${look}`);
          wrong.push(...(await found(page)).map(one => `${look}: ${one}`));
          // The browser itself reports a page that is not found; that is what was asked for.
          const said = problems.splice(0).filter(one => !(answer.status() === 404 && one.includes('404')));
          wrong.push(...said.map(one => `${look}: console: ${one}`));
        }
        await context.close();
      }
    }
    assert.deepEqual(wrong, []);
  }

  /** What axe-core finds, and a page that is wider than the window. */
  async function found(page) {
    await page.evaluate(axe);
    const violations = await page.evaluate(async () => (await window.axe.run(document, { resultTypes: ['violations'] })).violations
      .map(({ id, impact, nodes }) => `axe ${id} (${impact}): ${nodes.slice(0, 4).map(({ target, any }) => `${target.join(' ')}${any[0] ? ` [${any[0].message}]` : ''}`).join(' | ')}`));
    const [wide, room] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
    return wide > room ? [...violations, `scrolls sideways: ${wide} pixels in ${room}`] : violations;
  }
});

/** A page whose circuit stands: its buttons can be pressed. */
async function interactive(page) {
  await page.waitForLoadState('load');
  await page.waitForFunction(() => document.querySelector('.cw-skeleton, main[aria-busy="true"]') === null);
}

async function board(page) {
  await steps.boardReady(page);
}

async function register(page, email) {
  await page.goto('/account/register');
  await page.locator('#name').fill('Ann');
  await page.locator('#email').fill(email);
  await page.locator('input[type="password"]').first().fill('correct horse battery staple 7');
  await page.getByRole('button', { name: 'Create account' }).click();
  await page.waitForURL('**/boards');
}
