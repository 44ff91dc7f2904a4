// @ts-check
// Time, passed in, so that tests turn the hands themselves.

/**
 * @typedef {object} Clock
 * @property {() => number} now Milliseconds, from anywhere.
 * @property {(run: () => void, delayMs: number) => unknown} after
 * @property {(timer: any) => void} cancel
 */

/** @type {Clock} */
export const realClock = {
  now: () => performance.now(),
  after: (run, delayMs) => setTimeout(run, delayMs),
  cancel: (timer) => clearTimeout(timer),
};

const DELAYS_MS = [0, 500, 1000, 2000, 4000, 8000];
const LONGEST_MS = 15000;

/**
 * How long to wait before the next attempt. The first comes at once (a server that restarts is soon back); later ones are spread by up to
 * a half, so that a hundred tabs do not knock in the same moment.
 * @param {number} attempt From 0. @param {number} random 0 to 1. @returns {number} Milliseconds.
 */
export const backoffMs = (attempt, random) => Math.round((DELAYS_MS[attempt] ?? LONGEST_MS) * (1 + random / 2));
