// @ts-check
// Answers after which trying again is of no use, and what they come to for the person. The others (try_again, too_many_people, not_joined)
// pass by themselves. Pure.

/** @type {Record<string, string>} */
const FINAL_CODES = { board_not_found: 'board_not_found' };
/** @type {Record<number, string>} */
const FINAL_STATUS = { 401: 'signed_out', 403: 'board_not_found', 404: 'outdated' };

/** SignalR's messages end in "HubException: code". @param {any} error @returns {string | null} Null if trying again may help. */
export function finalCodeOf(error) {
  const code = /HubException: ([a-z_]+)/.exec(String(error?.message))?.[1];
  return FINAL_CODES[code ?? ''] ?? null;
}

/** Of a line that could not be opened at all. @param {any} error @returns {string | null} */
export const finalStatusOf = (error) => FINAL_STATUS[error?.statusCode] ?? null;
