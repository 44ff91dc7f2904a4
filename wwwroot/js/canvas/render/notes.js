// @ts-check
// Notes on the board: paper in a quiet colour with the text set as notes/look.js says, so that nothing jumps when the editor opens over it.
import { NOTE_FONT, NOTE_FONT_SIZE, NOTE_LINE_HEIGHT, NOTE_PADDING } from '../notes/look.js';
import { sinCos } from '../geometry/angle.js';

/** @typedef {import('../view/scene.js').Item} Item */
/** @typedef {{text: string, width: number, lines: string[]}} Layout */

// Names that ops carry (NodeStyle.Colour), as the colour of the paper by day and by night.
/** @type {Record<string, readonly [string, string]>} */
const papers = {
  amber: ['#fdf0c8', '#4a3d17'], rose: ['#fbdfe3', '#4b2630'], sky: ['#dcecfb', '#1f3950'], mint: ['#dbf2e3', '#1d4231'], violet: ['#e9e2fb', '#37294f'], grey: ['#ececea', '#33353c'],
};
const smallest_px = 3;

/** The colour of a note's paper. @param {import('../document/state.js').BoardNode} node @param {import('./palette.js').Palette} palette */
export function paperOf(node, palette) {
  const [day, night] = papers[node.style.value.colour ?? 'amber'] ?? papers.amber;
  return palette.isDark ? night : day;
}

/** Text layouts by note, made anew when its text or width changes. */
export class NotePictures {
  /** @type {Map<string, Layout>} */ #layouts = new Map();

  /**
   * @param {CanvasRenderingContext2D} context  In device pixels. @param {Item} item @param {{x: number, y: number, zoom: number}} camera @param {number} ratio
   * @param {import('./palette.js').Palette} palette @param {boolean} isEditing  Then the field over it shows the text.
   */
  draw(context, item, camera, ratio, palette, isEditing) {
    if (item.node.kind !== 'note') return;
    const { world } = item;
    const scale = camera.zoom * ratio;
    const { sin, cos } = sinCos(world.rotation);
    const [cx, cy] = [(world.x + world.width / 2 - camera.x) * scale, (world.y + world.height / 2 - camera.y) * scale];
    context.setTransform(cos * scale, sin * scale, -sin * scale, cos * scale, cx - (cos * world.width - sin * world.height) / 2 * scale, cy - (sin * world.width + cos * world.height) / 2 * scale);
    context.globalAlpha = item.opacity;
    context.fillStyle = paperOf(item.node, palette);
    context.beginPath();
    context.roundRect(0, 0, world.width, world.height, Math.min(6, world.width / 8));
    context.fill();
    if (!isEditing && NOTE_FONT_SIZE * camera.zoom >= smallest_px) {
      context.fillStyle = palette.isDark ? '#f3f1ea' : '#26241d';
      context.font = `${NOTE_FONT_SIZE}px ${NOTE_FONT}`;
      context.textBaseline = 'middle';
      context.textAlign = 'left';
      const { lines } = this.#layout(context, item.id, item.node.text.value, world.width - 2 * NOTE_PADDING);
      const room = Math.floor((world.height - 2 * NOTE_PADDING) / NOTE_LINE_HEIGHT + 0.2);
      lines.slice(0, Math.max(1, room)).forEach((line, i) => context.fillText(i === room - 1 && lines.length > room ? `${line.slice(0, -1)}…` : line, NOTE_PADDING, NOTE_PADDING + (i + 0.5) * NOTE_LINE_HEIGHT));
    }
    context.globalAlpha = 1;
    context.setTransform(1, 0, 0, 1, 0, 0);
  }

  /** @param {CanvasRenderingContext2D} context @param {string} id @param {string} text @param {number} width @returns {Layout} */
  #layout(context, id, text, width) {
    const known = this.#layouts.get(id);
    if (known !== undefined && known.text === text && known.width === width) return known;
    if (this.#layouts.size > 1_000) this.#layouts.clear();
    const layout = { text, width, lines: wrap(text, width, (part) => context.measureText(part).width) };
    this.#layouts.set(id, layout);
    return layout;
  }
}

/**
 * Breaks a text as a text field does: at spaces, inside a word only where it is wider than a line, and at its own line ends.
 * @param {string} text @param {number} width @param {(part: string) => number} measure
 * @returns {string[]}
 */
export function wrap(text, width, measure) {
  /** @type {string[]} */ const lines = [];
  for (const paragraph of text.split('\n')) {
    let line = '';
    for (const word of paragraph.split(/(?<=\s)/)) {
      if (measure((line + word).trimEnd()) <= width || (line === '' && word.length <= 1)) {
        line += word;
        continue;
      }
      if (line !== '') lines.push(line.trimEnd());
      line = '';
      for (const letter of word) {
        if (line !== '' && measure(line + letter) > width) {
          lines.push(line);
          line = '';
        }
        line += letter;
      }
    }
    lines.push(line.trimEnd());
  }
  return lines;
}
