// @ts-check
// Seeded randomness for the random runs. CANVAS_SEED=123 runs one seed, CANVAS_SEEDS=500 that many; a failing test names its seed.

const one = Number.parseInt(process.env.CANVAS_SEED ?? '', 10);
const many = Number.parseInt(process.env.CANVAS_SEEDS ?? '', 10);

/** @param {number} [few] */
export const seeds = (few = 12) => (Number.isInteger(one) ? [one] : Array.from({ length: Number.isInteger(many) ? many : few }, (_, i) => i + 1));

export class Random {
  #state;

  /** @param {number} seed */
  constructor(seed) {
    // The first numbers of neighbouring seeds are alike: start well apart.
    this.#state = Math.imul(seed, 0x9e3779b1) >>> 0;
  }

  /** Mulberry32. @returns {number} 0 to 1. */
  next() {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  }

  /** A whole number from 0, below `limit`. @param {number} limit */
  below(limit) {
    return Math.floor(this.next() * limit);
  }

  /** @param {number} from @param {number} to A whole number, below `to`. */
  between(from, to) {
    return from + this.below(to - from);
  }

  /** @param {number} n */
  oneIn(n) {
    return this.below(n) === 0;
  }

  /** @template T @param {readonly T[]} items @returns {T} */
  pick(items) {
    return items[this.below(items.length)];
  }
}
