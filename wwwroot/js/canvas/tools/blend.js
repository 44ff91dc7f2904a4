// @ts-check
// Draws a line from one picture to another: the two are blended. With a picture selected beforehand one press on the other is enough.
import { hasMoved } from './select.js';

/** @typedef {import('../view/stage.js').Stage} Stage */
/** @typedef {import('./tool.js').ToolEvent} ToolEvent */

/** @param {Stage} stage @param {{onChosen: (tiles: [string, string]) => void}} options @returns {import('./tool.js').Tool} */
export function blendTool(stage, options) {
  /** @type {string | null} */ let from = null;
  /** @type {ToolEvent | null} */ let start = null;

  return {
    name: 'blend',
    cursor: 'crosshair',
    enter() {
      const tiles = stage.selected.filter((item) => item.node.kind === 'tile');
      from = tiles.length === 1 ? tiles[0].id : null;
      if (from !== null) show(tiles[0].bounds.x + tiles[0].bounds.width, tiles[0].bounds.y + tiles[0].bounds.height / 2, null);
    },
    hover(event) {
      follow(event);
      return pick(event) === null ? 'crosshair' : 'pointer';
    },
    down(event) {
      const id = pick(event);
      start = event;
      if (from === null && id !== null) {
        from = id;
        stage.select([id]);
      }
      follow(event);
    },
    move: follow,
    up(event) {
      const id = pick(event);
      if (from !== null && id !== null && id !== from) return options.onChosen([from, id]);
      // A line that was drawn to nowhere means nothing; a press on nothing leaves things as they are.
      if (start !== null && hasMoved(start, event) && id === null) from = null;
      start = null;
      follow(event);
    },
    cancel() {
      start = null;
    },
    leave() {
      from = null;
      start = null;
      stage.live.link = null;
      stage.invalidate();
    },
    // By keyboard one goes to the other picture by Tab, which selects it.
    key(key) {
      if (key !== 'Enter') return false;
      const [item] = stage.selected;
      if (item?.node.kind !== 'tile' || stage.selected.length !== 1) return true;
      if (from === null) {
        from = item.id;
        show(item.bounds.x + item.bounds.width, item.bounds.y + item.bounds.height / 2, null);
      } else if (item.id !== from) options.onChosen([from, item.id]);
      return true;
    },
  };

  /** @param {ToolEvent} event */
  function follow(event) {
    if (from === null) stage.live.link = null;
    else show(event.world.x, event.world.y, pick(event));
    stage.invalidate();
  }

  /** @param {number} x @param {number} y @param {string | null} over */
  function show(x, y, over) {
    stage.live.link = { from: /** @type {string} */ (from), to: { x, y }, over: over === from ? null : over };
    stage.invalidate();
  }

  /** @param {ToolEvent} event */
  function pick(event) {
    const item = stage.scene.hitTest(event.world, stage.px(event.pointerType === 'touch' ? 14 : 5), (one) => one.node.kind === 'tile' && !one.locked);
    return item?.id ?? null;
  }
}
