// @ts-check
// The design's colours for the canvas: read from the CSS variables of the page, again when the theme changes.

/** @typedef {{canvas: string, panel: string, panel2: string, text: string, muted: string, hairline: string, accent: string, select: string, grid: string, skeleton: string, warning: string, font: string, isDark: boolean}} Palette */

/** @param {Element} element @returns {Palette} */
export function readPalette(element) {
  const style = getComputedStyle(element);
  /** @type {(name: string, fallback: string) => string} */
  const value = (name, fallback) => style.getPropertyValue(name).trim() || fallback;
  const canvas = value('--cw-canvas', '#131418');
  return {
    canvas,
    panel: value('--cw-panel', '#1c1e24'),
    panel2: value('--cw-panel-2', '#262931'),
    text: value('--cw-text', '#eceef2'),
    muted: value('--cw-text-muted', '#a0a5b1'),
    hairline: value('--cw-hairline', 'rgb(236 238 242 / 0.1)'),
    accent: value('--cw-accent', '#e4572e'),
    select: value('--cw-focus', '#7db0ff'),
    grid: value('--cw-grid', 'rgb(236 238 242 / 0.08)'),
    skeleton: value('--cw-skeleton', 'rgb(236 238 242 / 0.08)'),
    warning: value('--cw-warning', '#e8b04a'),
    font: value('--cw-font', 'system-ui, sans-serif'),
    isDark: luminance(canvas) < 0.5,
  };
}

/**
 * Calls back when the system's or the person's theme changes.
 * @param {() => void} onChange
 * @returns {{destroy(): void}}
 */
export function watchTheme(onChange) {
  const system = matchMedia('(prefers-color-scheme: dark)');
  const observer = new MutationObserver(onChange);
  system.addEventListener('change', onChange);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme', 'class', 'style'] });
  return {
    destroy() {
      system.removeEventListener('change', onChange);
      observer.disconnect();
    },
  };
}

/** Red, green, blue of a CSS colour, 0 to 255. @param {string} colour @returns {[number, number, number]} */
export function rgb(colour) {
  const context = /** @type {OffscreenCanvasRenderingContext2D} */ (new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true }));
  context.fillStyle = colour;
  context.fillRect(0, 0, 1, 1);
  const [red, green, blue] = context.getImageData(0, 0, 1, 1).data;
  return [red, green, blue];
}

/** @param {string} colour */
function luminance(colour) {
  const [red, green, blue] = rgb(colour);
  return (0.2126 * red + 0.7152 * green + 0.0722 * blue) / 255;
}
