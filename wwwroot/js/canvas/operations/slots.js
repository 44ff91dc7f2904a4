// @ts-check
// The places of an operation's pictures while they come and until somebody has chosen: what is drawn in each, and which preview belongs where.
import { isAtWork, isStaged } from '../overlay/model.js';
import { slotOf } from './layout.js';

/** @typedef {import('../geometry/rect.js').Rect} Rect */
/** @typedef {import('../view/stage.js').Candidate} Candidate */
/** @typedef {import('../view/jobs.js').JobView} JobView */
/** @typedef {{key: string, rect: Rect, image: number, candidate: Candidate | null}} Slot  `key` names its preview. */

/** Whether a job's pictures lie beside each other; else they take turns in the frame. @param {{operation?: {kind: string} | null, settings: {count?: number}}} job */
export const isLaidOut = (job) => job.operation != null && job.operation.kind !== 'upscale' && (job.settings.count ?? 1) > 1;

/** The first is the frame itself. @param {string} frameId @param {number} image */
export const slotKey = (frameId, image) => (image === 0 ? frameId : `${frameId}/${image}`);

/** Where a picture of a job lies, if its frame lies there. @param {JobView} job @param {Rect} frame @param {number} image @returns {Rect} */
export const placeIn = (job, frame, image) => (isLaidOut(job) && job.operation != null ? slotOf(job.operation.kind, job.settings.count ?? 1, frame, image) : frame);

/** @param {JobView} job @param {Rect} frame @returns {readonly Slot[]} None for a job whose pictures take turns, and for one that is decided about. */
export function slotsFor(job, frame) {
  if (!isLaidOut(job) || !(isAtWork(job) || isStaged(job))) return [];
  return Array.from({ length: job.settings.count ?? 1 }, (_, image) => {
    const rect = placeIn(job, frame, image);
    const result = job.results.find((one) => one.image === image);
    const candidate = result === undefined ? null : { content: result.content, world: { ...rect, rotation: 0 }, frameId: job.frameId, job: job.id, image };
    // What was kept back has no picture and no place any more.
    return result === undefined && !isAtWork(job) ? null : { key: slotKey(job.frameId, image), rect, image, candidate };
  }).filter((slot) => slot !== null);
}
