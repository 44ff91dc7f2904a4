// @ts-check
// A map with string keys that never changes: `set` gives a new map that shares all but a path of a few small nodes with the old one.
// The document keeps two versions of a board at a time (confirmed and view) and makes a new one for each op; copying a Map of thousands
// of nodes sixty times a second while dragging would be most of the work. `diff` costs what has changed, not what there is.
//
// A hash trie with 32 branches a level (Bagwell 2001, "Ideal Hash Trees"). Without removal: the document keeps tombstones.

/** @template V @typedef {{ readonly hash: number, readonly key: string, readonly value: V }} Leaf */
/** @template V @typedef {{ readonly hash: number, readonly leaves: readonly Leaf<V>[] }} Collision Keys with the same 32 bits. */
/** @template V @typedef {{ readonly bitmap: number, readonly items: readonly Item<V>[] }} Branch */
/** @template V @typedef {Leaf<V> | Collision<V> | Branch<V>} Item */

const BITS = 5;
const MASK = 31;

/** @template V */
export class PersistentMap {
  /** @private @type {Item<V> | null} */
  root;

  /** @type {number} */
  size;

  /** @param {Item<V> | null} root @param {number} size Use `PersistentMap.empty()` or `of`. */
  constructor(root, size) {
    this.root = root;
    this.size = size;
  }

  /** @template T @returns {PersistentMap<T>} */
  static empty() {
    return new PersistentMap(null, 0);
  }

  /** @template T @param {Iterable<readonly [string, T]>} entries @returns {PersistentMap<T>} */
  static of(entries) {
    /** @type {PersistentMap<T>} */
    let map = PersistentMap.empty();
    for (const [key, value] of entries)
      map = map.set(key, value);
    return map;
  }

  /** @param {string} key @returns {V | undefined} */
  get(key) {
    return find(this.root, key)?.value;
  }

  /** @param {string} key */
  has(key) {
    return find(this.root, key) !== undefined;
  }

  /** @param {string} key @param {V} value @returns {PersistentMap<V>} This very map if nothing changes. */
  set(key, value) {
    const leaf = { hash: hashOf(key), key, value };
    if (this.root === null)
      return new PersistentMap(/** @type {Item<V>} */ (leaf), 1);
    const before = find(this.root, key);
    if (before !== undefined && before.value === value)
      return this;
    return new PersistentMap(insert(this.root, leaf, 0), before === undefined ? this.size + 1 : this.size);
  }

  /** In an order that depends on the hashes only: sort where order matters. @param {(value: V, key: string) => void} visit */
  forEach(visit) {
    walk(this.root, (leaf) => visit(leaf.value, leaf.key));
  }

  /** @returns {V[]} */
  values() {
    /** @type {V[]} */
    const all = [];
    this.forEach((value) => all.push(value));
    return all;
  }

  /** @returns {[string, V][]} */
  entries() {
    /** @type {[string, V][]} */
    const all = [];
    this.forEach((value, key) => all.push([key, value]));
    return all;
  }

  /**
   * Tells every key whose value is another one (by identity) than in an earlier map. What the two maps share is skipped.
   * @param {PersistentMap<V>} before @param {(key: string, after: V | undefined, before: V | undefined) => void} visit
   */
  diff(before, visit) {
    compare(before.root, this.root, visit);
  }
}

// FNV-1a. Ids are random tokens, so nobody gains by making them collide: ids that do still work, in a list.
/** @param {string} key */
function hashOf(key) {
  let hash = 0x811c9dc5;
  for (let i = 0; i < key.length; i++)
    hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/** @param {number} bits */
function count(bits) {
  let n = bits - ((bits >>> 1) & 0x55555555);
  n = (n & 0x33333333) + ((n >>> 2) & 0x33333333);
  return Math.imul((n + (n >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** @template V @param {Item<V> | null} root @param {string} key @returns {Leaf<V> | undefined} */
function find(root, key) {
  if (root === null)
    return undefined;
  const hash = hashOf(key);
  let at = root;
  for (let shift = 0; 'items' in at; shift += BITS) {
    const bit = 1 << ((hash >>> shift) & MASK);
    if ((at.bitmap & bit) === 0)
      return undefined;
    at = at.items[count(at.bitmap & (bit - 1))];
  }
  if ('leaves' in at)
    return at.leaves.find((leaf) => leaf.key === key);
  return at.key === key ? at : undefined;
}

/** @template V @param {Item<V>} item @param {Leaf<V>} leaf @param {number} shift @returns {Item<V>} */
function insert(item, leaf, shift) {
  if ('items' in item) {
    const bit = 1 << ((leaf.hash >>> shift) & MASK);
    const at = count(item.bitmap & (bit - 1));
    if ((item.bitmap & bit) === 0)
      return { bitmap: item.bitmap | bit, items: [...item.items.slice(0, at), leaf, ...item.items.slice(at)] };
    const items = item.items.slice();
    items[at] = insert(item.items[at], leaf, shift + BITS);
    return { bitmap: item.bitmap, items };
  }
  if ('leaves' in item && item.hash === leaf.hash)
    return { hash: item.hash, leaves: [...item.leaves.filter((other) => other.key !== leaf.key), leaf] };
  if ('key' in item && item.hash === leaf.hash)
    return item.key === leaf.key ? leaf : { hash: item.hash, leaves: [item, leaf] };

  // Two hashes that part further down: a branch for each level that they share.
  return insert({ bitmap: 1 << ((item.hash >>> shift) & MASK), items: [item] }, leaf, shift);
}

/** @template V @param {Item<V> | null} item @param {(leaf: Leaf<V>) => void} visit */
function walk(item, visit) {
  if (item === null)
    return;
  if ('items' in item) {
    for (const inner of item.items)
      walk(inner, visit);
  } else if ('leaves' in item) {
    item.leaves.forEach(visit);
  } else {
    visit(item);
  }
}

/** @template V @param {Item<V> | null} before @param {Item<V> | null} after @param {(key: string, after: V | undefined, before: V | undefined) => void} visit */
function compare(before, after, visit) {
  if (before === after)
    return;
  if (before !== null && after !== null && 'items' in before && 'items' in after) {
    for (let bits = before.bitmap | after.bitmap; bits !== 0; bits &= bits - 1) {
      const bit = bits & -bits;
      compare(pick(before, bit), pick(after, bit), visit);
    }
    return;
  }

  // At least one side is a leaf, a collision or nothing: small, or one side new as a whole.
  /** @type {Map<string, V>} */
  const old = new Map();
  walk(before, (leaf) => old.set(leaf.key, leaf.value));
  walk(after, (leaf) => {
    const was = old.get(leaf.key);
    old.delete(leaf.key);
    if (was !== leaf.value)
      visit(leaf.key, leaf.value, was);
  });
  for (const [key, value] of old)
    visit(key, undefined, value);
}

/** @template V @param {Branch<V>} branch @param {number} bit @returns {Item<V> | null} */
function pick(branch, bit) {
  return (branch.bitmap & bit) === 0 ? null : branch.items[count(branch.bitmap & (bit - 1))];
}
