// @ts-check
// Brush and eraser of masks. The stroke is drawn here while the hand moves; one op is written when it lets go.
import { maskStroke } from '../document/ops.js';
import { hit } from '../geometry/transform.js';
import { Painting } from '../mask/painting.js';
import { hasMask, maskSpace, paintTarget } from '../mask/target.js';

/** @typedef {import('../view/stage.js').Stage} Stage */
/** @typedef {import('../view/scene.js').Item} Item */
/** @typedef {import('./tool.js').Tool} Tool */
/** @typedef {import('./tool.js').ToolEvent} ToolEvent */

/**
 * @param {Stage} stage @param {{name: 'mask' | 'erase', freehand: () => import('../mask/strokes.js').Freehand}} options
 * @returns {Tool}
 */
export function maskTool(stage, options) {
  /** @type {{id: string, painting: Painting} | null} */ let stroke = null;
  /** Where the last stroke ended: Shift draws a straight line from there. @type {{id: string, x: number, y: number} | null} */ let last = null;

  return {
    name: options.name,
    // The ring on the canvas is the cursor.
    cursor: 'none',
    hover(event) {
      const item = maskTarget(stage, event);
      stage.live.hover = item?.id ?? null;
      stage.invalidate();
      return item === null ? 'not-allowed' : 'none';
    },
    down(event) {
      const item = maskTarget(stage, event);
      if (item === null || !hasMask(item)) {
        stage.notify({ kind: 'info', text: stage.text('MaskNeedsTarget', 'Paint on a picture or a frame.') });
        return;
      }
      if (!stage.selection.has(item.id) && !stage.selection.has(item.outermost)) stage.select([item.id]);
      const space = maskSpace(item);
      const erase = (options.name === 'erase') !== event.alt;
      const radius = Math.min(4_096, Math.max(0.25, stage.px(stage.brush.size / 2) * space.scale));
      const painting = new Painting(space, item.node.mask, { radius, softness: stage.brush.softness, erase }, options.freehand());
      stroke = { id: item.id, painting };
      stage.live.stroke = stroke;
      stage.live.isDragging = true;
      if (event.shift && last !== null && last.id === item.id) painting.add([{ x: last.x, y: last.y, pressure: 1 }]);
      painting.add(event.samples);
      stage.invalidate();
    },
    move(event) {
      if (stroke === null) return;
      stroke.painting.add(event.samples);
      stage.invalidate();
    },
    up(event) {
      if (stroke === null) return;
      const { id, painting } = stroke;
      painting.add([], true);
      const finished = painting.finish();
      stroke = null;
      last = { id, x: event.world.x, y: event.world.y };
      if (finished !== null) stage.do(maskStroke(id, finished));
      done();
    },
    cancel() {
      stroke = null;
      done();
    },
    leave() {
      stage.live.hover = null;
      last = null;
    },
  };

  function done() {
    stage.live.stroke = null;
    stage.live.isDragging = false;
    stage.invalidate();
  }
}

/** @param {Stage} stage @param {ToolEvent} event @returns {Item | null} */
export function maskTarget(stage, event) {
  const reach = stage.px(stage.brush.size / 2);
  const under = stage.scene.hitTest(event.world, 0, (item) => hasMask(item) && !item.locked) ?? stage.scene.hitTest(event.world, reach, (item) => hasMask(item) && !item.locked);
  return paintTarget(stage.selected, under, (item) => hit(item.world, event.world, reach));
}
