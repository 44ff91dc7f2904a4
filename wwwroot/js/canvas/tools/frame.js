// @ts-check
// Drops a frame: a click where it wants to lie, a drag for its size. The ghost under the pointer shows what would be kept and what new.
import { dragFrame, overlapOf, snapFrame } from '../view/frameSnap.js';
import { snap } from '../geometry/snap.js';
import { hasMoved } from './select.js';

/** @typedef {import('../view/stage.js').Stage} Stage */
/** @typedef {import('./tool.js').Tool} Tool */
/** @typedef {import('./tool.js').ToolEvent} ToolEvent */
/** @typedef {import('../geometry/rect.js').Rect} Rect */

/** @param {Stage} stage @param {{onDrop: (id: string) => void, dropAtCentre: () => void}} options @returns {Tool} */
export function frameTool(stage, options) {
  /** @type {ToolEvent | null} */ let start = null;
  let isDragging = false;
  /** The corner where a drag begins, snapped. @type {{x: number, y: number} | null} */ let corner = null;

  return {
    name: 'frame',
    cursor: 'crosshair',
    hover(event) {
      show(ghost(event));
    },
    down(event) {
      start = event;
      isDragging = false;
      const tolerance = stage.snapTolerance(event.ctrl);
      const snapped = snap({ ...event.world, width: 0, height: 0 }, tolerance > 0 ? pictures() : [], tolerance, 0);
      corner = { x: Math.round(event.world.x + snapped.dx), y: Math.round(event.world.y + snapped.dy) };
    },
    move(event) {
      if (start === null || corner === null) return;
      isDragging ||= hasMoved(start, event);
      if (!isDragging) return;
      stage.live.isDragging = true;
      let rect = dragFrame(corner, event.world, stage.frameShape, { square: event.shift, centred: event.alt });
      stage.live.guides = [];
      const tolerance = stage.snapTolerance(event.ctrl);
      if (tolerance > 0 && !event.shift && !event.alt) {
        // A side that comes near a picture's edge ends flush on it, whatever the model's steps.
        const snapped = snap({ ...event.world, width: 0, height: 0 }, pictures(), tolerance, 0);
        rect = meet(rect, corner, { x: snapped.dx === 0 ? null : event.world.x + snapped.dx, y: snapped.dy === 0 ? null : event.world.y + snapped.dy });
        stage.live.guides = snapped.guides;
      }
      const size = `${Math.round(rect.width)} × ${Math.round(rect.height)}`;
      const reach = event.alt ? 2 : 1;
      const isClamped = Math.max(Math.abs(event.world.x - corner.x), Math.abs(event.world.y - corner.y)) * reach > stage.frameShape.max;
      stage.live.measure = { rect, text: isClamped ? stage.text('FrameMost', '{size}, the most that can be painted', { size }) : size };
      show({ rect, guides: [...stage.live.guides], overlap: overlapOf(rect, pictures()) });
    },
    up(event) {
      const rect = isDragging ? stage.live.newFrame : ghost(event).rect;
      start = null;
      clear();
      if (rect === null) return;
      const id = stage.addFrame(rect);
      if (id !== null) options.onDrop(id);
    },
    cancel() {
      start = null;
      clear();
    },
    leave: clear,
    key(key) {
      if (key !== 'Enter') return false;
      clear();
      options.dropAtCentre();
      return true;
    },
  };

  // The bounds of a turned picture are no edges that a frame could lie on.
  function pictures() { return stage.neighbours((item) => item.node.kind === 'tile' && item.world.rotation % 90 === 0); }

  /** Where a click would put the model's own size. @param {ToolEvent} event */
  function ghost(event) {
    const side = stage.frameShape.native;
    const wanted = { x: Math.round(event.world.x - side / 2), y: Math.round(event.world.y - side / 2), width: side, height: side };
    // A ghost may cling a little more than a thing that is being pushed into place by hand.
    const tolerance = stage.snapTolerance(event.ctrl) * 1.6;
    if (tolerance === 0) return { rect: wanted, guides: [], overlap: overlapOf(wanted, pictures()) };
    const snapped = snapFrame(wanted, pictures(), stage.neighbours((item) => item.node.kind === 'frame'), tolerance, stage.snapGrid);
    return { ...snapped, rect: { ...snapped.rect, x: Math.round(snapped.rect.x), y: Math.round(snapped.rect.y) } };
  }

  /** @param {import('../view/frameSnap.js').FrameSnap} snapped */
  function show({ rect, guides, overlap }) {
    stage.live.newFrame = rect;
    stage.live.guides = guides;
    stage.live.overlap = overlap;
    stage.invalidate();
  }

  function clear() {
    isDragging = false;
    corner = null;
    Object.assign(stage.live, { newFrame: null, guides: [], overlap: null, measure: null, isDragging: false });
    stage.invalidate();
  }

  /** Moves the pulled sides onto edges, if the frame is still one that a model can paint. @param {Rect} rect @param {{x: number, y: number}} from @param {{x: number | null, y: number | null}} edge @returns {Rect} */
  function meet(rect, from, edge) {
    const { min, max, maxAspect } = stage.frameShape;
    const width = edge.x === null ? rect.width : Math.abs(edge.x - from.x);
    const height = edge.y === null ? rect.height : Math.abs(edge.y - from.y);
    if (Math.min(width, height) < min || Math.max(width, height) > max || Math.max(width / height, height / width) > maxAspect) return rect;
    return { x: rect.x < from.x ? from.x - width : from.x, y: rect.y < from.y ? from.y - height : from.y, width, height };
  }
}
