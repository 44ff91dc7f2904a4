// @ts-check
// The others' cursors, each with its name in its person's colour. Shown to the eye only: who is here is in the people list.

import { element, KeyedViews, placeAt } from '../overlay/dom.js';
import { glide } from './motion.js';

/** @typedef {import('../geometry/camera.js').Camera} Camera */
/** @typedef {import('../geometry/rect.js').Point} Point */
/** @typedef {import('../sync/connection.js').Person} Person */
/** @typedef {{ root: HTMLElement, at: Point, target: Point, isThere: boolean }} Cursor */

const ARROW = 'M2 1.5 L2 17 L6.2 13 L9 19.5 L12 18.2 L9.2 11.9 L15 11.6 Z';

/** @param {HTMLElement} parent @param {Pick<import('../overlay/model.js').OverlayOptions, 'client' | 'reducedMotion'>} options @returns {import('../overlay/model.js').Overlay} */
export function makeCursors(parent, { client, reducedMotion = false }) {
  const layer = element('div', { class: 'cw-cursors', 'aria-hidden': 'true' });
  parent.append(layer);

  /** @type {KeyedViews<Person, Cursor>} */
  const cursors = new KeyedViews((_, person) => {
    const root = makeCursor(person);
    layer.append(root);
    const at = /** @type {Point} */ (person.presence?.cursor);
    return /** @type {Cursor} */ ({ root, at, target: at, isThere: true });
  }, (cursor) => cursor.root.remove());

  /** @type {readonly Person[] | null} */
  let people = null;
  /** @type {ReadonlyMap<string, Person>} */
  let pointing = new Map();
  /** @type {Camera} */
  let camera = { x: 0, y: 0, zoom: 1 };
  let frame = 0;
  let lastTime = 0;

  return {
    update(model, nextCamera) {
      if (model.people === people && nextCamera === camera)
        return;
      camera = nextCamera;
      if (model.people !== people) {
        people = model.people;
        pointing = new Map(people.filter((person) => person.client !== client && person.presence?.cursor != null).map((person) => [person.client, person]));
      }
      cursors.update(pointing, (cursor, person) => {
        cursor.target = /** @type {Point} */ (person.presence?.cursor);
        if (reducedMotion)
          cursor.at = cursor.target;
        cursor.isThere = cursor.at === cursor.target;
        draw(cursor);
      });
      if (frame === 0 && [...pointing.keys()].some((key) => cursors.get(key)?.isThere === false)) {
        lastTime = performance.now();
        frame = requestAnimationFrame(step);
      }
    },
    destroy() {
      cancelAnimationFrame(frame);
      cursors.destroy();
      layer.remove();
    },
  };

  /** @param {number} time */
  function step(time) {
    const elapsedMs = Math.max(1, time - lastTime);
    lastTime = time;
    let isMoving = false;
    for (const key of pointing.keys()) {
      const cursor = cursors.get(key);
      if (cursor === undefined || cursor.isThere)
        continue;
      Object.assign(cursor, glide(cursor.at, cursor.target, elapsedMs, camera.zoom));
      draw(cursor);
      isMoving ||= !cursor.isThere;
    }
    frame = isMoving ? requestAnimationFrame(step) : 0;
  }

  /** @param {Cursor} cursor */
  function draw({ root, at }) {
    placeAt(root, (at.x - camera.x) * camera.zoom, (at.y - camera.y) * camera.zoom);
  }
}

/** @param {Person} person */
function makeCursor({ name, colour }) {
  const namespace = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(namespace, 'svg');
  svg.setAttribute('viewBox', '0 0 17 21');
  const path = document.createElementNS(namespace, 'path');
  path.setAttribute('d', ARROW);
  svg.append(path);
  const root = element('div', { class: 'cw-cursor' });
  root.style.setProperty('--person', `var(--cw-person-${colour})`);
  root.append(svg, element('span', { class: 'cw-cursor-name' }, name));
  return root;
}
