// @ts-check
// Strict readers for JSON values. A reader gives back a fresh value with its members in one order and nothing unknown in it, so that
// JSON.stringify of what was read is the canonical form. Unknown members are refused, never dropped: replicas that ignore different
// things differ for ever. The site's CanvasJson is as strict.

/** What is wrong and where; `code` is one of the server's refusal codes. */
export class WireError extends Error {
  /** @param {string} code @param {string} message */
  constructor(code, message) {
    super(message);
    this.name = 'WireError';
    this.code = code;
  }
}

/** @template T @typedef {(value: unknown, path: string) => T} Reader */
/** @template T @typedef {{ read: Reader<T>, fallback?: T, optional?: true }} Field */

/** @param {string} path @param {string} what @returns {never} */
export function malformed(path, what) {
  throw new WireError('malformed', `${path}: ${what}.`);
}

/** @type {Reader<number>} */
export const number = (value, path) => (typeof value === 'number' && Number.isFinite(value) ? value : malformed(path, 'a number is needed'));

/** @type {Reader<number>} */
export const integer = (value, path) => (Number.isSafeInteger(value) ? /** @type {number} */ (value) : malformed(path, 'a whole number is needed'));

/** @type {Reader<string>} */
export const string = (value, path) => (typeof value === 'string' ? value : malformed(path, 'a text is needed'));

/** @type {Reader<boolean>} */
export const boolean = (value, path) => (typeof value === 'boolean' ? value : malformed(path, 'true or false is needed'));

/** @template {string} T @param {...T} names @returns {Reader<T>} */
export const oneOf = (...names) => (value, path) => (names.includes(/** @type {T} */ (value)) ? /** @type {T} */ (value) : malformed(path, `one of ${names.join(', ')} is needed`));

/** @template T @param {(text: unknown) => T | null} parse @param {string} what @returns {Reader<T>} */
export const parsed = (parse, what) => (value, path) => parse(value) ?? malformed(path, `${what} is needed`);

/** @template T @param {Reader<T>} read @returns {Reader<T[]>} */
export const list = (read) => (value, path) => (Array.isArray(value) ? value.map((item, i) => read(item, `${path}[${i}]`)) : malformed(path, 'a list is needed'));

/** A member that may be absent or null; it is absent then. @template T @param {Reader<T>} read @returns {Field<T | undefined>} */
export const optional = (read) => ({ read, optional: true });

/** A member that has this value when absent. @template T @param {Reader<T>} read @param {T} fallback @returns {Field<T>} */
export const withDefault = (read, fallback) => ({ read, fallback });

/**
 * An object with these members, in this order.
 * @template T @param {Record<string, Reader<any> | Field<any>>} members @returns {Reader<T>}
 */
export function record(members) {
  const fields = Object.entries(members).map(([name, member]) => ({ name, ...(typeof member === 'function' ? { read: member } : member) }));
  const names = new Set(Object.keys(members));
  return (value, path) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      malformed(path, 'an object is needed');
    const source = /** @type {Record<string, unknown>} */ (value);
    /** @type {Record<string, unknown>} */
    const result = {};
    for (const field of fields) {
      const member = source[field.name];
      if (member !== undefined && (member !== null || !field.optional))
        result[field.name] = field.read(member, `${path}.${field.name}`);
      else if (field.fallback !== undefined)
        result[field.name] = field.fallback;
      else if (!field.optional)
        malformed(`${path}.${field.name}`, 'this member is missing');
    }
    for (const name of Object.keys(source)) {
      if (!names.has(name) && source[name] !== undefined)
        malformed(`${path}.${name}`, 'this member is not known here');
    }
    return /** @type {T} */ (result);
  };
}
