// @ts-check
// Where the pictures of an operation will lie, before they are there; and which of them is looked at.
import { element, KeyedViews, placeAt, setAttribute, setSize } from '../overlay/dom.js';
import { toScreenRect } from '../overlay/model.js';

/** @typedef {import('./slots.js').Slot} Slot */

/** @param {HTMLElement} parent @returns {import('../overlay/model.js').Overlay} */
export function makeSlotMarks(parent) {
  const layer = element('div', { class: 'cw-slots', 'aria-hidden': 'true' });
  parent.append(layer);
  /** @type {KeyedViews<Slot, HTMLDivElement>} */
  const marks = new KeyedViews((key) => {
    const mark = element('div', { class: 'cw-slot', 'data-slot': key });
    layer.append(mark);
    return mark;
  }, (mark) => mark.remove());
  /** @type {object | null} */ let last = null;
  /** @type {object | null} */ let lastCamera = null;
  return {
    update(model, camera) {
      if (last === model && lastCamera === camera) return;
      last = model;
      lastCamera = camera;
      const shown = [...model.slots].filter(([frameId]) => model.state.isShown(frameId)).flatMap(([, slots]) => slots);
      marks.update(new Map(shown.map((slot) => [slot.key, slot])), (mark, { rect, image, candidate }) => {
        const at = toScreenRect(camera, rect);
        placeAt(mark, at.x, at.y);
        setSize(mark, 'width', at.width);
        setSize(mark, 'height', at.height);
        setAttribute(mark, 'data-image', String(image));
        setAttribute(mark, 'data-state', candidate === null ? 'coming' : model.shownCandidates.get(candidate.job) === image ? 'current' : 'there');
      });
    },
    destroy() {
      marks.destroy();
      layer.remove();
    },
  };
}
