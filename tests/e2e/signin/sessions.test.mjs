// In real browsers: a page that is open in one browser ends when another browser signs it out; no page of accounts breaks the content
// security policy or axe's rules, in both themes, on a desktop and a phone. Screenshots go to tests/e2e/out/.
//   node tests/e2e/signin/sessions.test.mjs
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { launch, person, screenshot, sizes } from '../harness/browser.mjs';
import { startSite } from '../harness/site.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const password = 'quiet studio wall';
const site = await startSite({ env: { Inference__Mode: 'External', Inference__Key: 'a-key-of-the-tests-and-of-nobody-else' } });
const browser = await launch();
try {
  await signedOutFromElsewhere();
  for (const [name, size] of Object.entries(sizes)) for (const dark of [false, true]) await pages(name, size, dark);
  console.log('sign-in pages: all good');
} finally {
  await browser.close();
  await site.stop();
}

async function signedOutFromElsewhere() {
  const here = await person(browser, site);
  const there = await person(browser, site);
  await register(here.page, 'two@example.com');
  await there.page.goto('/account/sign-in');
  await there.page.fill('#email', 'two@example.com');
  await there.page.fill('#password', password);
  await there.page.click('main form.cw-stack button');
  await there.page.goto('/boards', { waitUntil: 'networkidle' });
  assert.equal(new URL(there.page.url()).pathname, '/boards');

  await here.page.goto('/account');
  await here.page.getByRole('button', { name: 'Sign out everywhere else' }).click();
  await there.page.waitForURL(/\/account\/sign-in\?notice=session-ended/, { timeout: 30_000 });
  await there.page.getByText('signed out here from another browser').waitFor();
  await there.page.goto('/boards');
  assert.equal(new URL(there.page.url()).pathname, '/account/sign-in');
  await here.page.goto('/boards');
  assert.equal(new URL(here.page.url()).pathname, '/boards');
  await here.context.close();
  await there.context.close();
}

async function pages(name, size, dark) {
  const { context, page, problems } = await person(browser, site, { size, dark });
  const look = async (what) => {
    await page.evaluate(() => document.fonts.ready);
    await page.evaluate(axe);
    const found = await page.evaluate(async () => (await window.axe.run()).violations.map((violation) => `${violation.id}: ${violation.nodes.map((node) => node.html).join(' ')}`));
    assert.deepEqual(found, [], `${what} on ${name}${dark ? ' in the dark' : ''}`);
    await screenshot(page, `accounts-${what}-${name}${dark ? '-dark' : ''}`);
  };
  await page.goto('/account/sign-in');
  await look('sign-in');
  await page.fill('#email', 'nobody@example.com');
  await page.fill('#password', 'wrong password');
  await page.click('main form.cw-stack button');
  await look('sign-in-refused');
  await register(page, `${name}${dark}@example.com`);
  for (const what of ['', '/password', '/confirm', '/delete']) {
    await page.goto('/account' + what);
    await look('account' + what.replace('/', '-'));
  }
  // Blazor's own navigation keeps the first page's policy and import map.
  await page.goto('/account');
  await page.getByRole('link', { name: 'Change password' }).click();
  await page.waitForURL('**/account/password');
  assert.deepEqual(problems, []);
  await context.close();
}

async function register(page, email) {
  await page.goto('/account/register');
  await page.fill('#name', 'Ada');
  await page.fill('#email', email);
  await page.fill('#new-password', password);
  await page.click('main form.cw-stack button');
  await page.waitForURL((url) => !url.pathname.startsWith('/account/'));
}
