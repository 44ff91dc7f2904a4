// @ts-check
// The owner's side of a gallery in the browser: putting pictures in order by dragging. What follows from it is the server's.

/** @typedef {{invokeMethodAsync(name: string, ...args: unknown[]): Promise<unknown>}} Bridge A DotNetObjectReference. */

const begins_px = 6;

/**
 * @param {HTMLElement} root The page. @param {Bridge} bridge
 * @returns {{destroy(): void}}
 */
export function open(root, bridge) {
  const off = new AbortController();
  listenToDrags(root, bridge, off.signal);
  return { destroy: () => off.abort() };
}

/** @param {string} selector */
export function focus(selector) {
  /** @type {HTMLElement | null} */ (document.querySelector(selector))?.focus();
}

/** @param {HTMLElement} root @param {Bridge} bridge @param {AbortSignal} signal */
function listenToDrags(root, bridge, signal) {
  /** @type {{item: HTMLElement, pointer: number, x: number, y: number, isMoving: boolean, ghost: HTMLElement | null, target: HTMLElement | null, isAfter: boolean} | null} */
  let drag = null;

  root.addEventListener('pointerdown', (event) => {
    const target = /** @type {Element} */ (event.target);
    const item = /** @type {HTMLElement | null} */ (target.closest('[data-item]'));
    // A finger scrolls on the picture and drags by the grip; a mouse drags the picture.
    const isHeld = target.closest('[data-grip]') !== null || (event.pointerType === 'mouse' && target.closest('button, input') === null);
    if (item === null || !isHeld || event.button !== 0) return;
    if (target.closest('[data-grip]') !== null) event.preventDefault();
    drag = { item, pointer: event.pointerId, x: event.clientX, y: event.clientY, isMoving: false, ghost: null, target: null, isAfter: false };
  }, { signal });

  window.addEventListener('pointermove', (event) => {
    if (drag === null || event.pointerId !== drag.pointer) return;
    if (!drag.isMoving) {
      if (Math.hypot(event.clientX - drag.x, event.clientY - drag.y) < begins_px) return;
      drag.isMoving = true;
      drag.ghost = ghostOf(drag.item);
      drag.item.classList.add('is-dragged');
      document.body.classList.add('cwk-dragging');
    }
    event.preventDefault();
    if (drag.ghost !== null) drag.ghost.style.translate = `${event.clientX - drag.x}px ${event.clientY - drag.y}px`;
    mark(event.clientX, event.clientY);
    // Near an edge the page comes along.
    const edge = event.clientY < 80 ? -12 : event.clientY > innerHeight - 80 ? 12 : 0;
    if (edge !== 0) scrollBy(0, edge);
  }, { signal });

  window.addEventListener('pointerup', (event) => {
    if (drag === null || event.pointerId !== drag.pointer) return;
    const { item, target, isAfter, isMoving } = drag;
    const all = [...root.querySelectorAll('[data-item]')];
    end();
    if (!isMoving || target === null || target === item) return;
    const from = all.indexOf(item);
    // The place counts without the picture that is moved.
    let place = all.indexOf(target) + (isAfter ? 1 : 0);
    if (from < place) place--;
    if (place !== from) void bridge.invokeMethodAsync('OnMoved', item.dataset.item, place).catch(() => {});
  }, { signal });
  window.addEventListener('pointercancel', end, { signal });
  window.addEventListener('keydown', (event) => { if (event.key === 'Escape') end(); }, { signal });
  signal.addEventListener('abort', end);

  /** @param {number} x @param {number} y */
  function mark(x, y) {
    if (drag === null) return;
    const over = /** @type {HTMLElement | null} */ (document.elementsFromPoint(x, y).find((one) => one.closest('[data-item]') !== null)?.closest('[data-item]') ?? null);
    drag.target?.classList.remove('is-before', 'is-after');
    drag.target = over;
    if (over === null || over === drag.item) return;
    const box = over.getBoundingClientRect();
    drag.isAfter = x > box.left + box.width / 2;
    over.classList.add(drag.isAfter ? 'is-after' : 'is-before');
  }

  function end() {
    if (drag === null) return;
    drag.ghost?.remove();
    drag.item.classList.remove('is-dragged');
    drag.target?.classList.remove('is-before', 'is-after');
    document.body.classList.remove('cwk-dragging');
    drag = null;
  }
}

/** @param {HTMLElement} item */
function ghostOf(item) {
  const picture = item.querySelector('img');
  const box = (picture ?? item).getBoundingClientRect();
  const ghost = document.createElement('div');
  ghost.className = 'cwk-ghost';
  Object.assign(ghost.style, { left: `${box.left}px`, top: `${box.top}px`, width: `${box.width}px`, height: `${box.height}px` });
  if (picture !== null) ghost.append(picture.cloneNode());
  document.body.append(ghost);
  return ghost;
}
