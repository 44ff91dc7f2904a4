// @ts-check
// Timers by name: each runs once at a time.

/** @template {string} Name */
export class Timers {
  #clock;
  /** @type {Map<Name, unknown>} */ #running = new Map();

  /** @param {import('./clock.js').Clock} clock */
  constructor(clock) {
    this.#clock = clock;
  }

  /** @param {Name} name */
  isRunning(name) {
    return this.#running.has(name);
  }

  /** Does nothing while one of this name runs. @param {Name} name @param {() => void} run @param {number} delayMs */
  start(name, run, delayMs) {
    if (this.#running.has(name))
      return;
    this.#running.set(name, this.#clock.after(() => {
      this.#running.delete(name);
      run();
    }, delayMs));
  }

  /** @param {...Name} names */
  cancel(...names) {
    for (const name of names) {
      if (!this.#running.has(name))
        continue;
      this.#clock.cancel(this.#running.get(name));
      this.#running.delete(name);
    }
  }
}
