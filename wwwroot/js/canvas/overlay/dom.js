// @ts-check
// Making elements and keeping them in step with a list, without writing what is there already.

/**
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag @param {Record<string, string | boolean | null>} [attributes] True writes an empty one; false and null none. @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes))
    setAttribute(made, name, value);
  made.append(...children);
  return made;
}

/** @param {Element} target @param {string} name @param {string | boolean | null} value */
export function setAttribute(target, name, value) {
  if (value === null || value === false)
    target.removeAttribute(name);
  else if (target.getAttribute(name) !== (value === true ? '' : value))
    target.setAttribute(name, value === true ? '' : value);
}

/** @param {Node} target @param {string} text */
export function setText(target, text) {
  if (target.textContent !== text)
    target.textContent = text;
}

/** A Material Symbol; says nothing to a screen reader. @param {string} name */
export const icon = (name) => element('span', { class: 'cw-icon', 'aria-hidden': 'true' }, name);

/** Puts an element's top left corner there. Through a transform, so that panning lays nothing out again. @param {HTMLElement | SVGElement} target @param {number} x_px @param {number} y_px */
export function placeAt(target, x_px, y_px) {
  const transform = `translate(${x_px.toFixed(2)}px, ${y_px.toFixed(2)}px)`;
  if (target.style.transform !== transform)
    target.style.transform = transform;
}

/** @param {HTMLElement} target @param {'width' | 'height'} side @param {number} value_px */
export function setSize(target, side, value_px) {
  const size = `${value_px.toFixed(2)}px`;
  if (target.style[side] !== size)
    target.style[side] = size;
}

/**
 * One view for each key: made when the key appears, updated while it is there, destroyed when it is gone.
 * @template T, V
 */
export class KeyedViews {
  /** @type {Map<string, V>} */
  #views = new Map();
  #make;
  #destroy;

  /** @param {(key: string, item: T) => V} make @param {(view: V) => void} destroy */
  constructor(make, destroy) {
    this.#make = make;
    this.#destroy = destroy;
  }

  /** @param {ReadonlyMap<string, T>} items @param {(view: V, item: T, key: string) => void} update */
  update(items, update) {
    for (const [key, view] of this.#views) {
      if (!items.has(key)) {
        this.#views.delete(key);
        this.#destroy(view);
      }
    }
    for (const [key, item] of items) {
      let view = this.#views.get(key);
      if (view === undefined)
        this.#views.set(key, view = this.#make(key, item));
      update(view, item, key);
    }
  }

  /** @param {string} key @returns {V | undefined} */
  get(key) {
    return this.#views.get(key);
  }

  destroy() {
    this.update(new Map(), () => {});
  }
}
