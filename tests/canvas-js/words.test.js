// @ts-check
// The words of the prompt, typed here and told by the server, cross each other on the way; in the end both sides have the same.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Words } from '../../wwwroot/js/board-page/words.js';

test('what the server said before it heard what was typed here is passed over, and what it says after that is shown', () => {
  const words = new Words();
  assert.equal(words.hear('X', 0, false), true);
  const number = words.send('Y');
  assert.equal(number, 1);
  assert.equal(words.hear('X', 0, false), false, 'from before');
  assert.equal(words.send('Y'), null, 'the server still has what is in the field');
  assert.equal(words.hear('Z', 1, false), true);
  assert.equal(words.send('Z'), null);
  assert.equal(words.send('Y'), 2);
});

test('what is being typed wins, and is sent also where it comes to what was sent before', () => {
  const words = new Words();
  assert.equal(words.send('Y'), 1);
  assert.equal(words.hear('X', 1, true), false);
  assert.equal(words.send('Y'), 2, 'the server has X by now');
});

test('whatever crosses whatever, field and server come to have the same words', () => {
  const seed = 20_261_122;
  let state = seed;
  const below = (/** @type {number} */ n) => (state = (state * 48_271) % 2_147_483_647) % n;
  for (let round = 0; round < 500; round++) {
    const words = new Words();
    let [field, isTyping] = ['', false];
    let [server, heard] = ['', 0];
    /** @type {{text: string, number: number}[]} */ const up = [];
    /** @type {{text: string, heard: number}[]} */ const down = [];
    const send = () => {
      isTyping = false;
      const number = words.send(field);
      if (number !== null) up.push({ text: field, number });
    };
    const steps = [
      () => { [field, isTyping] = [String(below(3)), true]; },
      () => { if (isTyping) send(); },
      () => { server = String(below(3)); down.push({ text: server, heard }); },
      () => { const next = up.shift(); if (next !== undefined) [server, heard] = [next.text, next.number]; },
      () => { const next = down.shift(); if (next !== undefined && words.hear(next.text, next.heard, isTyping)) field = next.text; },
    ];
    for (let i = 0; i < 40; i++) steps[below(steps.length)]();
    if (isTyping) send();
    while (up.length + down.length > 0) steps[3 + below(2)]();
    assert.equal(field, server, `seed ${seed}, round ${round}`);
  }
});
