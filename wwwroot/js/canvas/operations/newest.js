// @ts-check
// Questions that follow each other quickly, of which only the newest counts: one is on its way at a time, and what waits behind it is replaced.

/**
 * @template Q, A
 * @typedef {object} NewestOptions
 * @property {(question: Q) => Promise<A>} ask
 * @property {(answer: A, question: Q) => void} onAnswer  Also of a question that has been overtaken: it is newer than what is shown.
 * @property {(error: unknown) => void} [onError]  Not of a question from before a `drop()`.
 * @property {(answer: A) => number | null} [again]  After how many ms to ask the same again; null for not. Nothing from before a `drop()` is asked again.
 * @property {(isWaiting: boolean) => void} [onWaiting]
 */

/** @template Q, A */
export class Newest {
  /** @type {{question: Q} | null} */ #next = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #timer;
  #isAsking = false;
  /** How often all was dropped. */ #drops = 0;
  #isOver = false;

  /** @param {NewestOptions<Q, A>} options */
  constructor(options) { this.options = options; }

  /** @param {Q} question @param {number} [inMs]  A pause in which a newer one may come. */
  put(question, inMs = 0) {
    if (this.#isOver) return;
    this.#next = { question };
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (inMs > 0) this.#timer = setTimeout(() => this.#later(), inMs);
    else this.#go();
  }

  /** What waits is not asked any more; what is on its way is still answered, once. */
  drop() {
    this.#drops++;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#next = null;
  }

  destroy() {
    this.#isOver = true;
    this.drop();
  }

  #later() {
    this.#timer = undefined;
    this.#go();
  }

  async #go() {
    if (this.#isAsking || this.#next === null || this.#timer !== undefined) return;
    const { question } = this.#next;
    const drops = this.#drops;
    this.#next = null;
    this.#isAsking = true;
    this.options.onWaiting?.(true);
    try {
      const answer = await this.options.ask(question);
      if (this.#isOver) return;
      this.options.onAnswer(answer, question);
      if (drops !== this.#drops) return;
      const again = this.options.again?.(answer) ?? null;
      if (again !== null && this.#next === null) this.put(question, again);
    } catch (error) {
      if (!this.#isOver && drops === this.#drops) this.options.onError?.(error);
    } finally {
      this.#isAsking = false;
      if (!this.#isOver) {
        this.options.onWaiting?.(false);
        void this.#go();
      }
    }
  }
}
