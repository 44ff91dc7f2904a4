// @ts-check
// Presses of "Generate", and what becomes of one whose answer is lost: the site may have heard it, so it keeps its name until somebody knows.
import { newId } from '../document/ids.js';

/** @typedef {{code: string, message: string}} Refusal */
/** @typedef {{frameId: string, variationOf?: {job: string, image: number}, operation?: import('../operations/layout.js').PictureOperation}} Order */
/** @typedef {{requestId: string, known: ReadonlySet<string>}} Press  `known`: the jobs that there were before it. */

const savedWithinMs = 8_000;

export class Orders {
  /** By what was ordered. @type {Map<string, Press>} */ #unanswered = new Map();

  /** @param {{stage: import('./stage.js').Stage, connection: Pick<import('../sync/connection.js').BoardConnection, 'status' | 'on' | 'invoke'>, jobs: import('./jobs.js').Jobs}} options */
  constructor(options) { this.options = options; }

  /** Whether the site may have heard an order for this frame though no answer came. @param {string} frameId */
  isUnanswered(frameId) { return this.#unanswered.has(frameId); }

  /** @param {Order} order @returns {Promise<{job: import('./jobs.js').JobView} | {refusal: Refusal}>} */
  async generate({ frameId, variationOf, operation }) {
    const { stage, connection, jobs } = this.options;
    const node = stage.doc.view.find(frameId);
    if (node?.kind !== 'frame') return { refusal: { code: 'node_gone', message: stage.text('FrameGone', 'This frame is not there any more.') } };
    const key = variationOf === undefined ? frameId : `${frameId} ${variationOf.job} ${variationOf.image}`;
    const jobOf = (/** @type {Press} */ one) => jobs.list.find((job) => job.mine && job.frameId === frameId && !one.known.has(job.id));

    // The same name is the same job, so what was heard after all is neither made nor paid twice. Whose pictures are on their way has had its answer.
    const earlier = this.#unanswered.get(key);
    const press = earlier !== undefined && jobOf(earlier) === undefined ? earlier : { requestId: newId(), known: new Set(jobs.list.map((job) => job.id)) };
    if (press !== earlier) this.#unanswered.delete(key);
    const request = { frameId, settings: node.settings.value, requestId: press.requestId, ...(variationOf && { variationOf }), ...(operation && { operation }) };
    for (let attempt = 0; attempt < 2; attempt++) {
      // The server paints what it has: the frame and its mask must be there first.
      if (!await this.#isSaved()) break;
      this.#unanswered.set(key, press);
      try {
        const answer = await connection.invoke('Generate', request);
        this.#unanswered.delete(key);
        if (answer.job != null) jobs.change(answer.job);
        return answer.job != null ? { job: answer.job } : { refusal: answer.refusal };
      } catch {
        // The answer was lost, perhaps not the job: once more it is asked for at once.
      }
    }
    if (!this.#unanswered.has(key)) return { refusal: { code: 'offline', message: stage.text('Offline', 'There is no connection. Your changes are kept; try again in a moment.') } };
    const job = jobOf(press);
    if (job === undefined) return { refusal: { code: 'unanswered', message: stage.text('Unanswered', 'No answer came from the site; your order may have arrived. Press again: it is not made or paid twice.') } };
    this.#unanswered.delete(key);
    return { job };
  }

  /** @returns {Promise<boolean>} */
  #isSaved() {
    const { connection } = this.options;
    if (connection.status === 'saved') return Promise.resolve(true);
    return new Promise((resolve) => {
      const timer = setTimeout(() => end(false), savedWithinMs);
      const off = connection.on('status', (status) => { if (status === 'saved') end(true); });
      /** @param {boolean} saved */
      function end(saved) {
        clearTimeout(timer);
        off();
        resolve(saved);
      }
    });
  }
}
