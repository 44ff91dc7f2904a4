// @ts-check
// What is shown over a picture on the board while somebody works on it: the newest sketch, or a frame of the film of its making. Local.
import { element, placeAt, setSize } from '../overlay/dom.js';
import { shownAt } from '../overlay/model.js';

/** @typedef {import('../overlay/model.js').OverlayModel} OverlayModel */
/** @typedef {import('./operations.js').Operation} Operation */
/** @typedef {import('../geometry/camera.js').Camera} Camera */

const fadeMs = 120;
/** For whoever measures (tests/e2e). */
export const SKETCH_MARK = 'cw-sketch-painted';

/** @param {HTMLElement} parent @param {{reducedMotion: boolean}} options @returns {import('../overlay/model.js').Overlay} */
export function makeOver(parent, { reducedMotion }) {
  const layer = element('div', { class: 'cw-over' });
  parent.append(layer);
  /** @type {HTMLElement | null} */ let root = null;
  /** @type {Operation | null} */ let shown = null;
  let url = '';
  /** @type {OverlayModel | null} */ let last = null;
  /** @type {Camera | null} */ let lastCamera = null;

  return {
    update(model, camera) {
      if (last === model && lastCamera === camera) return;
      last = model;
      lastCamera = camera;
      const { operation } = model;
      const isNeeded = operation !== null && model.state.isShown(operation.tiles[0]) && (operation.sketch.url !== null || (operation.kind === 'replay' && operation.description?.film != null));
      if (!isNeeded || operation === null) return clear();
      if (root === null || shown?.id !== operation.id) {
        clear();
        root = element('div', { class: 'cw-over-picture', 'aria-hidden': 'true', 'data-operation': operation.kind });
        layer.append(root);
      }
      const at = shownAt(model, operation.tiles[0]);
      placeAt(root, (at.x - camera.x) * camera.zoom, (at.y - camera.y) * camera.zoom);
      root.style.rotate = at.rotation === 0 ? '' : `${at.rotation}deg`;
      setSize(root, 'width', at.width * camera.zoom);
      setSize(root, 'height', at.height * camera.zoom);
      root.hidden = operation.isPeeking || (operation.kind === 'replay' && operation.step === null);
      if (operation.kind === 'replay') showFilm(root, operation, model);
      else if (operation.sketch.url !== null && operation.sketch.url !== url) showSketch(root, operation.sketch.url, operation.sketch.askedAtMs);
      shown = operation;
    },
    destroy() { layer.remove(); },
  };

  function clear() {
    root?.remove();
    root = null;
    shown = null;
    url = '';
  }

  /** @param {HTMLElement} into @param {string} next @param {number} askedAtMs */
  function showSketch(into, next, askedAtMs) {
    url = next;
    const image = element('img', { alt: '', src: next, draggable: 'false' });
    image.decode().then(() => {
      // A newer one was quicker, or nobody waits any more.
      if (url !== next || root !== into) return;
      const before = [...into.querySelectorAll('img')];
      into.append(image);
      into.dataset.sketch = String(Number(into.dataset.sketch ?? 0) + 1);
      setTimeout(() => before.forEach((one) => one.remove()), reducedMotion ? 0 : fadeMs);
      requestAnimationFrame(() => requestAnimationFrame(() => {
        performance.clearMarks(SKETCH_MARK);
        performance.mark(SKETCH_MARK, { detail: { askedAtMs, paintedAtMs: Date.now() } });
      }));
    }, () => {});
  }
}

/** @param {HTMLElement} root @param {Operation} operation @param {OverlayModel} model */
function showFilm(root, { description, step, tiles }, model) {
  const film = description?.film;
  const node = model.state.find(tiles[0]);
  if (film == null || node?.kind !== 'tile') return;
  let strip = /** @type {HTMLElement | null} */ (root.firstElementChild);
  if (strip === null) {
    // All of what the model painted; the tile may be only a part of that.
    strip = element('div', { class: 'cw-over-film' });
    const { picture } = film;
    strip.style.cssText = `width:${film.width / picture.width * 100}%;height:${film.height / picture.height * 100}%;left:${-picture.x / picture.width * 100}%;top:${-picture.y / picture.height * 100}%;`
      + `background-image:url("/jobs/${node.content.job}/results/${node.content.image ?? 0}/film.webp");background-size:${film.frames * 100}% 100%`;
    root.append(strip);
  }
  strip.style.backgroundPosition = `${film.frames > 1 ? ((step ?? film.frames) - 1) / (film.frames - 1) * 100 : 0}% 0`;
}
