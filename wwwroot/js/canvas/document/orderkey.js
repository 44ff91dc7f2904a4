// @ts-check
// Fractional indices: text that sorts ordinally, with room for another key between any two, below all and above all. Layers are kept in
// this order, so that one moved layer is one written property. The port of CanvasWeb.Canvas.Document.OrderKey: an integer of variable
// length, whose first character tells sign and length, then a base-62 fraction without trailing zeros, then three digits made from the
// client's id, so that two people who insert at the same place at the same moment get different keys.
// JavaScript compares strings by UTF-16 units with < and >: that is the ordinal order of the keys.

// In ASCII order, so that comparison of keys is comparison of numbers.
const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const BASE = 62;
const SUFFIX_LENGTH = 3;

/** The middle of all keys: what the first layer of an empty board gets, but for the suffix. */
export const FIRST = 'a0';

/** @param {string} text */
export function isOrderKey(text) {
  const length = text.length === 0 ? null : integerLength(text.charCodeAt(0));
  if (length === null || text.length < length || !/^[0-9A-Za-z]*$/.test(text))
    return false;

  // A trailing zero of the fraction is a second spelling of the same number, with no room between the two.
  return text.length === length || !text.endsWith('0');
}

/** @param {string} a @param {string} b */
export const compareKeys = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

/**
 * A key strictly between the two; null means no neighbour on that side.
 * @param {string | null} low @param {string | null} high @param {string} client Who asks: two clients get two keys. @returns {string}
 * @throws {RangeError} `low` is not below `high`. Layers that tie have no room between them: pass the next different neighbour.
 */
export function between(low, high, client) {
  let middle = plain(low, high);

  // The suffix makes the key larger. That is harmless unless the upper neighbour begins with the key: then go down once more.
  while (high !== null && high.startsWith(middle))
    middle = plain(low, middle);
  return middle + suffix(client);
}

/**
 * `count` rising keys strictly between the two, evenly spread: for pasting many layers.
 * @param {string | null} low @param {string | null} high @param {number} count @param {string} client @returns {string[]}
 */
export function spread(low, high, count, client) {
  if (count < 0)
    throw new RangeError('There is no negative number of keys.');
  /** @type {string[]} */
  const keys = new Array(count);
  if (high === null) {
    for (let i = 0; i < count; i++)
      keys[i] = between(i === 0 ? low : keys[i - 1], null, client);
  } else {
    fill(0, count, low, high);
  }
  return keys;

  // Halving keeps the keys as short as their number allows.
  /** @param {number} start @param {number} end @param {string | null} from @param {string | null} to */
  function fill(start, end, from, to) {
    if (start >= end)
      return;
    const half = start + ((end - start) >> 1);
    keys[half] = between(from, to, client);
    fill(start, half, from, keys[half]);
    fill(half + 1, end, keys[half], to);
  }
}

/** @param {string | null} low @param {string | null} high @returns {string} */
function plain(low, high) {
  if (low !== null && high !== null && low >= high)
    throw new RangeError(`There is no room between ${low} and ${high}.`);
  if (high === null) {
    if (low === null)
      return FIRST;
    const [integer, fraction] = split(low);
    return count(integer, true) ?? integer + middleOf(fraction, null);
  }
  const [highInteger, highFraction] = split(high);
  if (low === null) {
    if (highFraction.length > 0)
      return highInteger;
    const below = count(highInteger, false);
    if (below === null)
      throw new RangeError('There is no key below the lowest.');
    return below;
  }
  const [lowInteger, lowFraction] = split(low);
  if (lowInteger === highInteger)
    return lowInteger + middleOf(lowFraction, highFraction);
  const next = count(lowInteger, true);
  return next !== null && next < high ? next : lowInteger + middleOf(lowFraction, null);
}

// A fraction strictly between two; an absent upper bound is 1. Neither has a trailing zero, nor has the result.
/** @param {string} low @param {string | null} high */
function middleOf(low, high) {
  let result = '';
  for (let i = 0; ; i++) {
    const from = i < low.length ? DIGITS.indexOf(low[i]) : 0;
    const to = high === null ? BASE : i < high.length ? DIGITS.indexOf(high[i]) : 0;
    if (to - from > 1)
      return result + DIGITS[(from + to) >> 1];
    result += DIGITS[from];

    // One apart: whatever follows `from` stays below the upper bound, so the bound no longer matters.
    if (to - from === 1)
      high = null;
  }
}

// The next integer up or down, null past the longest. 'a'..'z' head 1 to 26 digits from zero up, 'Z'..'A' 1 to 26 digits below zero.
/** @param {string} integer @param {boolean} up @returns {string | null} */
function count(integer, up) {
  const head = integer[0];
  const digits = [...integer.slice(1)];
  for (let i = digits.length - 1; i >= 0; i--) {
    const value = DIGITS.indexOf(digits[i]) + (up ? 1 : -1);
    if (value >= 0 && value < BASE) {
      digits[i] = DIGITS[value];
      return head + digits.join('');
    }
    digits[i] = up ? '0' : 'z';
  }
  if (head === (up ? 'z' : 'A'))
    return null;
  if (head === (up ? 'Z' : 'a'))
    return up ? 'a0' : 'Zz';
  const code = head.charCodeAt(0) + (up ? 1 : -1);
  return String.fromCharCode(code) + (up ? '0' : 'z').repeat(/** @type {number} */ (integerLength(code)) - 1);
}

/** @param {string} key @returns {[string, string]} */
function split(key) {
  const length = integerLength(key.charCodeAt(0));
  if (length === null)
    throw new RangeError(`"${key}" is no order key.`);
  return [key.slice(0, length), key.slice(length)];
}

/** @param {number} head A character code. @returns {number | null} */
function integerLength(head) {
  if (head >= 97 && head <= 122)
    return head - 97 + 2;
  return head >= 65 && head <= 90 ? 90 - head + 2 : null;
}

// FNV-1a over the id, as the server and the Python check do it.
/** @param {string} client */
function suffix(client) {
  let hash = 2166136261;
  for (let i = 0; i < client.length; i++)
    hash = Math.imul(hash ^ client.charCodeAt(i), 16777619) >>> 0;
  let text = '';
  for (let i = 0; i < SUFFIX_LENGTH; i++) {
    // The last digit is never zero: a trailing zero has no room below it.
    text += i === SUFFIX_LENGTH - 1 ? DIGITS[1 + (hash % (BASE - 1))] : DIGITS[hash % BASE];
    hash = Math.floor(hash / BASE);
  }
  return text;
}
