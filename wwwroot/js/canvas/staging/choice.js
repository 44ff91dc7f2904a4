// @ts-check
// Which candidates of a job are meant: one is looked at, perhaps several are taken. Pure.

/** @typedef {{ readonly current: number, readonly chosen: ReadonlySet<number> | null }} Choice Places in the list of results, not image numbers. `chosen` is null until ticking has begun. */

/** @type {Choice} */
export const FIRST_CHOICE = Object.freeze({ current: 0, chosen: null });

/** @param {Choice} choice @param {number} count @param {string} key Of a keyboard event. @returns {Choice | null} Null if the key means nothing here. */
export function byKey(choice, count, key) {
  switch (key) {
    case 'ArrowRight':
    case 'ArrowDown':
      return { ...choice, current: (choice.current + 1) % count };
    case 'ArrowLeft':
    case 'ArrowUp':
      return { ...choice, current: (choice.current + count - 1) % count };
    case 'Home':
      return { ...choice, current: 0 };
    case 'End':
      return { ...choice, current: count - 1 };
    case ' ':
      return toggle(choice, choice.current);
    default:
      return null;
  }
}

/** @param {Choice} choice @param {number} place @returns {Choice} */
export const lookAt = (choice, place) => ({ ...choice, current: place });

/** Takes one more, or leaves it. With the first of them the one that was looked at stays: it is "also". Who has unticked all begins with none. @param {Choice} choice @param {number} place @returns {Choice} */
export function toggle(choice, place) {
  const chosen = new Set(choice.chosen ?? (place === choice.current ? [] : [choice.current]));
  if (!chosen.delete(place))
    chosen.add(place);
  return { current: place, chosen };
}

/** What "Accept" takes: what was chosen, in the order of the list, else what is looked at. @param {Choice} choice @returns {number[]} */
export const accepted = (choice) => (choice.chosen === null || choice.chosen.size === 0 ? [choice.current] : [...choice.chosen].sort((a, b) => a - b));
