// @ts-check
// The line from a picture to the one that it shall be blended with, while it is drawn.
import { shownAt, toScreenRect } from '../overlay/model.js';
import { bounds } from '../geometry/transform.js';

const namespace = 'http://www.w3.org/2000/svg';

/** @param {HTMLElement} parent @returns {import('../overlay/model.js').Overlay} */
export function makeLink(parent) {
  const svg = document.createElementNS(namespace, 'svg');
  svg.classList.add('cw-link');
  svg.setAttribute('aria-hidden', 'true');
  const line = document.createElementNS(namespace, 'path');
  const from = document.createElementNS(namespace, 'rect');
  const over = document.createElementNS(namespace, 'rect');
  const end = document.createElementNS(namespace, 'circle');
  end.setAttribute('r', '6');
  svg.append(from, over, line, end);
  svg.style.display = 'none';
  parent.append(svg);
  return {
    update(model, camera) {
      const { link } = model;
      const isOn = link !== null && model.state.isLive(link.from);
      svg.style.display = isOn ? '' : 'none';
      if (!isOn) return;
      const source = toScreenRect(camera, bounds(shownAt(model, link.from)));
      const target = link.over === null ? null : toScreenRect(camera, bounds(shownAt(model, link.over)));
      const to = { x: (link.to.x - camera.x) * camera.zoom, y: (link.to.y - camera.y) * camera.zoom };
      const start = { x: source.x + source.width / 2, y: source.y + source.height / 2 };
      line.setAttribute('d', `M${start.x} ${start.y} L${to.x} ${to.y}`);
      outline(from, source);
      over.style.display = target === null ? 'none' : '';
      if (target !== null) outline(over, target);
      end.setAttribute('cx', String(to.x));
      end.setAttribute('cy', String(to.y));
    },
    destroy() { svg.remove(); },
  };
}

/** @param {SVGRectElement} rect @param {import('../geometry/rect.js').Rect} at_px */
function outline(rect, at_px) {
  for (const side of /** @type {const} */ (['x', 'y', 'width', 'height'])) rect.setAttribute(side, String(at_px[side]));
}
