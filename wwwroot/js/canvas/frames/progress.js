// @ts-check
// What a frame shows over the previews (render/previews.js) while somebody's picture is made in it: a ring that fills in the owner's colour,
// how far it is, and a way to stop it. And, when it failed, what to do.

import { element, KeyedViews, placeAt, setAttribute, setSize, setText } from '../overlay/dom.js';
import { isAtWork, jobsToShow, screenBounds } from '../overlay/model.js';
import { NO_INSETS } from '../camera/paths.js';
import { intersect } from '../geometry/rect.js';
import { eta, wordsOf } from '../overlay/text.js';

/** @typedef {import('../overlay/model.js').OverlayModel} OverlayModel */
/** @typedef {import('../overlay/model.js').Job} Job */
/** @typedef {import('../geometry/camera.js').Camera} Camera */

// Below this there is no room for it beside a panel: it stays in the middle.
const CHIP_LEAST_PX = 200;
const CHIP_HEIGHT_PX = 56;

/**
 * @param {HTMLElement} parent
 * @param {Pick<import('../overlay/model.js').OverlayOptions, 'text' | 'run'> & { insets?: () => import('../camera/paths.js').Insets }} options `insets`: what the page's panels cover.
 * @returns {import('../overlay/model.js').Overlay & { previewed(frameId: string, name: string): void }} `previewed`: a preview is on the screen; whoever watches the page (tests/e2e) reads its name from the frame.
 */
export function makeProgress(parent, options) {
  const words = wordsOf(options.text);
  const layer = element('div', { class: 'cw-progress-layer' });
  parent.append(layer);

  /** @type {KeyedViews<Job, FrameProgress>} */
  const frames = new KeyedViews((frameId) => new FrameProgress(layer, frameId, words, options), (frame) => frame.destroy());

  /** @type {OverlayModel | null} */
  let shown = null;
  /** @type {Camera | null} */
  let camera = null;
  /** @type {import('../camera/paths.js').Insets} */
  let insets = NO_INSETS;
  return {
    update(model, nextCamera) {
      const before = shown;
      const nextInsets = options.insets?.() ?? NO_INSETS;
      if (before === model && camera === nextCamera && insets === nextInsets)
        return;
      insets = nextInsets;
      shown = model;
      camera = nextCamera;
      const jobs = new Map([...jobsToShow(model.jobs)].filter(([frameId, job]) => (isAtWork(job) || job.state === 'failed') && model.state.isShown(frameId)));
      const colours = new Map(model.people.map((person) => [person.actor, person.colour]));
      const free = { x: insets.left, y: insets.top, width: layer.clientWidth - insets.left - insets.right, height: layer.clientHeight - insets.top - insets.bottom };
      frames.update(jobs, (frame, job, frameId) => {
        frame.place(screenBounds(model, nextCamera, frameId), free);
        frame.show(job, colours.get(job.actor), model.canEdit);
      });
    },

    previewed(frameId, name) {
      frames.get(frameId)?.previewed(name);
    },

    destroy() {
      frames.destroy();
      layer.remove();
    },
  };
}

class FrameProgress {
  #root;
  #ring = makeRing();
  #chip = element('div', { class: 'cw-progress-chip' });
  #label = element('span', { class: 'cw-progress-label' });
  #author = element('span', { class: 'cw-progress-author' });
  #cancel;
  #again;
  #words;

  /** @type {Job | null} */
  #job = null;

  /** @param {HTMLElement} layer @param {string} frameId @param {ReturnType<typeof wordsOf>} words @param {Pick<import('../overlay/model.js').OverlayOptions, 'run'>} options */
  constructor(layer, frameId, words, { run }) {
    this.#words = words;
    this.#cancel = element('button', { type: 'button', class: 'cw-button small', tabindex: '-1', 'data-stop': true });
    this.#again = element('button', { type: 'button', class: 'cw-button small', tabindex: '-1', 'data-stop': true }, words('JobAgain'));
    this.#cancel.addEventListener('click', () => {
      if (this.#job !== null)
        run(isAtWork(this.#job) ? 'cancel' : 'discard', { job: this.#job.id });
    });
    this.#again.addEventListener('click', () => {
      if (this.#job !== null)
        run('generate', { frameId, ...(this.#job.operation != null && { operation: this.#job.operation }) });
    });

    // The label is told politely when it changes in kind, not at each step: the frame's own button has the state in its name.
    this.#root = element('div', { class: 'cw-progress-frame', 'data-for': frameId },
      this.#ring.svg,
      this.#chip);
    this.#chip.append(this.#author, this.#label, this.#again, this.#cancel);
    layer.append(this.#root);
  }

  /** @param {import('../geometry/rect.js').Rect} bounds_px @param {import('../geometry/rect.js').Rect} free_px What the page's panels leave free. */
  place(bounds_px, free_px) {
    placeAt(this.#root, bounds_px.x, bounds_px.y);
    setSize(this.#root, 'width', bounds_px.width);
    setSize(this.#root, 'height', bounds_px.height);
    // The words and the way to stop stand in the part of the frame that no panel hides.
    const seen = intersect(bounds_px, free_px);
    const isRoomy = seen.width >= CHIP_LEAST_PX && seen.height >= CHIP_HEIGHT_PX;
    this.#chip.style.setProperty('--aside', isRoomy ? `${(seen.x + seen.width / 2 - bounds_px.x - bounds_px.width / 2).toFixed(1)}px` : '0px');
    this.#chip.style.setProperty('--up', isRoomy ? `${(bounds_px.y + bounds_px.height - seen.y - seen.height).toFixed(1)}px` : '0px');
  }

  /** @param {Job} job @param {number | undefined} colour @param {boolean} canEdit */
  show(job, colour, canEdit) {
    const person = colour === undefined ? 'var(--cw-text-muted)' : `var(--cw-person-${colour})`;
    if (this.#root.style.getPropertyValue('--person') !== person)
      this.#root.style.setProperty('--person', person);
    if (job === this.#job)
      return;
    this.#job = job;
    const hasFailed = job.state === 'failed';
    setAttribute(this.#root, 'data-state', job.state);
    setText(this.#label, labelOf(this.#words, job));
    setText(this.#author, job.mine || hasFailed || job.authorName === '' ? '' : this.#words('JobBy', { name: job.authorName }));
    setText(this.#cancel, this.#words(hasFailed ? 'JobDismiss' : 'JobCancel'));
    this.#cancel.hidden = !job.mine;
    this.#again.hidden = !hasFailed || !job.mine || !canEdit;
    this.#ring.show(job.state === 'running' && job.steps > 0 ? job.step / job.steps : 0, isAtWork(job));
  }

  /** @param {string} name */
  previewed(name) {
    setAttribute(this.#root, 'data-preview', name);
  }

  destroy() {
    this.#root.remove();
  }
}

/** "Step 7 of 20 · 4 s". @param {ReturnType<typeof wordsOf>} words @param {Job} job @returns {string} */
export function labelOf(words, job) {
  if (job.state === 'failed')
    return job.error?.message ?? words('JobFailed');
  if (job.workerAway)
    return words('JobWorkerAway');
  if (job.state === 'queued' || job.step === 0)
    return job.place ? words('JobPlace', { place: job.place }) : words('JobNext');
  const steps = stepsOf(job);
  const key = steps.pictures > 1 ? 'JobPictureStep' : 'JobStep';
  return job.etaMs == null ? words(key, steps) : words(`${key}Eta`, { ...steps, eta: eta(words, job.etaMs) });
}

/** A job counts its steps over all its pictures; a person sees one after the other. @param {Job} job */
function stepsOf({ step, steps, settings: { count } }) {
  const each = steps / count;
  if (!(count > 1) || !Number.isInteger(each))
    return { picture: 1, pictures: 1, step, steps };
  const picture = Math.min(count, Math.ceil(step / each));
  return { picture, pictures: count, step: step - (picture - 1) * each, steps: each };
}

// The frame's own outline is the ring: it fills clockwise from the top left corner.
function makeRing() {
  const namespace = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(namespace, 'svg');
  svg.classList.add('cw-progress-ring');
  svg.setAttribute('aria-hidden', 'true');
  const [, track, bar] = ['casing', 'track', 'bar'].map((name) => {
    const rect = document.createElementNS(namespace, 'rect');
    rect.classList.add(name);
    rect.setAttribute('pathLength', '1');
    svg.append(rect);
    return rect;
  });
  return {
    svg,
    /** @param {number} share 0 to 1. @param {boolean} isOn */
    show(share, isOn) {
      svg.style.display = isOn ? '' : 'none';
      track.style.display = '';
      bar.style.strokeDashoffset = String(1 - Math.min(1, Math.max(0, share)));
    },
  };
}

