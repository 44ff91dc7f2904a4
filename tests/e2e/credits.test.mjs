// Credits where the page and the server's memory of it could part ways.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { launch, person, sizes } from './harness/browser.mjs';
import { root, startSite } from './harness/site.mjs';
import * as steps from './harness/steps.mjs';

describe('Credits', { concurrency: false }, () => {
  let site, browser, ann;

  before(async () => {
    site = await startSite({ env: { Inference__Mode: 'External', Inference__Key: 'a-key-of-the-tests-and-of-nobody-else' } });
    browser = await launch();
    ann = await person(browser, site);
    ann.page.setDefaultTimeout(60_000);
    await steps.tryIt(ann.page); // A fresh machine's first account runs the site, so it may grant.
  });

  after(async () => {
    await browser?.close();
    await site?.stop();
  });

  test('what changes between the answer and the live page shows', async () => {
    const { page } = ann;
    await page.goto('/account');
    const id = (await page.locator('main code').last().textContent()).trim();

    // A page that has its answer and not yet its connection.
    const slow = await ann.context.newPage();
    slow.setDefaultTimeout(60_000);
    let connect;
    const held = new Promise(resolve => { connect = resolve; });
    await slow.route('**/_blazor/negotiate**', async route => { await held; await route.continue(); });
    await slow.goto('/credits', { waitUntil: 'domcontentloaded' });
    const before = await steps.balance(slow);

    await page.goto(`/admin/credits?user=${id}`);
    await page.fill('#amount', '7');
    await page.fill('#reason', 'for the test');
    await page.locator('.cw-grants-form button').click();
    await page.waitForURL(/notice=granted/);
    assert.equal(await steps.balance(slow), before);

    connect();
    await slow.locator('.cw-balance', { hasText: String(before + 7) }).waitFor();
    await slow.locator('.cw-credits-balance .figure', { hasText: String(before + 7) }).waitFor();
    await slow.getByText('for the test').waitFor();
    await slow.close();
  });

  test('the balance is called what it shows, on every bar that has it', async () => {
    const axe = await readFile(path.join(root, 'tests/node_modules/axe-core/axe.min.js'), 'utf8');
    const { page } = ann;
    await page.goto('/boards');
    for (const size of Object.values(sizes)) {
      await page.setViewportSize(size);
      for (const go of [async () => { await page.goto('/credits'); }, async () => { await page.goto('/boards'); await steps.newBoard(page); }]) {
        await go();
        await page.locator('.cw-balance', { hasText: /\d/ }).first().waitFor({ state: 'attached' });
        await page.evaluate(axe);
        const found = await page.evaluate(async () => (await window.axe.run('.cw-balance', { runOnly: ['label-content-name-mismatch', 'link-name'] }))
          .violations.map(violation => `${violation.id}: ${violation.nodes.map(node => node.html).join(' ')}`));
        assert.deepEqual(found, [], page.url());
      }
    }
  });

  test('a field that is refused has a red border', async () => {
    const { page, context } = await person(browser, site);
    await page.goto('/account/sign-in');
    await page.fill('#email', 'nobody@example.org');
    await page.fill('#password', 'not a password');
    await page.locator('#password').press('Enter');
    await page.locator('#email[aria-invalid="true"]').waitFor();
    const [border, danger] = await page.evaluate(() => {
      const probe = document.body.appendChild(document.createElement('i'));
      probe.style.color = 'var(--cw-danger)';
      return [getComputedStyle(document.querySelector('#email')).borderTopColor, getComputedStyle(probe).color];
    });
    assert.equal(border, danger);
    await context.close();
  });
});
