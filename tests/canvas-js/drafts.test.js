// @ts-check
// What stands in the prompt bar of a board outlives the page: its own account's, and not for ever.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MOST_DRAFTS, draftOf, keepDraft } from '../../wwwroot/js/board-page/drafts.js';

/** @param {Record<string, string>} [kept] */
function store(kept = {}) {
  const items = new Map(Object.entries(kept));
  return { items, getItem: (/** @type {string} */ key) => items.get(key) ?? null, setItem: (/** @type {string} */ key, /** @type {string} */ value) => void items.set(key, value) };
}

test('each board has its own words and count, and each account its own of the same board', () => {
  const browser = store();
  keepDraft(browser, 'ann', 'one', { prompt: 'a fox', count: 2 });
  keepDraft(browser, 'ann', 'two', { prompt: 'a boat', count: 4 });
  keepDraft(browser, 'ben', 'one', { prompt: 'a tree', count: 1 });
  assert.deepEqual(draftOf(browser, 'ann', 'one'), { prompt: 'a fox', count: 2 });
  assert.deepEqual(draftOf(browser, 'ann', 'two'), { prompt: 'a boat', count: 4 });
  assert.deepEqual(draftOf(browser, 'ben', 'one'), { prompt: 'a tree', count: 1 });
  assert.equal(draftOf(browser, 'ben', 'two'), null);
});

test('what was emptied is gone from the browser, and the others stay', () => {
  const browser = store();
  keepDraft(browser, 'ann', 'one', { prompt: 'a secret', count: 4 });
  keepDraft(browser, 'ann', 'two', { prompt: 'a boat', count: 4 });
  keepDraft(browser, 'ann', 'one', null);
  assert.equal(draftOf(browser, 'ann', 'one'), null);
  assert.ok(![...browser.items.values()].join().includes('secret'));
  assert.deepEqual(draftOf(browser, 'ann', 'two'), { prompt: 'a boat', count: 4 });
});

test('only the boards that were written on last are kept', () => {
  const browser = store();
  keepDraft(browser, 'ann', 'first', { prompt: 'again', count: 4 });
  for (let i = 1; i < MOST_DRAFTS; i++) keepDraft(browser, 'ann', `board-${i}`, { prompt: `words ${i}`, count: 4 });
  keepDraft(browser, 'ann', 'first', { prompt: 'once more', count: 4 });
  keepDraft(browser, 'ann', 'newest', { prompt: 'new', count: 4 });
  assert.equal(draftOf(browser, 'ann', 'board-1'), null);
  for (const board of ['first', 'board-2', 'newest']) assert.notEqual(draftOf(browser, 'ann', board), null, board);
});

test('where storage is forbidden, full or holds something else, there are no words and nothing breaks', () => {
  const forbidden = { getItem() { throw new Error('SecurityError'); }, setItem() { throw new Error('QuotaExceededError'); } };
  keepDraft(forbidden, 'ann', 'one', { prompt: 'a fox', count: 4 });
  assert.equal(draftOf(forbidden, 'ann', 'one'), null);
  for (const rubbish of ['{', '{}', 'null', '[null, 1, {"actor": "ann", "board": "one"}, {"actor": "ann", "board": "one", "prompt": 1, "count": "4"}]']) assert.equal(draftOf(store({ 'canvasweb.drafts': rubbish }), 'ann', 'one'), null);
});
