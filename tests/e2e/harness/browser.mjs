// Chromium as a person has it, driven by playwright-core.
import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { chromium } from 'playwright-core';
import { root } from './site.mjs';

export const out = path.join(root, 'tests/e2e/out');
mkdirSync(out, { recursive: true });

export const sizes = { desktop: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } };

export async function launch() {
  const executablePath = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(file => file && existsSync(file));
  if (!executablePath) throw new Error('Chromium is not installed (Debian: apt-get install chromium); tests/run.sh does it.');
  return await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage', '--force-color-profile=srgb'] });
}

/** A person's own browser profile; errors of the page fail the test through `problems`. `options` are playwright's own. */
export async function person(browser, site, { size = sizes.desktop, dark = false, touch = false, locale = 'en-GB', options = {} } = {}) {
  const context = await browser.newContext({ baseURL: site.url, viewport: size, colorScheme: dark ? 'dark' : 'light', hasTouch: touch, isMobile: touch, locale, ...options });

  // Waits end by their condition; this only says when to give up, on a machine that has other things to do as well.
  context.setDefaultTimeout(120_000);
  const page = await context.newPage();
  const problems = [];
  page.on('pageerror', error => problems.push(String(error)));
  page.on('console', message => { if (message.type() === 'error') problems.push(message.text()); });
  return { context, page, problems };
}

export async function screenshot(page, name) {
  await page.screenshot({ path: path.join(out, `${name}.png`) });
}
