// @ts-check
// The context menu of a long press or the right button: an ordinary menu, worked by arrows and Escape.

/** @typedef {{label: string, key?: string, action: () => void, isOff?: boolean} | null} MenuEntry  Null is a line. */

/**
 * @param {HTMLElement} parent @param {{x: number, y: number}} at  CSS pixels within the parent. @param {readonly MenuEntry[]} entries @param {string} label
 * @param {() => void} onClose
 * @returns {{destroy(): void}}
 */
export function openMenu(parent, at, entries, label, onClose) {
  const listeners = new AbortController();
  const { signal } = listeners;
  const menu = document.createElement('div');
  menu.className = 'cw-canvas-menu';
  menu.dataset.ownPointer = '';
  menu.setAttribute('role', 'menu');
  menu.setAttribute('aria-label', label);
  const before = document.activeElement;
  for (const entry of entries) {
    if (entry === null) {
      const line = document.createElement('hr');
      line.setAttribute('role', 'separator');
      menu.append(line);
      continue;
    }
    const button = document.createElement('button');
    button.type = 'button';
    button.setAttribute('role', 'menuitem');
    button.tabIndex = -1;
    button.disabled = entry.isOff === true;
    const name = document.createElement('span');
    name.textContent = entry.label;
    button.append(name);
    if (entry.key !== undefined) {
      const key = document.createElement('kbd');
      key.textContent = entry.key;
      button.append(key);
    }
    button.addEventListener('click', () => {
      destroy();
      entry.action();
    }, { signal });
    menu.append(button);
  }
  parent.append(menu);
  menu.style.left = `${Math.max(8, Math.min(at.x, parent.clientWidth - menu.offsetWidth - 8))}px`;
  menu.style.top = `${Math.max(8, Math.min(at.y, parent.clientHeight - menu.offsetHeight - 8))}px`;
  const buttons = () => /** @type {HTMLButtonElement[]} */ ([...menu.querySelectorAll('button:not(:disabled)')]);
  buttons()[0]?.focus({ preventScroll: true });
  menu.addEventListener('keydown', (event) => {
    const all = buttons();
    const index = all.indexOf(/** @type {HTMLButtonElement} */ (document.activeElement));
    if (event.key === 'ArrowDown') all[(index + 1) % all.length]?.focus();
    else if (event.key === 'ArrowUp') all[(index - 1 + all.length) % all.length]?.focus();
    else if (event.key === 'Home') all[0]?.focus();
    else if (event.key === 'End') all[all.length - 1]?.focus();
    else if (event.key === 'Escape' || event.key === 'Tab') destroy();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }, { signal });
  window.addEventListener('pointerdown', (event) => {
    if (!menu.contains(/** @type {Node} */ (event.target))) destroy();
  }, { signal, capture: true });
  window.addEventListener('blur', () => destroy(), { signal });
  let isOpen = true;
  return { destroy };

  function destroy() {
    if (!isOpen) return;
    isOpen = false;
    const hadFocus = menu.contains(document.activeElement);
    listeners.abort();
    menu.remove();
    if (hadFocus && before instanceof HTMLElement) before.focus({ preventScroll: true });
    onClose();
  }
}
