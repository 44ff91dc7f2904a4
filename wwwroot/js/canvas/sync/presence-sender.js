// @ts-check
// Tells the others where one is: at most thirty times a second, only what has changed, always the newest.

import { realClock } from './clock.js';

/**
 * @typedef {object} Presence World units throughout.
 * @property {import('../geometry/rect.js').Point | null} cursor Null while the pointer is elsewhere.
 * @property {readonly string[]} selection
 * @property {import('../geometry/rect.js').Rect | null} viewport
 * @property {string} tool
 */

const INTERVAL_MS = 1000 / 30;

export class PresenceSender {
  #send;
  #clock;

  /** @type {string | null} */
  #sent = null;

  /** @type {Presence | null} */
  #newest = null;

  /** @type {unknown} */
  #timer = null;
  #quietUntil = -Infinity;
  #isOpen = false;

  /** @param {(presence: Presence) => void} send @param {import('./clock.js').Clock} [clock] */
  constructor(send, clock = realClock) {
    this.#send = send;
    this.#clock = clock;
  }

  /** @param {Presence} presence */
  set(presence) {
    this.#newest = presence;
    this.#flush();
  }

  /** The line is there; the server knows nothing of us yet. */
  open() {
    this.#isOpen = true;
    this.#sent = null;
    this.#flush();
  }

  close() {
    this.#isOpen = false;
    if (this.#timer !== null)
      this.#clock.cancel(this.#timer);
    this.#timer = null;
  }

  #flush() {
    if (!this.#isOpen || this.#newest === null || this.#timer !== null)
      return;
    const json = JSON.stringify(this.#newest);
    if (json === this.#sent)
      return;
    const wait = this.#quietUntil - this.#clock.now();
    if (wait > 0) {
      this.#timer = this.#clock.after(() => {
        this.#timer = null;
        this.#flush();
      }, wait);
      return;
    }
    this.#sent = json;
    this.#quietUntil = this.#clock.now() + INTERVAL_MS;
    this.#send(this.#newest);
  }
}
