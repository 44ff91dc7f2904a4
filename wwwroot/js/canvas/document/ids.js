// @ts-check
// Identifiers: one alphabet, 1 to 40 of A-Z, a-z, 0-9, "_" and "-". And stamps, which name the op that wrote something: "client:seq".

const TOKEN = /^[A-Za-z0-9_-]{1,40}$/;

// 62 letters would need rejection; 64 take six bits each. 22 of them are 132 random bits.
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-';
const ID_LENGTH = 22;

/** @param {unknown} text @returns {text is string} */
export const isToken = (text) => typeof text === 'string' && TOKEN.test(text);

/** A new id for a node or a client. @param {(bytes: Uint8Array<ArrayBuffer>) => unknown} [fill] Fills with random bytes; tests pass their own. @returns {string} */
export function newId(fill = (bytes) => crypto.getRandomValues(bytes)) {
  const bytes = new Uint8Array(ID_LENGTH);
  fill(bytes);
  return Array.from(bytes, (byte) => LETTERS[byte & 63]).join('');
}

/** @param {string} client @param {number} clientSeq */
export const stampOf = (client, clientSeq) => `${client}:${clientSeq}`;

/** @param {string} stamp */
export const clientOf = (stamp) => stamp.slice(0, stamp.indexOf(':'));

/** @param {string} stamp */
export const clientSeqOf = (stamp) => Number(stamp.slice(stamp.indexOf(':') + 1));

/** The one spelling of a stamp, or null if the text is none. @param {unknown} text @returns {string | null} */
export function readStamp(text) {
  if (typeof text !== 'string')
    return null;
  const colon = text.indexOf(':');
  const client = text.slice(0, colon), digits = text.slice(colon + 1);
  if (colon < 0 || !isToken(client) || !/^[0-9]{1,16}$/.test(digits) || Number(digits) < 1)
    return null;
  return stampOf(client, Number(digits));
}
