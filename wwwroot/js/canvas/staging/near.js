// @ts-check
// How near a candidate is to its words, among the candidates beside it. What a model measures has its own scale: one's cosines lie about 0.3,
// another's about 0.9, so the number alone says nothing. Hidden where there is nothing to compare. Pure but for the element.
import { element } from '../overlay/dom.js';

/** @typedef {import('../overlay/model.js').JobResult} JobResult */
/** @typedef {{place: number, count: number, share: number}} Standing  Place from 1, the nearest, of those that were measured; its bar as a share of the nearest one's. */

// Below this two cosines are the same for the eye, and the order of the two is chance.
const SAME = 0.005;
// The furthest one is shown as measured, too.
const SHORTEST = 0.15;

/** @param {JobResult} result @returns {number | null} */
const measured = ({ similarity }) => (similarity == null || !Number.isFinite(similarity) ? null : similarity);

/** @param {readonly JobResult[]} results */
const allMeasured = (results) => results.map(measured).filter((value) => value !== null);

/** Whether there is anything to rank by. @param {readonly JobResult[]} results */
export const canRank = (results) => {
  const values = allMeasured(results);
  return values.length > 1 && Math.max(...values) - Math.min(...values) >= SAME;
};

/** Where one stands among all; null where nobody has measured it, or all are equally near. @param {JobResult} result @param {readonly JobResult[]} results @returns {Standing | null} */
export function standing(result, results) {
  const own = measured(result);
  if (own === null || !canRank(results)) return null;
  const values = allMeasured(results);
  const [nearest, furthest] = [Math.max(...values), Math.min(...values)];
  return { place: 1 + values.filter((value) => value > own).length, count: values.length, share: SHORTEST + (1 - SHORTEST) * ((own - furthest) / (nearest - furthest)) };
}

/** The nearest first; those that nobody has measured last, equals as they came. @param {readonly JobResult[]} results @returns {JobResult[]} */
export const ranked = (results) => [...results].sort((a, b) => (measured(b) ?? -2) - (measured(a) ?? -2));

/** The small meter in a thumbnail; the button's own name says it in words. @param {number} share */
export function meter(share) {
  const bar = element('span');
  bar.style.width = `${(share * 100).toFixed(1)}%`;
  return element('span', { class: 'cw-strip-near', 'aria-hidden': 'true' }, bar);
}
