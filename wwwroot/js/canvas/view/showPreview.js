// @ts-check
// A preview that came goes where its picture will lie: into the frame, or into the place of that picture where several lie beside each other.
import { offset } from '../geometry/rect.js';
import { isLaidOut, placeIn, slotKey } from '../operations/slots.js';
import { newArea } from './newArea.js';

/** @typedef {{job: string, frameId: string, image: number, data: string, mime: string, frame?: import('../geometry/rect.js').Rect, crop?: import('../geometry/rect.js').Rect}} PreviewMessage */

/**
 * @param {{stage: import('./stage.js').Stage, jobs: import('./jobs.js').Jobs, previews: import('../render/previews.js').Previews}} parts @param {PreviewMessage} preview
 * @returns {Promise<boolean>} Whether it is on the screen.
 */
export async function showPreview({ stage, jobs, previews }, { job: id, frameId, image, data, mime, frame, crop }) {
  if (stage.scene.find(frameId) === undefined) return false;
  const job = jobs.find(id);
  const blob = new Blob([Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0))], { type: mime });
  // A job that is over shows no more previews.
  const isCurrent = () => {
    const now = jobs.find(id)?.state;
    return now === undefined || now === 'queued' || now === 'running';
  };
  let place = frame !== undefined && crop !== undefined ? { frame, crop } : null;
  const isBeside = job !== undefined && isLaidOut(job);
  if (isBeside && place !== null) {
    const slot = placeIn(job, place.frame, image);
    const [dx, dy] = [slot.x - place.frame.x, slot.y - place.frame.y];
    place = { frame: slot, crop: offset(place.crop, dx, dy) };
  }
  return previews.show({
    job: id, frameId: isBeside ? slotKey(frameId, image) : frameId, blob, place,
    // What an operation makes is a whole picture, also where it lies on another.
    areaOf: (rect) => (job?.operation != null ? null : newArea(stage, frameId, rect)), isCurrent,
  });
}
