// @ts-check
// What the map shows, the lowest first: what lies on the board, and the pictures that come or wait beside each other, each in its own place. Pure.

/** @typedef {import('../geometry/rect.js').Rect} Rect */
/** @typedef {Extract<import('../view/scene.js').Item['node'], {kind: 'note'}>} Note */
/** @typedef {{rect: Rect, sha256: string | null, frame: string | null, note: Note | null}} Mark  `rect` in world units. `sha256`: the picture in it. `frame`: of which it is, and gets an edge. */

/** @param {Pick<import('../view/stage.js').Stage, 'scene' | 'slots' | 'candidates'>} stage @returns {Mark[]} */
export function marksOf({ scene, slots, candidates }) {
  /** @type {Mark[]} */ const marks = [];
  for (const { id, node, bounds } of scene.items) {
    if (node.kind === 'tile') marks.push({ rect: bounds, sha256: node.content.sha256, frame: null, note: null });
    else if (node.kind === 'note') marks.push({ rect: bounds, sha256: null, frame: null, note: node });
    else if (node.kind === 'frame') {
      const beside = slots.get(id);
      const candidate = candidates.get(id);
      if (beside !== undefined) marks.push(...beside.map((slot) => ({ rect: slot.rect, sha256: slot.candidate?.content.sha256 ?? null, frame: id, note: null })));
      else marks.push({ rect: bounds, sha256: candidate?.content.sha256 ?? null, frame: id, note: null });
    }
  }
  return marks;
}
