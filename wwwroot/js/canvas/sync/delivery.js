// @ts-check
// What earlier visits of this tab could not send goes out under their own names, before this visit begins.

import { batchLength } from '../document/replica.js';

/** @typedef {import('./unsent.js').Parcel} Parcel */

const MAX_FAILURES = 5;

export class Delivery {
  #failures = 0;

  /** @param {Parcel[]} parcels @param {{ maxOps: number, maxChars: number }} batch Of one message. */
  constructor(parcels, batch) {
    this.parcels = parcels;
    this.batch = batch;
  }

  /**
   * @param {{ join: (client: string) => Promise<any>, submit: (ops: Parcel['ops']) => Promise<unknown>, isCurrent: () => boolean, drop: () => void, store: () => void }} line
   *   `join`: undefined if there was no answer that counts. `drop`: the line is of no use any more.
   * @returns {Promise<boolean>} False if the line broke meanwhile.
   */
  async run(line) {
    for (let parcel = this.parcels[0]; parcel !== undefined; parcel = this.parcels[0]) {
      const joined = await line.join(parcel.client);
      if (joined === undefined)
        return false;

      // Ops of somebody else who used this tab before are not sent in this person's name.
      if (joined.actor !== parcel.actor)
        parcel.ops = [];
      while (parcel.ops.length > 0) {
        const batch = parcel.ops.slice(0, batchLength(parcel.ops, this.batch.maxOps, this.batch.maxChars));
        try {
          await line.submit(batch);
        } catch (error) {
          // What the server cannot take at all must not keep the person from the board for ever.
          if (!String(error).includes('try_again') && ++this.#failures >= MAX_FAILURES)
            parcel.ops = [];
          if (line.isCurrent())
            line.drop();
          return false;
        }
        if (!line.isCurrent())
          return false;

        // Accepted, known already or refused: there is nothing more to do about these, and nobody to tell who still remembers.
        parcel.ops = parcel.ops.slice(batch.length);
        line.store();
      }
      this.parcels.shift();
      line.store();
    }
    return line.isCurrent();
  }
}
