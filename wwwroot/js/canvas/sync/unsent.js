// @ts-check
// Own ops that the server is not known to have, kept over a reload in the tab's session storage.
//
// A reload is a new client, since its op numbers begin at 1 again. But what the old client could not send is sent under its OLD id and its
// old numbers, before the new one joins: the server then recognises whatever it had taken just before the line broke, so that nothing is
// done twice (a mask inverted twice would be back where it was). Should the browser copy the storage into a second tab, both send the same
// ops with the same numbers, and the second is told "duplicate". Going on with the old client's numbers would not survive that.

import { readClientOp } from '../document/wire.js';

/** @typedef {import('../document/wire.js').ClientOp} ClientOp */
/** @typedef {{ client: string, actor: string, ops: ClientOp[] }} Parcel What one client left behind, in its order. */
/** @typedef {Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>} KeyValueStorage */

export class UnsentOps {
  #storage;
  #key;

  /** What is stored is left alone until it changes: dragging writes nothing as long as all is saved in time. */
  #stored = '[]';

  /** @param {KeyValueStorage | null} storage Null where there is none. @param {string} boardId */
  constructor(storage, boardId) {
    this.#storage = storage;
    this.#key = `cw-unsent:${boardId}`;
  }

  /** What earlier visits of this tab have left; nothing if it cannot be read any more. @returns {Parcel[]} */
  read() {
    try {
      this.#stored = this.#storage?.getItem(this.#key) ?? '[]';
      return JSON.parse(this.#stored).map((/** @type {any} */ parcel) => ({
        client: String(parcel.client),
        actor: String(parcel.actor),
        ops: parcel.ops.map((/** @type {unknown} */ op) => readClientOp(op, 'op')),
      }));
    } catch {
      // Stored by a version that meant something else: lost, but not in anybody's way.
      return [];
    }
  }

  /** @param {readonly Parcel[]} parcels @returns {boolean} False if they could not be kept. */
  write(parcels) {
    const json = JSON.stringify(parcels.filter((parcel) => parcel.ops.length > 0));
    if (json === this.#stored)
      return true;
    try {
      json === '[]' ? this.#storage?.removeItem(this.#key) : this.#storage?.setItem(this.#key, json);
      this.#stored = json;
      return this.#storage !== null;
    } catch {
      // Full or forbidden. The ops are still in memory and leave with the next connection.
      return false;
    }
  }
}
