// @ts-check
// The strip under a frame: the candidates of a finished job, to look at, take, put away, rate. What is looked at is shown in the frame.
// The arrow keys go along the candidates, space takes one more, Enter accepts.

import { element, icon, KeyedViews, placeAt, setAttribute, setText } from '../overlay/dom.js';
import { isPart, isStaged, jobBounds, jobsToShow } from '../overlay/model.js';
import { wordsOf } from '../overlay/text.js';
import { FIRST_CHOICE, accepted, byKey, lookAt, toggle } from './choice.js';
import { canRank, meter, ranked, standing } from './near.js';
import { placeStrip } from './place.js';

/** @typedef {import('../overlay/model.js').OverlayModel} OverlayModel */
/** @typedef {import('../overlay/model.js').OverlayOptions} OverlayOptions */
/** @typedef {import('../overlay/model.js').Job} Job */
/** @typedef {import('../geometry/camera.js').Camera} Camera */
/** @typedef {import('../geometry/rect.js').Rect} Rect */
/** @typedef {{ content: import('../document/state.js').TileContent, world: import('../geometry/transform.js').Transform }} Under */
/** @typedef {{ left: number, top: number, right: number, bottom: number }} Insets */

/** @type {Insets} */
const NO_INSETS = { left: 0, top: 0, right: 0, bottom: 0 };
const THUMBNAIL_PX = 48;
const STARS = 5;
// Ends the key of a strip whose candidates stand in the order of their nearness.
const RANKED = ' ranked';

/**
 * @param {HTMLElement} parent
 * @param {Pick<OverlayOptions, 'text' | 'run' | 'tilesUrl'> & { insets?: () => Insets, obstacle?: () => Rect | null, under?: (rect: Rect) => Under[] }} options
 *   `insets`: what the page's panels cover, CSS pixels from each edge. `obstacle`: what else to keep clear of. `under`: the pictures under a candidate.
 * @returns {import('../overlay/model.js').Overlay}
 */
export function makeStrips(parent, options) {
  const words = wordsOf(options.text);
  const layer = element('div', { class: 'cw-strips' });
  parent.append(layer);

  /** @type {KeyedViews<Job, Strip>} */
  const strips = new KeyedViews((key, job) => new Strip(layer, job, words, { ...options, isRanked: key.endsWith(RANKED), onRank: () => rank(job.id) }), (strip) => strip.destroy());
  /** Jobs whose candidates are shown in the order of their nearness. @type {Set<string>} */
  const rankedJobs = new Set();

  /** @type {OverlayModel | null} */
  let shown = null;
  /** @type {Camera | null} */
  let camera = null;
  /** @type {Insets | null} */
  let insets = null;
  return {
    update,
    destroy() {
      strips.destroy();
      layer.remove();
    },
  };

  /** The strip is another one after it; the keyboard stays where it was. @param {string} id */
  function rank(id) {
    if (!rankedJobs.delete(id))
      rankedJobs.add(id);
    const [model, at] = [shown, camera];
    if (model === null || at === null)
      return;
    shown = null;
    update(model, at);
    /** @type {HTMLElement | null} */ (layer.querySelector(`[data-job="${id}"] [data-rank]`))?.focus();
  }

  /** @param {OverlayModel} model @param {Camera} nextCamera */
  function update(model, nextCamera) {
    const nextInsets = options.insets?.() ?? NO_INSETS;
    if (shown === model && camera === nextCamera && insets === nextInsets)
      return;
    insets = nextInsets;
    shown = model;
    camera = nextCamera;
    // A frame has one strip: of the try whose candidate it shows, else of the newest.
    const newest = [...jobsToShow(model.jobs).values()].filter((job) => isStaged(job) && model.state.isShown(job.frameId));
    const triesOf = (/** @type {Job} */ job) => model.jobs.filter((other) => other.frameId === job.frameId && isStaged(other));
    const jobs = newest.map((job) => triesOf(job).find((other) => model.shownCandidates.has(other.id)) ?? job);
    const room = { width: layer.clientWidth, height: layer.clientHeight, insets, obstacle: options.obstacle?.() ?? null };
    strips.update(new Map(jobs.map((job) => (rankedJobs.has(job.id) ? [`${job.id} ${job.results.length}${RANKED}`, { ...job, results: ranked(job.results) }] : [`${job.id} ${job.results.length}`, job]))), (strip, job) => {
      strip.place(jobBounds(model, nextCamera, job.frameId), room);
      strip.show(job, model.shownCandidates.get(job.id), model.canEdit, triesOf(job));
    });
  }
}

class Strip {
  #root;
  #words;
  #run;

  /** @type {{ button: HTMLButtonElement, tick: HTMLButtonElement }[]} */
  #candidates;
  #accept;
  #all;
  #stars;
  #report;
  #other;
  /** The finished jobs of the same frame, the oldest first. @type {readonly Job[]} */
  #tries = [];

  /** @type {Job} */
  #job;
  #choice = FIRST_CHOICE;

  // Asked of the browser only when it changes: asking in each frame would lay the page out in each frame.
  #size = { width: 0, height: 0 };
  #sizes = new ResizeObserver(() => {
    this.#size = { width: this.#root.offsetWidth, height: this.#root.offsetHeight };
    this.#where?.();
  });

  /** Places it again as it was placed last. @type {(() => void) | null} */
  #where = null;

  /** @param {HTMLElement} layer @param {Job} job @param {ReturnType<typeof wordsOf>} words @param {Pick<OverlayOptions, 'run' | 'tilesUrl'> & { under?: (rect: Rect) => Under[], isRanked: boolean, onRank: () => void }} options */
  constructor(layer, job, words, { run, tilesUrl, under, isRanked, onRank }) {
    this.#words = words;
    this.#run = run;
    this.#job = job;
    // What lies beside each other on the board is kept together, unless one says otherwise.
    if (job.operation?.kind === 'interpolation')
      this.#choice = { current: 0, chosen: new Set(job.results.keys()) };
    this.#candidates = job.results.map((result, place) => this.#makeCandidate(result, place, tilesUrl, under?.(result.placement) ?? []));
    const list = element('div', { class: 'cw-strip-list', role: 'radiogroup', 'aria-label': words('StripLabel') }, ...this.#candidates.flatMap(({ button, tick }) => [element('span', { class: 'cw-strip-candidate' }, button, tick)]));
    list.addEventListener('keydown', (event) => this.#key(event));
    list.toggleAttribute('data-single', this.#candidates.length === 1);
    this.#accept = this.#button('primary', null, () => this.#take());
    this.#all = this.#button('quiet', null, () => this.#take(job.results.keys()), undefined);
    const reject = this.#button('quiet icon', 'close', () => run('discard', { job: job.id }), words('StripReject'));
    const more = this.#button('quiet', null, () => run('variation', { job: job.id, image: this.#current().image }));
    setText(more, words('StripMore'));
    // Its frame lies on its picture: there is no room for others like it.
    more.hidden = job.operation?.kind === 'upscale';
    this.#stars = Array.from({ length: STARS }, (_, i) => this.#makeStar(i + 1));
    const stars = element('span', { class: 'cw-strip-stars', role: 'radiogroup', 'aria-label': words('StripRate') }, ...this.#stars);
    stars.addEventListener('keydown', (event) => this.#starKey(event));
    this.#report = this.#button('quiet icon', 'flag', () => run('report', { job: job.id, image: this.#current().image }), words('StripReport'));
    this.#other = this.#button('quiet', null, () => this.#showOther(), words('StripOtherTry'));
    const rank = this.#button('quiet icon', 'sort', onRank, words('StripRank'));
    setAttribute(rank, 'data-rank', true);
    setAttribute(rank, 'aria-pressed', String(isRanked));
    rank.hidden = !canRank(job.results);
    this.#root = element('div', { class: 'cw-strip cw-panel', role: 'group', 'aria-label': words('StripLabel'), 'data-job': job.id, 'data-for': job.frameId },
      list, ...(job.withheld === undefined || job.withheld === 0 ? [] : [this.#makeWithheld(job.withheld)]), element('span', { class: 'cw-strip-actions' }, this.#other, this.#accept, this.#all, reject, more, rank, stars, this.#report));
    layer.append(this.#root);
    this.#sizes.observe(this.#root);
  }

  /** A covered picture in the row: what the site does not show, and where to ask why. @param {number} count */
  #makeWithheld(count) {
    const label = this.#words('StripWithheld', { count });
    return element('a', { class: 'cw-strip-withheld', href: '/account/refusals', target: '_blank', 'aria-label': label, title: label },
      element('span', { class: 'cw-icon', 'aria-hidden': 'true' }, 'visibility_off'), count > 1 ? String(count) : '');
  }

  /** @param {import('../geometry/rect.js').Rect} frame_px @param {{ width: number, height: number, insets: Insets, obstacle: Rect | null }} room_px */
  place(frame_px, room_px) {
    this.#where = () => this.place(frame_px, room_px);
    const place = placeStrip(frame_px, this.#size, room_px);
    this.#root.classList.toggle('is-away', place === null);
    if (place !== null)
      placeAt(this.#root, place.x, place.y);
  }

  /** @param {Job} job @param {number | undefined} shownImage @param {boolean} canEdit @param {readonly Job[]} tries */
  show(job, shownImage, canEdit, tries) {
    this.#job = job;
    this.#tries = tries;
    const place = job.results.findIndex((result) => result.image === shownImage);
    if (place >= 0 && place !== this.#choice.current)
      this.#choice = lookAt(this.#choice, place);
    this.#accept.disabled = this.#all.disabled = !canEdit;
    this.#render();
  }

  destroy() {
    this.#sizes.disconnect();
    this.#root.remove();
  }

  #render() {
    const { current, chosen } = this.#choice;
    for (const [place, { button, tick }] of this.#candidates.entries()) {
      setAttribute(button, 'aria-checked', String(place === current));
      setAttribute(button, 'data-stop', place === current);
      setAttribute(tick, 'aria-pressed', String(chosen?.has(place) ?? false));
    }
    const count = accepted(this.#choice).length;
    const all = this.#job.results.length;
    const several = isPart(this.#job.task) ? 'StripAcceptStack' : this.#job.operation != null && count === all ? 'StripAcceptAll' : 'StripAcceptSeveral';
    setText(this.#accept, count > 1 ? this.#words(several, { count }) : this.#words('StripAccept'));
    // Those of an operation lie beside each other already: keeping all is one press, whatever is chosen.
    this.#all.hidden = this.#job.operation == null || all < 2 || count === all;
    setAttribute(this.#all, 'data-stop', !this.#all.hidden);
    setText(this.#all, this.#words('StripAcceptAll', { count: all }));
    this.#other.hidden = this.#tries.length < 2;
    setAttribute(this.#other, 'data-stop', this.#tries.length > 1);
    setText(this.#other, this.#words('StripTry', { n: this.#tries.findIndex((one) => one.id === this.#job.id) + 1, count: this.#tries.length }));
    const { rating, reported } = this.#current();
    for (const [i, star] of this.#stars.entries()) {
      setAttribute(star, 'aria-checked', String(rating === i + 1));
      setAttribute(star, 'data-on', i < (rating ?? 0));
      setAttribute(star, 'data-stop', i + 1 === (rating ?? 1));
    }
    this.#report.disabled = reported === true;
    setAttribute(this.#report, 'title', this.#words(reported ? 'StripReported' : 'StripReport'));
    setAttribute(this.#report, 'aria-label', this.#words(reported ? 'StripReported' : 'StripReport'));
  }

  #current() {
    return this.#job.results[Math.min(this.#choice.current, this.#job.results.length - 1)];
  }

  /** @param {import('./choice.js').Choice} choice */
  #change(choice) {
    const moved = choice.current !== this.#choice.current;
    this.#choice = choice;
    this.#render();
    if (moved)
      this.#run('candidate', { job: this.#job.id, image: this.#current().image });
  }

  #showOther() {
    const at = this.#tries.findIndex((one) => one.id === this.#job.id);
    const other = this.#tries[(at + 1) % this.#tries.length];
    if (other !== undefined)
      this.#run('candidate', { job: other.id, image: other.results[0].image });
  }

  /** @param {Iterable<number>} [which]  Places in the list; else what is chosen. */
  #take(which = accepted(this.#choice)) {
    const places = [...which];
    this.#run('accept', { job: this.#job.id, images: places.map((place) => this.#job.results[place].image), sideBySide: places.length > 1 });
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const next = event.key === 'Enter' ? null : byKey(this.#choice, this.#candidates.length, event.key);
    if (event.key === 'Enter')
      this.#take();
    else if (next !== null)
      this.#change(next);
    else
      return;

    // Neither may the board nudge the frame, nor the page scroll.
    event.preventDefault();
    event.stopPropagation();
    this.#candidates[this.#choice.current].button.focus();
  }

  /** @param {KeyboardEvent} event */
  #starKey(event) {
    const at = this.#stars.indexOf(/** @type {HTMLButtonElement} */ (event.target));
    const next = byKey({ current: at, chosen: null }, STARS, event.key);
    if (at < 0 || next === null || event.key === ' ')
      return;
    event.preventDefault();
    event.stopPropagation();
    this.#stars[next.current].focus();
    this.#rate(next.current + 1);
  }

  /** @param {number} stars */
  #rate(stars) {
    this.#run('rate', { job: this.#job.id, image: this.#current().image, stars });
  }

  /** @param {import('../overlay/model.js').JobResult} result @param {number} place @param {string} tilesUrl @param {Under[]} under */
  #makeCandidate(result, place, tilesUrl, under) {
    const image = element('span', { class: 'cw-strip-image' }, ...[...under, { content: result.content, world: { ...result.placement, rotation: 0 } }].map((one) => makePart(one, result.placement, tilesUrl)));
    const name = this.#words('StripCandidate', { n: place + 1, count: this.#job.results.length });
    const near = standing(result, this.#job.results);
    const button = element('button', { type: 'button', role: 'radio', class: 'cw-strip-picture', tabindex: '-1', 'aria-label': near === null ? name : this.#words('StripNear', { name, place: near.place, of: near.count }) }, image);
    if (near !== null) {
      button.append(meter(near.share));
      button.title = this.#words('StripNearHint', { place: near.place, of: near.count });
    }
    button.addEventListener('click', (event) => this.#change(event.shiftKey ? toggle(this.#choice, place) : lookAt(this.#choice, place)));
    button.addEventListener('dblclick', () => this.#take());
    const tick = element('button', { type: 'button', class: 'cw-strip-tick', tabindex: '-1', title: this.#words('StripChoose'), 'aria-label': this.#words('StripChoose') }, icon('check'));
    tick.addEventListener('click', () => this.#change(toggle(this.#choice, place)));
    return { button, tick };
  }

  /** @param {number} stars */
  #makeStar(stars) {
    const label = this.#words('StripStars', { n: stars });
    const star = element('button', { type: 'button', role: 'radio', class: 'cw-strip-star', tabindex: '-1', title: label, 'aria-label': label }, icon('star'));
    star.addEventListener('click', () => this.#rate(stars));
    return star;
  }

  /** @param {string} look @param {string | null} symbol @param {() => void} click @param {string} [label] */
  #button(look, symbol, click, label) {
    const button = element('button', { type: 'button', class: `cw-button small ${look}`, tabindex: '-1', 'data-stop': true, title: label ?? null, 'aria-label': label ?? null }, ...(symbol === null ? [] : [icon(symbol)]));
    button.addEventListener('click', click);
    return button;
  }
}

/** One of the pictures of a thumbnail, placed in it as on the board: what a job left as it was is no part of its picture, and lies below. @param {Under} one @param {Rect} shown World units. @param {string} tilesUrl */
function makePart({ content, world }, shown, tilesUrl) {
  const image = element('img', { src: thumbnailUrl(tilesUrl, content), alt: '', draggable: 'false' });
  // The middle square of what is shown fills the thumbnail.
  const scale = THUMBNAIL_PX / Math.min(shown.width, shown.height);
  const [left, top] = [shown.x + (shown.width - THUMBNAIL_PX / scale) / 2, shown.y + (shown.height - THUMBNAIL_PX / scale) / 2];
  image.style.cssText = `left:${(world.x - left) * scale}px;top:${(world.y - top) * scale}px;width:${world.width * scale}px;height:${world.height * scale}px;${world.rotation === 0 ? '' : `rotate:${world.rotation}deg`}`;
  return image;
}

/** The smallest picture that is still sharp in the strip. @param {string} tilesUrl @param {import('../document/state.js').TileContent} content */
export function thumbnailUrl(tilesUrl, content) {
  // Each level halves the one before.
  const level = Math.max(0, Math.floor(Math.log2(Math.min(content.pixelWidth, content.pixelHeight) / (THUMBNAIL_PX * 2))));
  return `${tilesUrl}/${content.sha256}/${level}.webp`;
}
