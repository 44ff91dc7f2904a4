// @ts-check
// Says that something has changed, ten times a second at most, and always after the last change.

const everyMs = 100;

export class Reporter {
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #later;
  #last = -Infinity;

  /** @param {() => void} report */
  constructor(report) { this.report = report; }

  soon() {
    if (this.#later !== undefined) return;
    // Never at once: what changes in one turn is one report.
    this.#later = setTimeout(() => {
      this.#later = undefined;
      this.#last = performance.now();
      this.report();
    }, Math.max(0, everyMs - (performance.now() - this.#last)));
  }

  /** What is owed is said before anything else is. */
  now() {
    clearTimeout(this.#later);
    this.#later = undefined;
    this.#last = performance.now();
    this.report();
  }

  destroy() { clearTimeout(this.#later); }
}
