// @ts-check
// How near a candidate is to its words, as its model measures it. Hidden where nobody has measured. Pure but for the element.
import { element } from '../overlay/dom.js';

/** @typedef {import('../overlay/model.js').JobResult} JobResult */

/** A cosine as a share of the way: what points away from the words is not near at all. @param {number | null | undefined} similarity @returns {number | null} */
export const nearness = (similarity) => (similarity == null || !Number.isFinite(similarity) ? null : Math.min(1, Math.max(0, similarity)));

/** Whether there is anything to rank by. @param {readonly JobResult[]} results */
export const canRank = (results) => results.filter((result) => nearness(result.similarity) !== null).length > 1;

/** The nearest first; those that nobody has measured last, equals as they came. @param {readonly JobResult[]} results @returns {JobResult[]} */
export const ranked = (results) => [...results].sort((a, b) => (nearness(b.similarity) ?? -1) - (nearness(a.similarity) ?? -1));

/** The small meter in a thumbnail; the button's own name says it in words. @param {number} share */
export function meter(share) {
  const bar = element('span');
  bar.style.width = `${(share * 100).toFixed(1)}%`;
  return element('span', { class: 'cw-strip-near', 'aria-hidden': 'true' }, bar);
}
