// @ts-check
// What a frame shows while somebody's picture is made in it: the previews, fading in over each other, a ring that fills in the owner's
// colour, how far it is, and a way to stop it. And, when it failed, what to do.

import { element, KeyedViews, placeAt, setAttribute, setSize, setText } from '../overlay/dom.js';
import { isAtWork, jobsToShow, screenBounds } from '../overlay/model.js';
import { eta, wordsOf } from '../overlay/text.js';

/** @typedef {import('../overlay/model.js').OverlayModel} OverlayModel */
/** @typedef {import('../overlay/model.js').Job} Job */
/** @typedef {import('../geometry/camera.js').Camera} Camera */
/** @typedef {import('../sync/connection.js').PreviewMessage} PreviewMessage */

const FADE_MS = 160;

// A newer preview may come while the last still fades in. What lies below three others is not seen any more.
const MAX_LAYERS = 3;

const PAINTED_MARK = 'cw-preview-painted';

/**
 * @param {HTMLElement} parent
 * @param {Pick<import('../overlay/model.js').OverlayOptions, 'text' | 'run' | 'reducedMotion'>} options
 * @returns {import('../overlay/model.js').Overlay & { preview(message: PreviewMessage, done: () => void): Promise<void> }}
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
  return {
    update(model, nextCamera) {
      const before = shown;
      if (before === model && camera === nextCamera)
        return;
      shown = model;
      camera = nextCamera;
      const jobs = new Map([...jobsToShow(model.jobs)].filter(([frameId, job]) => (isAtWork(job) || job.state === 'failed') && model.state.isShown(frameId)));
      const colours = new Map(model.people.map((person) => [person.actor, person.colour]));
      frames.update(jobs, (frame, job, frameId) => {
        frame.place(screenBounds(model, nextCamera, frameId));
        frame.show(job, colours.get(job.actor), model.canEdit);
      });
    },

    /** Paints a preview and then says so; one of a frame that is not there is acknowledged and forgotten. */
    async preview(message, done) {
      const frame = frames.get(message.frameId);
      if (frame !== undefined)
        await frame.preview(message);
      done();
    },

    destroy() {
      frames.destroy();
      layer.remove();
    },
  };
}

class FrameProgress {
  #root;
  #pictures = element('div', { class: 'cw-progress-pictures', 'aria-hidden': 'true' });
  #ring = makeRing();
  #label = element('span', { class: 'cw-progress-label' });
  #author = element('span', { class: 'cw-progress-author' });
  #cancel;
  #again;
  #words;
  #motion;

  /** @type {Job | null} */
  #job = null;
  #newest = 0;
  #isGone = false;

  /** @param {HTMLElement} layer @param {string} frameId @param {ReturnType<typeof wordsOf>} words @param {Pick<import('../overlay/model.js').OverlayOptions, 'run' | 'reducedMotion'>} options */
  constructor(layer, frameId, words, { run, reducedMotion }) {
    this.#words = words;
    this.#motion = !reducedMotion;
    this.#cancel = element('button', { type: 'button', class: 'cw-button small', tabindex: '-1', 'data-stop': true });
    this.#again = element('button', { type: 'button', class: 'cw-button small', tabindex: '-1', 'data-stop': true }, words('JobAgain'));
    this.#cancel.addEventListener('click', () => {
      if (this.#job !== null)
        run(isAtWork(this.#job) ? 'cancel' : 'discard', { job: this.#job.id });
    });
    this.#again.addEventListener('click', () => {
      if (this.#job !== null)
        run('generate', { frameId });
    });

    // The label is told politely when it changes in kind, not at each step: the frame's own button has the state in its name.
    this.#root = element('div', { class: 'cw-progress-frame', 'data-for': frameId },
      this.#pictures, this.#ring.svg,
      element('div', { class: 'cw-progress-chip' }, this.#author, this.#label, this.#again, this.#cancel));
    layer.append(this.#root);
  }

  /** @param {import('../geometry/rect.js').Rect} bounds_px */
  place(bounds_px) {
    placeAt(this.#root, bounds_px.x, bounds_px.y);
    setSize(this.#root, 'width', bounds_px.width);
    setSize(this.#root, 'height', bounds_px.height);
  }

  /** @param {Job} job @param {number | undefined} colour @param {boolean} canEdit */
  show(job, colour, canEdit) {
    const person = colour === undefined ? 'var(--cw-text-muted)' : `var(--cw-person-${colour})`;
    if (this.#root.style.getPropertyValue('--person') !== person)
      this.#root.style.setProperty('--person', person);
    if (job === this.#job)
      return;
    if (this.#job !== null && this.#job.id !== job.id)
      this.#pictures.replaceChildren();
    this.#job = job;
    const hasFailed = job.state === 'failed';
    setAttribute(this.#root, 'data-state', job.state);
    setText(this.#label, labelOf(this.#words, job));
    setText(this.#author, job.mine || hasFailed ? '' : this.#words('JobBy', { name: job.authorName }));
    setText(this.#cancel, this.#words(hasFailed ? 'JobDismiss' : 'JobCancel'));
    this.#cancel.hidden = !job.mine;
    this.#again.hidden = !hasFailed || !job.mine || !canEdit;
    this.#ring.show(job.state === 'running' && job.steps > 0 ? job.step / job.steps : 0, isAtWork(job));
    if (hasFailed)
      this.#pictures.replaceChildren();
  }

  /** @param {PreviewMessage} message @returns {Promise<void>} Done once it is on the screen. */
  async preview({ job, image: picture, step, steps, endedAtMs, mime, data, frame, crop }) {
    const turn = ++this.#newest;
    const image = new Image();
    image.alt = '';
    if (frame !== undefined && crop !== undefined) {
      // The picture shows its crop, which is more than the frame where there is context; the box around it hides the rest.
      const share = (/** @type {number} */ length, /** @type {number} */ whole) => `${length / whole * 100}%`;
      image.style.cssText = `inset:auto;left:${share(crop.x - frame.x, frame.width)};top:${share(crop.y - frame.y, frame.height)};width:${share(crop.width, frame.width)};height:${share(crop.height, frame.height)}`;
    }
    image.decoding = 'async';
    image.src = `data:${mime};base64,${data}`;
    try {
      await image.decode();
    } catch {
      // One that cannot be read is skipped; the next is a moment away.
      return;
    }
    if (turn !== this.#newest || this.#isGone)
      return;
    this.#pictures.append(image);
    while (this.#pictures.childElementCount > MAX_LAYERS)
      this.#pictures.firstElementChild?.remove();
    if (this.#motion && this.#pictures.childElementCount > 1) {
      // The new one lies on top and comes in over the old one, which stays whole below it until it is covered: nothing ever shines through.
      const fade = image.animate({ opacity: [0, 1] }, { duration: FADE_MS, easing: 'linear' });
      fade.finished.then(() => this.#removeBelow(image), () => {});
    } else {
      this.#removeBelow(image);
    }
    await painted();

    // For whoever measures (tests/load/previews.mjs). Only the newest is kept: an observer has seen the others.
    performance.clearMarks(PAINTED_MARK);
    performance.mark(PAINTED_MARK, { detail: { job, image: picture, step, steps, endedAtMs, paintedAtMs: Date.now() } });
  }

  destroy() {
    this.#isGone = true;
    this.#root.remove();
  }

  /** @param {Element} image */
  #removeBelow(image) {
    while (image.previousElementSibling !== null)
      image.previousElementSibling.remove();
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
  const steps = { step: job.step, steps: job.steps };
  return job.etaMs == null ? words('JobStep', steps) : words('JobStepEta', { ...steps, eta: eta(words, job.etaMs) });
}

/** After the next frame has been drawn: the first callback comes before the drawing, the second after it. */
const painted = () => new Promise((/** @type {(value: void) => void} */ resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve())));

// The frame's own outline is the ring: it fills clockwise from the top left corner.
function makeRing() {
  const namespace = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(namespace, 'svg');
  svg.classList.add('cw-progress-ring');
  svg.setAttribute('aria-hidden', 'true');
  const [track, bar] = ['track', 'bar'].map((name) => {
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

