// What a person does, in the words of a test.

/** Presses "Try it" and lands on the boards. */
export async function tryIt(page) {
  await page.goto('/account/sign-in');
  await page.getByRole('button', { name: 'Try it' }).click();
  await page.waitForURL('**/boards');
}

/** @returns {Promise<string>} The new board's id. */
export async function newBoard(page) {
  await page.goto('/boards');
  await page.getByRole('button', { name: 'New board' }).first().click();
  await page.waitForURL('**/b/*');
  await boardReady(page);
  return new URL(page.url()).pathname.split('/').pop();
}

/** The canvas has loaded the document, and the chrome answers. */
export async function boardReady(page) {
  await page.locator('#cwb-prompt').waitFor();
  await page.locator('.cwb-canvas canvas').first().waitFor();
  await saved(page);
}

/** Keeps every different preview that the page paints in frames. */
export async function watchPreviews(page) {
  await page.evaluate(() => {
    const seen = window.cwSeen = new Set();
    const note = node => { if (node.dataset.preview) seen.add(node.dataset.preview); };
    new MutationObserver(changes => changes.forEach(change => note(change.target))).observe(document.body, { attributeFilter: ['data-preview'], subtree: true });
  });
}

export const previewsSeen = page => page.evaluate(() => window.cwSeen.size);

/** How many candidates. */
export const setCount = (page, count) => page.locator('.cwb-prompt select').first().selectOption(String(count));

/** Locks the seed: the same request paints the same picture, and the figures of a run are those of the last. */
export async function setSeed(page, seed) {
  const lock = page.getByRole('button', { name: 'Keep the same seed' });
  if (await lock.getAttribute('aria-pressed') !== 'true') await lock.click();
  const field = page.getByRole('textbox', { name: 'Seed' });
  await field.fill(String(seed));
  await field.press('Tab');
}

/** Types the prompt as a person does and presses the button, once it is ready to be pressed and says what is expected. */
export async function generate(page, prompt, expected = /cr/) {
  await page.locator('#cwb-prompt').fill(prompt);
  const button = page.locator('.cwb-generate[aria-disabled="false"]', { hasText: expected });
  await button.waitFor();
  const words = (await button.textContent()).trim();
  await button.click();
  return words;
}

/** Waits for the candidates under a frame. */
export async function candidates(page) {
  const strip = page.locator('.cw-strip');
  await strip.waitFor({ timeout: 120_000 });
  return strip;
}

export async function accept(page) {
  await (await candidates(page)).getByRole('button', { name: /^Accept/ }).click();
  await page.locator('.cw-strip').waitFor({ state: 'detached' });
}

/** The nodes of the canvas as a screen reader finds them: id, name, place on the screen. */
export const nodes = (page, kind) => page.locator('.cw-node').evaluateAll((buttons, start) => buttons
  .filter(button => button.getAttribute('aria-label').startsWith(start))
  .map(button => { const { x, y, width, height } = button.getBoundingClientRect(); return { id: button.dataset.node, label: button.getAttribute('aria-label'), x, y, width, height }; }), kind);

/** A part of the board, or all of it, as a PNG file. @returns {Promise<Buffer>} */
export async function exported(page, board, rect) {
  const base64 = await page.evaluate(async ([id, area]) => {
    const answer = await fetch(`/boards/${id}/exports`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(area ? { what: 'rect', rect: area, format: 'png' } : { what: 'board', format: 'png' }) });
    if (!answer.ok) throw new Error(`export: ${answer.status} ${await answer.text()}`);
    const bytes = new Uint8Array(await answer.arrayBuffer());
    let text = '';
    for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
    return btoa(text);
  }, [board, rect]);
  return Buffer.from(base64, 'base64');
}

/** Pictures that were asked for are there and drawn: for screenshots, which would else show the last preview. */
export async function drawn(page) {
  await page.waitForLoadState('networkidle');
  await page.evaluate(() => new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(resolve))));
}

/** What the top bar says. */
export async function balance(page) {
  const words = await page.locator('.cw-balance', { hasText: /\d/ }).first().textContent();
  return Number(words.replace(/[^\d-]/g, ''));
}

/** Everything that was done has reached the server. On a phone the word is there, but only for screen readers. */
export const saved = page => page.locator('.cwb-saved.saved').waitFor({ state: 'attached' });
