// @ts-check
// Every key of the board. Keys go to whoever has the focus first: a text field keeps its letters, a button its Enter and Space.

/** @typedef {{run: (command: string, args?: object) => unknown, holdSpace: (held: boolean) => void, cancel: () => boolean, nudge: (dx: number, dy: number) => boolean, enter: () => boolean}} Actions */

/** @type {Record<string, [command: string, args?: object]>} */
const plain = {
  v: ['tool', { name: 'select' }], h: ['tool', { name: 'hand' }], f: ['tool', { name: 'frame' }], b: ['tool', { name: 'mask' }], e: ['tool', { name: 'erase' }],
  l: ['tool', { name: 'lasso' }], i: ['tool', { name: 'image' }], n: ['tool', { name: 'note' }],
  m: ['operate', { kind: 'variation' }], x: ['operate', { kind: 'interpolation' }], t: ['operate', { kind: 'textDiff' }], u: ['operate', { kind: 'upscale' }], p: ['operate', { kind: 'replay' }],
  g: ['grid'], s: ['snap'], 1: ['zoom', { to: 'fit' }], 2: ['zoom', { to: 'selection' }], 0: ['zoom', { to: 'actual' }],
  '+': ['zoom', { to: 'in' }], '=': ['zoom', { to: 'in' }], '-': ['zoom', { to: 'out' }], '[': ['brush', { step: -1 }], ']': ['brush', { step: 1 }],
  '{': ['brush', { softer: -1 }], '}': ['brush', { softer: 1 }], delete: ['delete'], backspace: ['delete'], '?': ['shortcuts'],
};

/** @type {Record<string, [command: string, args?: object]>} */
const withCtrl = {
  z: ['undo'], 'shift+z': ['redo'], y: ['redo'], d: ['duplicate'], a: ['selectAll'],
  ']': ['order', { to: 'forward' }], '[': ['order', { to: 'backward' }], 'shift+]': ['order', { to: 'front' }], 'shift+[': ['order', { to: 'back' }],
  'shift+}': ['order', { to: 'front' }], 'shift+{': ['order', { to: 'back' }],
  0: ['zoom', { to: 'actual' }], '+': ['zoom', { to: 'in' }], '=': ['zoom', { to: 'in' }], '-': ['zoom', { to: 'out' }],
};

// By the place of the key and not its letter: with Alt (Option) held, some layouts type another one.
/** @type {Record<string, [command: string, args?: object]>} */
const withAlt = {
  KeyA: ['align', { how: 'left' }], KeyD: ['align', { how: 'right' }], KeyW: ['align', { how: 'top' }], KeyS: ['align', { how: 'bottom' }],
  KeyH: ['align', { how: 'centre' }], KeyV: ['align', { how: 'middle' }],
};

/** @type {Record<string, [number, number]>} */
const arrows = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/**
 * @param {HTMLElement} root @param {Actions} actions
 * @returns {{destroy(): void}}
 */
export function listenToKeys(root, actions) {
  const listeners = new AbortController();
  const { signal } = listeners;
  window.addEventListener('keydown', (event) => {
    if (down(event)) event.preventDefault();
  }, { signal });
  window.addEventListener('keyup', (event) => {
    if (event.key === ' ') actions.holdSpace(false);
  }, { signal });
  // A key that is let go of in another window is never heard of here.
  window.addEventListener('blur', () => actions.holdSpace(false), { signal });
  return { destroy: () => listeners.abort() };

  /** @param {KeyboardEvent} event @returns {boolean} Whether the key meant something here. */
  function down(event) {
    const target = /** @type {Element} */ (event.target instanceof Element ? event.target : document.body);
    if (event.defaultPrevented || event.isComposing || isTyping(target) || document.querySelector('dialog[open], [aria-modal="true"]') !== null) return false;
    // A focused button, link or list beside the canvas keeps the keys that work it.
    const isOurs = target === document.body || target === root || (root.contains(target) && (target.closest('.cw-nodes') !== null || target.closest('button, a, select, [role="menuitem"], [role="radio"], [role="slider"]') === null));
    const ctrl = event.ctrlKey || event.metaKey;
    const key = event.key.toLowerCase();
    if (ctrl) {
      if (event.altKey) return false;
      return runOf(withCtrl[`${event.shiftKey ? 'shift+' : ''}${key}`] ?? (event.shiftKey ? undefined : withCtrl[key]));
    }
    if (event.altKey) return isOurs && !event.shiftKey && runOf(withAlt[event.code]);
    if (key === 'escape') {
      if (!actions.cancel()) actions.run('calm');
      return true;
    }
    const arrow = arrows[event.key];
    if (arrow !== undefined) return isOurs && actions.nudge(arrow[0] * (event.shiftKey ? 10 : 1), arrow[1] * (event.shiftKey ? 10 : 1));
    if (key === 'enter') return isOurs && actions.enter();
    if (key === ' ') {
      if (!isOurs) return false;
      if (!event.repeat) actions.holdSpace(true);
      return true;
    }
    if (event.shiftKey && /^[a-z0-9]$/.test(key)) return false;
    return runOf(plain[key]);
  }

  /** @param {[command: string, args?: object] | undefined} action */
  function runOf(action) {
    if (action === undefined) return false;
    actions.run(action[0], action[1]);
    return true;
  }
}

/** @param {Element} target */
function isTyping(target) {
  if (target instanceof HTMLElement && target.isContentEditable) return true;
  if (target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement) return true;
  return target instanceof HTMLInputElement && !['button', 'checkbox', 'radio', 'range', 'color', 'submit', 'reset', 'file'].includes(target.type);
}
