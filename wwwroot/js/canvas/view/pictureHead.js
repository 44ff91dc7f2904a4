// @ts-check
// How large a picture says it is, from the first bytes of its file: a browser allocates what a header promises before it finds out that the
// file is a lie, so it is asked to decode only what is known to be small enough. Pure. Whether a file is any good, the server decides.

/** @typedef {import('../geometry/rect.js').Size} Size */

/** Enough for the metadata that cameras write before the size of a JPEG. */
export const HEAD_BYTES = 1 << 18;

/** @param {Uint8Array} head @returns {Size | null} Pixels as stored (a camera's turn is not counted in); null where no size is found. */
export function pictureSize(head) {
  const size = ofPng(head) ?? ofWebP(head) ?? ofJpeg(head);
  return size === null || size.width < 1 || size.height < 1 ? null : size;
}

/** @param {Uint8Array} head @returns {Size | null} */
function ofPng(head) {
  if (head.length < 24 || !starts(head, 0, '\x89PNG\r\n\x1a\n') || !starts(head, 12, 'IHDR')) return null;
  const view = viewOf(head);
  return { width: view.getUint32(16), height: view.getUint32(20) };
}

/** @param {Uint8Array} head @returns {Size | null} */
function ofWebP(head) {
  if (head.length < 30 || !starts(head, 0, 'RIFF') || !starts(head, 8, 'WEBP')) return null;
  const view = viewOf(head);
  const threeBytes = (/** @type {number} */ at) => view.getUint16(at, true) | (head[at + 2] << 16);
  if (starts(head, 12, 'VP8X')) return { width: threeBytes(24) + 1, height: threeBytes(27) + 1 };
  if (starts(head, 12, 'VP8L')) {
    const bits = view.getUint32(21, true);
    return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
  }
  return starts(head, 12, 'VP8 ') ? { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff } : null;
}

/** @param {Uint8Array} head @returns {Size | null} */
function ofJpeg(head) {
  if (head.length < 4 || head[0] !== 0xff || head[1] !== 0xd8) return null;
  const view = viewOf(head);
  for (let at = 2; at + 9 <= head.length;) {
    if (head[at] !== 0xff) return null;
    const marker = head[at + 1];
    // Any number of 0xFF may stand before a marker.
    if (marker === 0xff) {
      at++;
      continue;
    }
    // The frame's header, in any coding; C4, C8 and CC are tables.
    if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc) return { width: view.getUint16(at + 7), height: view.getUint16(at + 5) };
    at += 2 + view.getUint16(at + 2);
  }
  return null;
}

/** @param {Uint8Array} head @param {number} at @param {string} letters */
function starts(head, at, letters) {
  for (let i = 0; i < letters.length; i++) if (head[at + i] !== letters.charCodeAt(i)) return false;
  return true;
}

/** @param {Uint8Array} head */
const viewOf = (head) => new DataView(head.buffer, head.byteOffset, head.byteLength);
