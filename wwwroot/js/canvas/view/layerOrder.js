// @ts-check
// New order keys for things that go to the front or the back, or one step. Pure.
import { spread } from '../document/orderkey.js';
import { intersect, isEmpty } from '../geometry/rect.js';
import { bounds } from '../geometry/transform.js';

/** @typedef {import('../document/state.js').BoardState} BoardState */
/** @typedef {'front' | 'back' | 'forward' | 'backward'} Where */

/**
 * @param {BoardState} state @param {ReadonlySet<string>} ids @param {Where} where @param {string} client
 * @returns {Map<string, string>} New keys; nothing for what is there already.
 */
export function reorder(state, ids, where, client) {
  /** @type {Map<string, string>} */ const keys = new Map();
  // Each group's members keep to themselves: to the front of a group is not to the front of the board.
  const parents = new Set([...ids].map((id) => state.find(id)?.transform.value.parent));
  for (const parent of parents) {
    const members = state.members(parent);
    const moving = members.filter((id) => ids.has(id));
    const rest = members.filter((id) => !ids.has(id));
    if (moving.length === 0 || rest.length === 0) continue;
    const at = placeAmong(state, members, moving, rest, where);
    // Already there: the neighbours below are the same as before.
    if (members.every((id, i) => [...rest.slice(0, at), ...moving, ...rest.slice(at)][i] === id)) continue;
    const key = (/** @type {string | undefined} */ id) => (id === undefined ? null : state.find(id)?.order.value ?? null);
    const high = key(rest[at]);
    // Layers that tie have no room between them: go down to one that is really lower.
    let below = at - 1;
    while (below >= 0 && high !== null && key(rest[below]) === high) below--;
    const made = spread(key(rest[below]), high, moving.length, client);
    moving.forEach((id, i) => keys.set(id, made[i]));
  }
  return keys;
}

/** How many of the rest lie below. @param {BoardState} state @param {readonly string[]} members @param {readonly string[]} moving @param {readonly string[]} rest @param {Where} where */
function placeAmong(state, members, moving, rest, where) {
  if (where === 'front') return rest.length;
  if (where === 'back') return 0;
  // One step is past the next thing that one sees it pass; else past the next one.
  const boxes = moving.map((id) => bounds(state.worldTransform(id)));
  const meets = (/** @type {string} */ id) => {
    const box = bounds(state.worldTransform(id));
    return boxes.some((other) => !isEmpty(intersect(box, other)));
  };
  if (where === 'forward') {
    const top = members.indexOf(moving[moving.length - 1]);
    const above = rest.filter((id) => members.indexOf(id) > top);
    const past = above.find(meets) ?? above[0];
    return past === undefined ? rest.length : rest.indexOf(past) + 1;
  }
  const bottom = members.indexOf(moving[0]);
  const below = rest.filter((id) => members.indexOf(id) < bottom);
  const past = below.findLast(meets) ?? below[below.length - 1];
  return past === undefined ? 0 : rest.indexOf(past);
}
