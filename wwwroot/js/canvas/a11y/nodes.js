// @ts-check
// A button in the page for each frame, picture and note: what makes the canvas walkable by Tab and speakable. They take no pointer (the
// canvas below does) and paint nothing but the focus ring; arrow keys and shortcuts are the tools' concern.
//
// All buttons lie in one layer in world units, which alone gets the camera's transform: panning writes one style whatever the board holds.

import { sameTransform } from '../geometry/transform.js';
import { element, setAttribute } from '../overlay/dom.js';
import { isAtWork, isStaged, jobsToShow, shownAt } from '../overlay/model.js';
import { wordsOf } from '../overlay/text.js';

/** @typedef {import('../overlay/model.js').OverlayModel} OverlayModel */
/** @typedef {import('../overlay/model.js').Job} Job */
/** @typedef {import('../document/state.js').BoardNode} BoardNode */
/** @typedef {import('../geometry/transform.js').Transform} Transform */
/** @typedef {{ button: HTMLButtonElement, node: BoardNode | null, job: Job | undefined, made: Job | undefined, at: Transform | null }} Entry */

// Past this many the nearest to the top left are walked; nobody tabs through thousands, and the layers panel lists them all.
const MAX_NODES = 600;
const NAME_LENGTH = 80;

/**
 * @param {HTMLElement} parent
 * @param {Pick<import('../overlay/model.js').OverlayOptions, 'text' | 'run'> & { onFocus?: (id: string) => void }} options `onFocus`: the keyboard has come to a node: select it and bring it into view.
 * @returns {import('../overlay/model.js').Overlay & { focus(id: string): boolean }}
 */
export function makeNodes(parent, options) {
  const words = wordsOf(options.text);
  const layer = element('div', { class: 'cw-nodes', role: 'group', 'aria-label': words('CanvasContents') });
  parent.append(layer);

  /** @type {Map<string, Entry>} */
  const entries = new Map();
  /** @type {OverlayModel | null} */
  let shown = null;
  let zoom = 0;
  /** @type {import('../geometry/camera.js').Camera | null} */
  let lastCamera = null;
  const listeners = new AbortController();
  layer.addEventListener('focusin', (event) => {
    const id = idOf(event.target);
    scaleRing(event.target);
    if (id !== null)
      options.onFocus?.(id);
  }, { signal: listeners.signal });
  layer.addEventListener('click', (event) => {
    const id = idOf(event.target);
    if (id !== null)
      options.run('select', { ids: [id] });
  }, { signal: listeners.signal });

  return { update, destroy, focus };

  /** @param {OverlayModel} model @param {import('../geometry/camera.js').Camera} camera */
  function update(model, camera) {
    if (camera !== lastCamera) {
      lastCamera = camera;
      zoom = camera.zoom;
      layer.style.transform = `scale(${camera.zoom}) translate(${-camera.x}px, ${-camera.y}px)`;
      if (document.activeElement instanceof HTMLElement && layer.contains(document.activeElement))
        scaleRing(document.activeElement);
    }
    const before = shown;
    shown = model;
    if (before !== null && before.state === model.state && before.jobs === model.jobs && before.selection === model.selection && before.drafts === model.drafts)
      return;
    const isSameSet = before !== null && before.state.layerIds() === model.state.layerIds();
    const jobs = jobsToShow(model.jobs);
    const byId = new Map(model.jobs.map((job) => [job.id, job]));
    const ids = isSameSet ? [...entries.keys()] : walkable(model);
    if (!isSameSet)
      removeAllBut(new Set(ids));
    for (const id of ids)
      write(id, model, jobs.get(id), byId);
    if (before === null || before.state !== model.state)
      arrange();
  }

  /** @param {string} id @param {OverlayModel} model @param {Job | undefined} job @param {ReadonlyMap<string, Job>} byId */
  function write(id, model, job, byId) {
    const node = model.state.find(id);
    if (node === undefined)
      return;
    let entry = entries.get(id);
    if (entry === undefined) {
      entry = { button: element('button', { type: 'button', class: 'cw-node', 'data-node': id }), node: null, job: undefined, made: undefined, at: null };
      entries.set(id, entry);
      layer.append(entry.button);
    }
    const at = shownAt(model, id);
    if (entry.at === null || !sameTransform(entry.at, at)) {
      entry.at = at;
      entry.button.style.cssText = `left:${at.x}px;top:${at.y}px;width:${at.width}px;height:${at.height}px;rotate:${at.rotation}deg`;
      if (document.activeElement === entry.button)
        scaleRing(entry.button);
    }
    const made = node.kind === 'tile' && node.content.job !== undefined ? byId.get(node.content.job) : undefined;
    if (entry.node !== node || entry.job !== job || entry.made !== made || !entry.button.hasAttribute('aria-label')) {
      entry.node = node;
      entry.job = job;
      entry.made = made;
      setAttribute(entry.button, 'aria-label', labelOf(words, node, job, made));
    }
    setAttribute(entry.button, 'aria-pressed', String(model.selection.has(id)));
  }

  /** @param {ReadonlySet<string>} ids */
  function removeAllBut(ids) {
    for (const [id, entry] of entries) {
      if (!ids.has(id)) {
        entries.delete(id);
        entry.button.remove();
      }
    }
  }

  // Tab goes as one reads: from the top, from the left. The button that has the focus stays where it is: moving it would take the focus away.
  function arrange() {
    let next = layer.firstElementChild;
    for (const { button } of inReadingOrder(entries.values())) {
      if (button === next)
        next = next.nextElementSibling;
      else if (button !== document.activeElement)
        layer.insertBefore(button, next);
    }
  }

  // Two pixels on the screen, whatever the zoom.
  /** @param {EventTarget | null} target */
  function scaleRing(target) {
    if (target instanceof HTMLElement && target !== layer)
      target.style.setProperty('--ring', `${2 / zoom}px`);
  }

  /** @param {string} id */
  function focus(id) {
    const button = entries.get(id)?.button;
    button?.focus({ preventScroll: true });
    return button !== undefined;
  }

  function destroy() {
    listeners.abort();
    layer.remove();
    entries.clear();
  }
}

/** What a screen reader says of a node: "Frame, a red ball, finished". @param {(key: string, values?: Record<string, string | number>) => string} words @param {BoardNode} node @param {Job | undefined} job @param {Job} [made]  The job that a picture came of, as far as it is known here. @returns {string} */
export function labelOf(words, node, job, made) {
  const kind = words(node.kind === 'frame' ? 'NodeFrame' : node.kind === 'note' ? 'NodeNote' : 'NodeTile');
  const name = (node.style.value.name ?? (node.kind === 'frame' ? node.settings.value.prompt : node.kind === 'note' ? node.text.value : made === undefined ? '' : madeOf(words, made))).trim().slice(0, NAME_LENGTH);
  const label = name === '' ? kind : words('NodeNamed', { kind, name });
  const state = job === undefined ? null
    : isAtWork(job) ? words(job.state === 'queued' ? 'StateQueued' : 'StateRunning')
    : isStaged(job) ? words('StateStaged', { count: job.results.length })
    : job.state === 'failed' ? words('StateFailed') : null;
  return state === null ? label : words('NodeWithState', { label, state });
}

/** What a picture was made from: its words, or what was done where there were none. @param {(key: string) => string} words @param {Job} job @returns {string} */
const madeOf = (words, { settings, operation }) => (settings.prompt ?? '').trim() || (operation?.kind === 'interpolation' ? words('NodeBlend') : operation?.kind === 'upscale' ? words('NodeLarger') : '');

/** @param {OverlayModel} model @returns {string[]} */
function walkable(model) {
  const ids = model.state.layerIds().filter((id) => model.state.find(id)?.kind !== 'group' && model.state.isShown(id));
  if (ids.length <= MAX_NODES)
    return ids;
  const places = new Map(ids.map((id) => [id, model.state.worldTransform(id)]));
  const at = (/** @type {string} */ id) => /** @type {Transform} */ (places.get(id));
  return ids.sort((a, b) => at(a).y - at(b).y || at(a).x - at(b).x).slice(0, MAX_NODES);
}

/**
 * As one reads: in rows from the top, each from the left. Things that begin in the upper half of the first of a row are in that row.
 * @template {{ at: Transform | null }} T @param {Iterable<T>} things Those without a place come first. @returns {T[]}
 */
export function inReadingOrder(things) {
  const top = (/** @type {T} */ thing) => thing.at?.y ?? -Infinity, left = (/** @type {T} */ thing) => thing.at?.x ?? -Infinity;
  const byTop = [...things].sort((a, b) => top(a) - top(b) || left(a) - left(b));
  /** @type {T[]} */
  const order = [];
  for (let from = 0; from < byTop.length;) {
    const middle = top(byTop[from]) + (byTop[from].at?.height ?? 0) / 2;
    let to = from + 1;
    while (to < byTop.length && top(byTop[to]) < middle)
      to++;
    order.push(...byTop.slice(from, to).sort((a, b) => left(a) - left(b)));
    from = to;
  }
  return order;
}

/** @param {EventTarget | null} target */
const idOf = (target) => (target instanceof HTMLElement ? target.dataset.node ?? null : null);
