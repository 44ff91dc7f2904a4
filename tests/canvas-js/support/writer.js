// @ts-check
// The site's BoardWriter in JavaScript: gives ops their place, recognises retries, refuses. For tests only; the site has its own.
import { DEFAULT_LIMITS } from '../../../wwwroot/js/canvas/document/limits.js';
import { apply } from '../../../wwwroot/js/canvas/document/reducer.js';
import { BoardState } from '../../../wwwroot/js/canvas/document/state.js';
import { validate } from '../../../wwwroot/js/canvas/document/validator.js';
import { readClientOp, readSequencedOp } from '../../../wwwroot/js/canvas/document/wire.js';

/** @typedef {import('../../../wwwroot/js/canvas/document/wire.js').ClientOp} ClientOp */
/** @typedef {import('../../../wwwroot/js/canvas/document/wire.js').SequencedOp} SequencedOp */
/** @typedef {import('../../../wwwroot/js/canvas/document/wire.js').OpOutcome} OpOutcome */

export class BoardWriter {
  state = BoardState.empty;

  /** @type {SequencedOp[]} */
  log = [];

  /**
   * @param {readonly ClientOp[]} ops @param {string} actor @param {import('../../../wwwroot/js/canvas/document/validator.js').BoardRole} [role]
   * @returns {{ result: import('../../../wwwroot/js/canvas/document/wire.js').SubmitResult, accepted: SequencedOp[] }}
   */
  submit(ops, actor, role = 'editor') {
    /** @type {SequencedOp[]} */
    const accepted = [];
    /** @type {OpOutcome[]} */
    const outcomes = [];
    for (const sent of ops) {
      // Over the wire and back: what does not survive that would make replicas differ.
      const own = readClientOp(JSON.parse(JSON.stringify(sent)), 'op');
      const progress = this.state.clients.get(own.client);
      const refusal = validate(this.state, own, actor, role, DEFAULT_LIMITS);
      if (progress !== undefined && progress.actor !== actor) {
        outcomes.push({ clientSeq: own.clientSeq, kind: 'refused', refusal: { code: 'client_taken', sentence: '' } });
      } else if (own.clientSeq <= (progress?.lastClientSeq ?? 0)) {
        outcomes.push({ clientSeq: own.clientSeq, kind: 'duplicate' });
      } else if (refusal !== null) {
        outcomes.push({ clientSeq: own.clientSeq, kind: 'refused', refusal });
      } else {
        const row = readSequencedOp(JSON.parse(JSON.stringify({ seq: this.state.seq + 1, actor, ...own })), 'row');
        this.state = apply(this.state, row);
        this.log.push(row);
        accepted.push(row);
        outcomes.push({ clientSeq: own.clientSeq, kind: 'accepted', seq: row.seq });
      }
    }
    return { result: { head: this.state.seq, outcomes }, accepted };
  }

  /** @param {number} seq */
  after(seq) {
    return this.log.slice(seq);
  }
}
