// Pages as people meet them: at a desk and on a phone, dark and light. Each must be free of what axe-core finds, must not scroll sideways and
// must not complain on the console; pictures for critical eyes go to tests/e2e/out.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { person, screenshot, sizes } from './browser.mjs';
import { root } from './site.mjs';

/**
 * Looks at pages in both sizes and both colours, and tells of everything that is wrong at once.
 * @param {[name: string, address: string, settled?: (page: any) => Promise<void>][]} pages
 */
export async function looks(browser, site, cookies, pages) {
  const axe = await readFile(path.join(root, 'tests/node_modules/axe-core/axe.min.js'), 'utf8');
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
        wrong.push(...(await found(page, axe)).map(one => `${look}: ${one}`));
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
async function found(page, axe) {
  await page.evaluate(axe);
  const violations = await page.evaluate(async () => (await window.axe.run(document, { resultTypes: ['violations'] })).violations
    .map(({ id, impact, nodes }) => `axe ${id} (${impact}): ${nodes.slice(0, 4).map(({ target, any }) => `${target.join(' ')}${any[0] ? ` [${any[0].message}]` : ''}`).join(' | ')}`));
  const [wide, room] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
  return wide > room ? [...violations, `scrolls sideways: ${wide} pixels in ${room}`] : violations;
}

/** A page whose circuit stands: its buttons can be pressed. */
export async function interactive(page) {
  await page.waitForLoadState('load');
  await page.waitForFunction(() => document.querySelector('.cw-skeleton, main[aria-busy="true"]') === null);
}
