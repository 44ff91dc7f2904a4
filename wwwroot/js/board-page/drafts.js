// @ts-check
// What stands in the prompt bar of a board while no frame is selected: no part of the document, so it is kept in the browser, and a board that
// is loaded again begins with it. Each account has its own, and only the boards that were written on last have any. Pure but for the storage.

/** @typedef {{prompt: string, count: number}} Draft */
/** @typedef {Draft & {actor: string, board: string}} Kept */
/** @typedef {Pick<Storage, "getItem" | "setItem">} Store */

const key = "canvasweb.drafts";
/** So many boards of this browser have one. */
export const MOST_DRAFTS = 20;

/** @param {Store} store @returns {Kept[]} The newest last. */
function read(store) {
  try {
    const kept = JSON.parse(store.getItem(key) ?? "[]");
    return Array.isArray(kept) ? kept.filter(one => typeof one?.actor === "string" && typeof one.board === "string" && typeof one.prompt === "string" && Number.isInteger(one.count)) : [];
  } catch {
    return [];
  }
}

/** @param {Store} store @param {string} actor @param {string} board @returns {Draft | null} */
export function draftOf(store, actor, board) {
  const found = read(store).find(one => one.actor === actor && one.board === board);
  return found === undefined ? null : { prompt: found.prompt, count: found.count };
}

/**
 * Keeps what stands there, or forgets it.
 * @param {Store} store @param {string} actor @param {string} board @param {Draft | null} draft  Null where the bar is as a new board's.
 */
export function keepDraft(store, actor, board, draft) {
  const kept = read(store);
  const at = kept.findIndex(one => one.actor === actor && one.board === board);
  if (draft === null ? at < 0 : at >= 0 && kept[at].prompt === draft.prompt && kept[at].count === draft.count) return;
  if (at >= 0) kept.splice(at, 1);
  if (draft !== null) kept.push({ actor, board, ...draft });
  try {
    store.setItem(key, JSON.stringify(kept.slice(-MOST_DRAFTS)));
  } catch {
    // Where storage is forbidden or full the bar is empty on the next visit.
  }
}
