// Every page as people meet it: at a desk and on a phone, dark and light. Each must be free of what axe-core finds, must not scroll sideways and
// must not complain on the console; pictures for critical eyes go to tests/e2e/out.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { launch, person } from './harness/browser.mjs';
import { hangPictures, shareBoard } from './harness/galleries.mjs';
import { interactive, looks } from './harness/looks.mjs';
import { startSite, untilReady } from './harness/site.mjs';
import * as steps from './harness/steps.mjs';

describe('Pages', { concurrency: false }, () => {
  const eachLook = (cookies, pages) => looks(browser, site, cookies, pages);
  let site, browser, signedIn, empty, painted;

  before(async () => {
    site = await startSite();
    await untilReady(site);
    browser = await launch();
  });

  after(async () => {
    await browser?.close();
    await site?.stop();
  });

  test('before signing in', async () => await eachLook(null, [
    ['landing', '/'],
    ['sign-in', '/account/sign-in'],
    ['register', '/account/register'],
    ['docs-api', '/docs/api'],
  ]));

  test('with an account that has nothing yet', async () => {
    // A fresh machine's first account runs the site: this person sees the page for grants, too.
    const someone = await person(browser, site);
    await register(someone.page, 'ann@example.org');
    signedIn = await someone.context.cookies();
    await someone.context.close();
    await eachLook(signedIn, [
      ['boards-empty', '/boards', interactive],
      ['galleries-empty', '/galleries', interactive],
      ['pictures-empty', '/pictures'],
      ['pictures-nothing', '/pictures?q=a%20fox'],
      ['bin', '/boards/bin', interactive],
      ['credits', '/credits', interactive],
      ['account', '/account'],
      ['account-password', '/account/password'],
      ['account-keys', '/account/keys'],
      ['account-webhooks', '/account/webhooks'],
      ['admin', '/admin'],
      ['admin-users', '/admin/users'],
      ['admin-jobs', '/admin/jobs'],
      ['admin-models', '/admin/models'],
      ['admin-workers', '/admin/workers'],
      ['admin-limits', '/admin/limits'],
      ['admin-audit', '/admin/audit'],
      ['refusals', '/account/refusals'],
      ['admin-credits', '/admin/credits', interactive],
      ['admin-reports', '/admin/reports'],
      ['admin-refusals', '/admin/refusals'],
      ['admin-policy', '/admin/policy'],
      ['join-gone', '/join/no-such-link'],
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
      ['pictures', '/pictures'],
      ['pictures-found', '/pictures?q=red'],
    ]);
  });

  test('a gallery as guests see it, in each layout', async () => {
    const ann = await person(browser, site);
    await ann.context.addCookies(signedIn);
    const hung = await steps.newBoard(ann.page);
    await hangPictures(ann.page, hung, { count: 7 });
    const link = new URL(await shareBoard(ann.page, hung, 'Hills and other places')).pathname;
    const picture = await ann.page.evaluate(async address => (await (await fetch(address)).text()).match(/href="(\/g\/[\w-]{43}\/[\w-]{22})"/)[1], link);
    await eachLook(null, [['gallery-masonry', link], ['gallery-picture', picture], ['gallery-report', `${link}/report`]]);
    const guest = await person(browser, site);
    await guest.page.goto(link);
    assert.equal(await guest.page.evaluate(rowsThatEndEarly), 0);
    await guest.context.close();
    await ann.page.locator('.cwk-share-dialog a', { hasText: 'Edit' }).click();
    for (const layout of ['Grid', 'Slideshow', 'Board']) {
      await ann.page.locator('label', { has: ann.page.getByRole('radio', { name: layout, exact: true }) }).click(); // The drawing over the radio takes the click, as it does for people.
      await ann.page.getByText('Saved', { exact: true }).waitFor();
      await eachLook(null, [[`gallery-${layout.toLowerCase()}`, link]]);
    }
    await ann.context.close();
  });
});

/** Of the rows of a wall, how many but the last leave room at their end. */
function rowsThatEndEarly() {
  const wall = document.querySelector('.cwg-wall');
  const ends = new Map([...wall.children].map(item => item.getBoundingClientRect()).map(({ top, right }) => [Math.round(top), right]));
  return [...ends.values()].slice(0, -1).filter(right => wall.getBoundingClientRect().right - right > 1).length;
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
