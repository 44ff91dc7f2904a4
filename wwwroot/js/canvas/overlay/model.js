// @ts-check
// What all overlays are shown. One object for each change, made by view/; equal parts are equal by identity, so that an overlay that
// looks at jobs does nothing when somebody's cursor moves.

import { unionAll } from '../geometry/rect.js';
import { bounds } from '../geometry/transform.js';

/** @typedef {import('../document/state.js').BoardState} BoardState */
/** @typedef {import('../geometry/transform.js').Transform} Transform */
/** @typedef {import('../geometry/rect.js').Rect} Rect */
/** @typedef {import('../geometry/camera.js').Camera} Camera */
/** @typedef {import('../sync/connection.js').Person} Person */

/**
 * @typedef {object} JobResult A candidate.
 * @property {number} image From 0.
 * @property {import('../document/state.js').TileContent} content
 * @property {Rect} placement World units.
 * @property {number | null} [rating] 1 to 5 stars.
 * @property {boolean} accepted
 * @property {boolean} [reported]
 * @property {number | null} [similarity] To its words, a cosine.
 */
/**
 * @typedef {object} Job As the hub's jobChanged tells it.
 * @property {string} id
 * @property {string} frameId
 * @property {string} actor
 * @property {string} authorName
 * @property {boolean} mine
 * @property {string} [task]
 * @property {'queued' | 'running' | 'succeeded' | 'failed' | 'canceled'} state
 * @property {number | null} [place] Jobs before this one; absent once it runs.
 * @property {number} step Over all images.
 * @property {number} steps
 * @property {number | null} [etaMs]
 * @property {boolean} [workerAway] No worker has the model: it waits until one comes.
 * @property {readonly JobResult[]} results Empty until it succeeded.
 * @property {import('../document/state.js').FrameSettings} settings
 * @property {{ code: string, message: string } | null} [error]
 * @property {import('../operations/layout.js').PictureOperation | null} [operation] What it makes of pictures on the board.
 * @property {boolean} [discarded]
 * @property {number} [withheld] Pictures that were made and are not shown; whoever asked for them may appeal.
 */
/**
 * @typedef {object} OverlayModel
 * @property {BoardState} state
 * @property {ReadonlyMap<string, Transform>} drafts Where things are shown while they are dragged, on the board itself.
 * @property {readonly Job[]} jobs Of this board.
 * @property {readonly Person[]} people
 * @property {ReadonlySet<string>} selection
 * @property {ReadonlyMap<string, number>} shownCandidates Which picture of a job is shown in its frame, by job id.
 * @property {string | null} editing The note that is being written.
 * @property {ReadonlyMap<string, readonly import('../operations/slots.js').Slot[]>} slots Pictures of a job that lie beside each other, by its frame.
 * @property {import('../operations/operations.js').Operation | null} operation What is about to be ordered.
 * @property {import('../view/stage.js').Link | null} link
 * @property {string} tool
 * @property {boolean} isDragging
 * @property {boolean} canEdit False for viewers: nothing that changes the board is offered.
 */
/**
 * @typedef {object} OverlayOptions
 * @property {Record<string, string>} text Localized; the keys are in text.js.
 * @property {(command: string, args?: any) => unknown} run Does what the person asks: a command of the board's handle.
 * @property {string} tilesUrl What comes before "/{sha256}/{level}.webp": "/tiles".
 * @property {string} client This tab, so that one's own cursor is left out.
 * @property {boolean} [reducedMotion]
 */
/** @typedef {{ update(model: OverlayModel, camera: Camera): void, destroy(): void }} Overlay */

/** Where a node is shown now. @param {OverlayModel} model @param {string} id @returns {Transform} */
export const shownAt = (model, id) => model.drafts.get(id) ?? model.state.worldTransform(id);

/** The upright bounds of a node on the screen, CSS pixels. @param {OverlayModel} model @param {Camera} camera @param {string} id @returns {Rect} */
export function screenBounds(model, camera, id) {
  return toScreenRect(camera, bounds(shownAt(model, id)));
}

/** The upright bounds on the screen of all pictures of a frame's job. @param {OverlayModel} model @param {Camera} camera @param {string} frameId @returns {Rect} */
export function jobBounds(model, camera, frameId) {
  const slots = model.slots.get(frameId);
  const world = slots === undefined ? null : unionAll(slots.map((slot) => slot.rect));
  return world === null ? screenBounds(model, camera, frameId) : toScreenRect(camera, world);
}

/** @param {Camera} camera @param {Rect} world @returns {Rect} CSS pixels. */
export const toScreenRect = (camera, world) => ({ x: (world.x - camera.x) * camera.zoom, y: (world.y - camera.y) * camera.zoom, width: world.width * camera.zoom, height: world.height * camera.zoom });

/** The newest job of each frame that has something to show: at work, failed, or with candidates nobody has decided about. @param {readonly Job[]} jobs @returns {Map<string, Job>} */
export function jobsToShow(jobs) {
  /** @type {Map<string, Job>} */
  const byFrame = new Map();
  for (const job of jobs) {
    const known = byFrame.get(job.frameId);

    // What is at work is shown before what waits for a decision; of equals the later in the list, which is the newer.
    if (isShown(job) && (known === undefined || isAtWork(job) || !isAtWork(known)))
      byFrame.set(job.frameId, job);
  }
  return byFrame;
}

/** @param {Job} job */
export const isAtWork = (job) => job.state === 'queued' || job.state === 'running';

/** Candidates that nobody has decided about. @param {Job} job */
export const isStaged = (job) => job.state === 'succeeded' && !job.discarded && job.results.length > 0 && !job.results.some((result) => result.accepted);

/** Its results belong into what is around them, and are nothing by themselves. @param {string | undefined} task */
export const isPart = (task) => task === 'inpaint' || task === 'outpaint';

/** @param {Job} job */
const isShown = (job) => isAtWork(job) || isStaged(job) || (job.state === 'failed' && !job.discarded);
