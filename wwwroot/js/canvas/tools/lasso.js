// @ts-check
// Masks what is drawn around.
import { maskStroke } from '../document/ops.js';
import { lassoStroke } from '../mask/painting.js';
import { maskSpace } from '../mask/target.js';
import { maskTarget } from './mask.js';

/** @typedef {import('../view/stage.js').Stage} Stage */
/** @typedef {import('./tool.js').Tool} Tool */

/** @param {Stage} stage @returns {Tool} */
export function lassoTool(stage) {
  /** @type {import('../view/scene.js').Item | null} */ let item = null;
  let erase = false;

  return {
    name: 'lasso',
    cursor: 'crosshair',
    hover(event) {
      stage.live.hover = maskTarget(stage, event)?.id ?? null;
      stage.invalidate();
    },
    down(event) {
      item = maskTarget(stage, event);
      if (item === null) {
        stage.notify({ kind: 'info', text: stage.text('MaskNeedsTarget', 'Paint on a picture or a frame.') });
        return;
      }
      if (!stage.selection.has(item.id) && !stage.selection.has(item.outermost)) stage.select([item.id]);
      erase = event.alt;
      stage.live.lasso = [event.world];
      stage.live.isDragging = true;
    },
    move(event) {
      if (stage.live.lasso === null) return;
      stage.live.lasso.push(...event.samples.map(({ x, y }) => ({ x, y })));
      stage.invalidate();
    },
    up() {
      const path = stage.live.lasso;
      const target = item === null ? undefined : stage.scene.find(item.id);
      clear();
      if (path === null || target === undefined || path.length < 3 || stage.camera.zoom * extent(path) < 6) return;
      const space = maskSpace(target);
      // The edge is as soft as the brush's would be, but never wider than a few dozen pixels: a lasso is for shapes.
      const fade = stage.px(Math.min(48, stage.brush.size / 2)) * space.scale;
      stage.do(maskStroke(target.id, lassoStroke(space, path, { fade, softness: stage.brush.softness, erase })));
    },
    cancel: clear,
    leave() { stage.live.hover = null; },
  };

  function clear() {
    item = null;
    stage.live.lasso = null;
    stage.live.isDragging = false;
    stage.invalidate();
  }
}

/** @param {readonly {x: number, y: number}[]} path */
function extent(path) {
  const xs = path.map((point) => point.x), ys = path.map((point) => point.y);
  return Math.max(Math.max(...xs) - Math.min(...xs), Math.max(...ys) - Math.min(...ys));
}
