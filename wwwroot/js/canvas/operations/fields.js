// @ts-check
// The controls of the cards. Each gives its element and a way to show another value without taking it out of the hand that holds it.
import { element, setText } from '../overlay/dom.js';

/** @template T @typedef {{root: HTMLElement, input: HTMLInputElement | HTMLTextAreaElement, show: (value: T) => void}} Field */

let made = 0;

/**
 * @param {{label: string, low: string, high: string, max: number, min?: number, step: number, words: (value: number) => string, onInput: (value: number) => void}} options  `low` and `high`: what the two ends mean.
 * @returns {Field<number>}
 */
export function slider({ label, low, high, min = 0, max, step, words, onInput }) {
  const id = `cw-op-${++made}`;
  const input = element('input', { type: 'range', id, min: String(min), max: String(max), step: String(step), tabindex: '-1', 'data-stop': true });
  const output = element('output', { class: 'cw-number cw-muted', for: id });
  const ends = low === '' ? [] : [element('div', { class: 'cw-op-ends cw-small cw-muted', 'aria-hidden': 'true' }, element('span', {}, low), element('span', {}, high))];
  const root = element('div', { class: 'cw-field' }, element('label', { for: id }, element('span', {}, label), output), input, ...ends);
  const show = (/** @type {number} */ value) => {
    setText(output, words(value));
    if (Number(input.value) !== value) input.value = String(value);
    input.setAttribute('aria-valuetext', words(value));
  };
  input.addEventListener('input', () => {
    show(Number(input.value));
    onInput(Number(input.value));
  });
  return { root, input, show };
}

/** @param {{label: string, placeholder: string, maxLength: number, onInput: (value: string) => void, onEnter: () => void}} options @returns {Field<string>} */
export function caption({ label, placeholder, maxLength, onInput, onEnter }) {
  const id = `cw-op-${++made}`;
  const input = element('textarea', { id, rows: '2', maxlength: String(maxLength), placeholder, tabindex: '-1', 'data-stop': true, enterkeyhint: 'done' });
  input.addEventListener('input', () => onInput(input.value));
  input.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    onEnter();
  });
  return {
    root: element('div', { class: 'cw-field' }, element('label', { for: id }, label), input),
    input,
    // What is being written is not replaced.
    show: (value) => { if (input.value !== value && document.activeElement !== input) input.value = value; },
  };
}
