// @ts-check
// A live gallery: the real canvas, opened to look. Follows what happens on the board until the guest moves the view themselves.
import { openBoard } from '../canvas/board.js';

const page = /** @type {HTMLElement | null} */ (document.querySelector('[data-live]'));
if (page !== null) void watch(page);

/**
 * @param {HTMLElement} page
 * @returns {Promise<{destroy(): void}>}
 */
export async function watch(page) {
  const { token = '', text = '{}' } = page.dataset;
  const part = (/** @type {string} */ name) => /** @type {HTMLElement} */ (page.querySelector(`[data-live-${name}]`));
  const [canvas, status, level, empty] = [part('canvas'), part('status'), part('level'), part('empty')];
  let isLoaded = false;
  let isTouched = false;
  let hasEnded = false;
  const off = new AbortController();
  const { signal } = off;
  /** @type {import('../canvas/board.js').BoardHandle | null} */ let board = null;

  const say = (/** @type {'opening' | 'live' | 'offline'} */ state) => {
    if (status.dataset.state === state) return;
    status.dataset.state = state;
    status.textContent = status.dataset[state] ?? '';
  };
  const fit = () => board?.run('zoom', { to: 'fit' });
  const destroy = () => {
    hasEnded = true;
    off.abort();
    board?.destroy();
    board = null;
  };
  const end = () => {
    destroy();
    page.replaceChildren(part('gone'));
    part('gone').hidden = false;
    /** @type {HTMLElement | null} */ (page.querySelector('[data-live-gone] h1'))?.focus();
  };

  /** @type {import('../canvas/board.js').Bridge} */
  const bridge = {
    async invokeMethodAsync(name, ...args) {
      if (name === 'OnEnded') end();
      else if (name === 'OnLoaded') isLoaded = true;
      else if (name === 'OnBoardState') {
        const state = /** @type {{saved: string, zoom: number, empty: boolean}} */ (args[0]);
        say(!isLoaded ? 'opening' : state.saved === 'offline' ? 'offline' : 'live');
        level.textContent = new Intl.NumberFormat(document.documentElement.lang, { style: 'percent' }).format(state.zoom);
        empty.hidden = !state.empty;
        if (!isTouched) fit();
      }
    },
  };

  const opened = await openBoard(canvas, {
    boardId: token, hubUrl: `/g/${token}/live`, tilesUrl: `/g/${token}/t`, uploadsUrl: '', role: 'viewer', watch: true, text: JSON.parse(text),
    reducedMotion: matchMedia('(prefers-reduced-motion: reduce)').matches,
  }, bridge);
  if (hasEnded) {
    opened.destroy();
    return { destroy };
  }
  board = opened;
  board.run('insets', { left: 16, top: 56, right: 16, bottom: 72 });

  // Whoever has taken the view in hand keeps it.
  for (const kind of ['pointerdown', 'wheel']) canvas.addEventListener(kind, () => { isTouched = true; }, { passive: true, signal });
  window.addEventListener('keydown', (event) => { if (/^(Arrow|[+=\-0]$)/.test(event.key)) isTouched = true; }, { signal });
  page.addEventListener('click', (event) => {
    const to = event.target instanceof Element ? event.target.closest('button')?.dataset.zoom : undefined;
    if (to === undefined) return;
    isTouched = to !== 'fit';
    board?.run('zoom', { to });
  }, { signal });
  return { destroy };
}
