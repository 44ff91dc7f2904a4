// @ts-check
// Click, marquee, move, resize, turn, copy. Nothing is written before the hand lets go.
import { snap } from '../geometry/snap.js';
import { fromCorners, unionAll } from '../geometry/rect.js';
import { snapFrame } from '../view/frameSnap.js';
import { cursorOf, follow, gripAt, PULLS, resize, turnTo } from '../view/handles.js';

/** @typedef {import('../view/stage.js').Stage} Stage */
/** @typedef {import('../view/scene.js').Item} Item */
/** @typedef {import('../geometry/transform.js').Transform} Transform */
/** @typedef {import('../geometry/rect.js').Rect} Rect */
/** @typedef {import('./tool.js').Tool} Tool */
/** @typedef {import('./tool.js').ToolEvent} ToolEvent */
/**
 * @typedef {{kind: 'idle'} | {kind: 'press', start: ToolEvent, id: string, wasSelected: boolean, under: Item | null} | {kind: 'marquee', start: ToolEvent, before: string[]}
 *   | {kind: 'move', start: ToolEvent, homes: Map<string, Transform>, bounds: Rect, copied: boolean} | {kind: 'resize', grip: import('../view/handles.js').Grip, box: Transform, homes: Map<string, Transform>, start: ToolEvent}
 *   | {kind: 'turn', box: Transform, id: string}} State
 */

// A hand trembles this much without meaning to drag.
const still_px = { mouse: 3, pen: 5, touch: 9 };

/** @param {ToolEvent} event */
const slopOf = (event) => (event.pointerType === 'touch' ? 14 : 5);

/** @param {ToolEvent} a @param {ToolEvent} b */
export const hasMoved = (a, b) => Math.hypot(a.screen.x - b.screen.x, a.screen.y - b.screen.y) > (still_px[/** @type {'mouse'} */ (a.pointerType)] ?? 3);

/** @param {Stage} stage @param {{onOpen: (item: Item) => void, onLook?: (candidate: import('../view/stage.js').Candidate) => void}} options  `onOpen`: a double click. `onLook`: a press on one of several candidates beside each other. @returns {Tool} */
export function selectTool(stage, options) {
  /** @type {State} */ let state = { kind: 'idle' };
  /** @type {Map<string, Transform>} */ let places = new Map();

  return {
    name: 'select',
    cursor: 'default',
    down(event) {
      const handles = stage.canEdit ? stage.handles : null;
      const grip = handles && gripAt(handles.handles, event.world, stage.px(event.pointerType === 'touch' ? 22 : 9));
      if (handles && grip) {
        const homes = new Map(stage.selected.map((item) => [item.id, item.world]));
        places = new Map();
        state = grip.name === 'rotate' ? { kind: 'turn', box: handles.box, id: stage.selected[0].id } : { kind: 'resize', grip: grip.name, box: handles.box, homes, start: event };
        stage.live.isDragging = true;
        return stage.invalidate();
      }
      const item = pick(event);
      if (item === null) {
        state = { kind: 'marquee', start: event, before: event.shift ? [...stage.selection] : [] };
        if (!event.shift) stage.select([]);
        return;
      }
      if (event.clicks === 2 && !event.shift) {
        stage.select([item.id]);
        options.onOpen(item);
      }
      const id = event.clicks === 2 || stage.selection.has(item.id) ? item.id : item.outermost;
      const wasSelected = stage.selection.has(id);
      if (!wasSelected) stage.select(event.shift ? [...stage.selection, id] : [id]);
      state = { kind: 'press', start: event, id, wasSelected, under: item };
    },
    move(event) {
      if (state.kind === 'press' && hasMoved(state.start, event) && stage.canEdit) startMove(state.start, event.alt);
      if (state.kind === 'marquee') marquee(state, event);
      else if (state.kind === 'move') move(state, event);
      else if (state.kind === 'resize') pull(state, event);
      else if (state.kind === 'turn') turn(state, event);
    },
    up(event) {
      const done = state;
      state = { kind: 'idle' };
      const candidate = done.kind === 'press' || (done.kind === 'marquee' && stage.live.marquee === null) ? stage.candidateAt(event.world) : null;
      if (candidate !== null) options.onLook?.(candidate);
      if (done.kind === 'press') {
        if (done.wasSelected && event.shift) stage.select([...stage.selection].filter((id) => id !== done.id));
        else if (done.wasSelected && stage.selection.size > 1) stage.select([done.id]);
        // A frame lies over the picture that it carries on: a second click reaches through it.
        else if (done.wasSelected && event.clicks === 1 && done.under?.node.kind === 'frame') {
          const below = stage.scene.hitTest(event.world, stage.px(slopOf(event)), (item) => item !== done.under && !item.locked);
          if (below !== null) stage.select([below.outermost]);
        }
      } else if (done.kind === 'move' || done.kind === 'resize' || done.kind === 'turn') {
        if (places.size > 0) stage.moveTo(done.kind === 'move' ? withGroups(done) : places);
        if (done.kind === 'move' && done.copied) stage.doc.endGesture();
      }
      settle();
    },
    cancel() {
      const undone = state;
      state = { kind: 'idle' };
      if (undone.kind === 'move' && undone.copied) {
        stage.doc.endGesture();
        stage.doc.undo();
      } else if (undone.kind === 'marquee') {
        stage.select(undone.before);
      }
      settle();
    },
    hover(event) {
      const handles = stage.canEdit ? stage.handles : null;
      const grip = handles && gripAt(handles.handles, event.world, stage.px(9));
      if (handles && grip) return cursorOf(grip.name, handles.box.rotation);
      const item = pick(event);
      const id = item?.id ?? null;
      if (stage.live.hover !== id) {
        stage.live.hover = id;
        stage.invalidate();
      }
      return item !== null && stage.canEdit ? 'move' : 'default';
    },
    leave() {
      stage.live.hover = null;
    },
  };

  /** @param {ToolEvent} event */
  function pick(event) {
    const slop = stage.px(slopOf(event));
    return stage.scene.hitTest(event.world, slop, (item) => !item.locked);
  }

  function settle() {
    stage.scene.setDrafts(null);
    Object.assign(stage.live, { marquee: null, guides: [], overlap: null, measure: null, isDragging: false });
    places = new Map();
    stage.invalidate(true);
  }

  /** @param {Extract<State, {kind: 'marquee'}>} marqueeState @param {ToolEvent} event */
  function marquee({ start, before }, event) {
    if (stage.live.marquee === null && !hasMoved(start, event)) return;
    const rect = fromCorners(start.world, event.world);
    stage.live.marquee = rect;
    stage.live.isDragging = true;
    const caught = stage.scene.touching(rect).filter((item) => !item.locked && !(item.node.kind === 'frame' && holds(item.bounds, rect)));
    stage.select([...before, ...caught.map((item) => item.outermost)]);
    stage.invalidate();
  }

  /** @param {ToolEvent} start @param {boolean} copy */
  function startMove(start, copy) {
    let copied = false;
    if (copy) {
      stage.doc.beginGesture();
      copied = stage.duplicate(0, 0).length > 0;
      if (!copied) stage.doc.endGesture();
    }
    const items = stage.selected.filter((item) => !item.locked);
    const bounds = unionAll(items.map((item) => item.bounds));
    if (bounds === null) {
      if (copied) stage.doc.endGesture();
      return;
    }
    state = { kind: 'move', start, homes: new Map(items.map((item) => [item.id, item.world])), bounds, copied };
    stage.live.isDragging = true;
    stage.live.hover = null;
  }

  /** @param {Extract<State, {kind: 'move'}>} moveState @param {ToolEvent} event */
  function move({ start, homes, bounds }, event) {
    let dx = event.world.x - start.world.x, dy = event.world.y - start.world.y;
    if (event.shift) Math.abs(dx) > Math.abs(dy) ? (dy = 0) : (dx = 0);
    const tolerance = stage.snapTolerance(event.ctrl);
    const wanted = { ...bounds, x: bounds.x + dx, y: bounds.y + dy };
    const only = homes.size === 1 ? stage.scene.find([...homes.keys()][0]) : undefined;
    stage.live.guides = [];
    stage.live.overlap = null;
    if (only?.node.kind === 'frame') {
      const pictures = stage.neighbours((item) => item.node.kind === 'tile' && item.world.rotation % 90 === 0);
      const others = stage.neighbours((item) => item.node.kind === 'frame' && item !== only);
      const snapped = snapFrame(wanted, tolerance > 0 ? pictures : [], tolerance > 0 ? others : [], tolerance, tolerance > 0 ? stage.snapGrid : 0);
      if (!event.shift || dx !== 0) dx = snapped.rect.x - bounds.x;
      if (!event.shift || dy !== 0) dy = snapped.rect.y - bounds.y;
      stage.live.guides = snapped.guides;
      stage.live.overlap = snapped.overlap;
    } else if (tolerance > 0) {
      const snapped = snap(wanted, stage.neighbours((item) => !homes.has(item.id)), tolerance, stage.snapGrid);
      if (!event.shift || dx !== 0) dx += snapped.dx;
      if (!event.shift || dy !== 0) dy += snapped.dy;
      stage.live.guides = snapped.guides;
    }
    // Results meet the board pixel by pixel, so frames and upright pictures lie on whole units.
    const isWhole = [...homes.values()].every((home) => home.rotation % 90 === 0 && home.x % 1 === 0 && home.y % 1 === 0);
    if (isWhole) [dx, dy] = [Math.round(dx), Math.round(dy)];
    places = new Map();
    if (dx !== 0 || dy !== 0) for (const [id, home] of homes) places.set(id, { ...home, x: home.x + dx, y: home.y + dy });
    stage.scene.setDrafts(places);
    stage.invalidate(true);
  }

  // A group that moves is one write, not one for each of its members.
  /** @param {Extract<State, {kind: 'move'}>} moveState @returns {Map<string, Transform>} */
  function withGroups({ homes }) {
    /** @type {Map<string, Transform>} */ const written = new Map();
    for (const id of stage.selection) {
      const [member] = stage.scene.membersOf(id).filter((item) => places.has(item.id));
      if (member === undefined) continue;
      const to = /** @type {Transform} */ (places.get(member.id)), from = /** @type {Transform} */ (homes.get(member.id));
      if (member.id === id) written.set(id, to);
      else {
        const group = stage.doc.view.worldTransform(id);
        written.set(id, { ...group, x: group.x + to.x - from.x, y: group.y + to.y - from.y });
      }
    }
    return written;
  }

  /** @param {Extract<State, {kind: 'resize'}>} resizeState @param {ToolEvent} event */
  function pull({ grip, box, homes, start }, event) {
    const items = [...homes.keys()].map((id) => stage.scene.find(id)).filter((item) => item !== undefined);
    const only = items.length === 1 ? items[0] : null;
    const kind = only?.node.kind;
    const shape = stage.frameShape;
    // The grip follows the hand from where it was taken, not with a jump to the pointer.
    const [pullX, pullY] = PULLS[grip];
    const to = { x: event.world.x - start.world.x, y: event.world.y - start.world.y };
    const at = gripPoint(box, pullX, pullY);
    let target = { x: at.x + to.x, y: at.y + to.y };
    stage.live.guides = [];
    const tolerance = stage.snapTolerance(event.ctrl);
    const keepRatio = kind === undefined || kind === 'tile' ? true : event.shift;
    if (tolerance > 0 && box.rotation === 0 && !keepRatio) {
      // The pulled corner lines up as a rectangle of no size would.
      const snapped = snap({ ...target, width: 0, height: 0 }, stage.neighbours((item) => !homes.has(item.id)), tolerance, kind === 'frame' ? 0 : stage.snapGrid);
      target = { x: target.x + (pullX === 0 ? 0 : snapped.dx), y: target.y + (pullY === 0 ? 0 : snapped.dy) };
      stage.live.guides = snapped.guides.filter((guide) => (guide.isVertical ? pullX !== 0 : pullY !== 0));
      if (kind === 'frame') {
        // Where no edge holds the frame, its size goes in the model's steps.
        if (pullX !== 0 && snapped.dx === 0) target.x = box.x + (pullX > 0 ? 0 : box.width) + Math.round((target.x - box.x - (pullX > 0 ? 0 : box.width)) / shape.multiple) * shape.multiple;
        if (pullY !== 0 && snapped.dy === 0) target.y = box.y + (pullY > 0 ? 0 : box.height) + Math.round((target.y - box.y - (pullY > 0 ? 0 : box.height)) / shape.multiple) * shape.multiple;
      }
    }
    const limits = kind === 'frame' ? { min: shape.min, max: shape.max } : kind === 'note' ? { min: 48, max: 16_384 } : { min: 8, max: 16_384 };
    const after = resize(box, grip, target, { keepRatio, fromCentre: event.alt, ...limits });
    places = new Map();
    if (only !== null) places.set(only.id, only.world.rotation % 90 === 0 ? wholeUnits(after) : after);
    else for (const [id, home] of homes) places.set(id, follow(home, box, after));
    const shown = only === null ? after : /** @type {Transform} */ (places.get(only.id));
    const size = `${Math.round(shown.width)} × ${Math.round(shown.height)}`;
    const isMost = kind === 'frame' && Math.max(shown.width, shown.height) >= shape.max;
    stage.live.measure = { rect: shown, text: isMost ? stage.text('FrameMost', '{size}, the most that can be painted', { size }) : size };
    stage.scene.setDrafts(places);
    stage.invalidate(true);
  }

  /** @param {Extract<State, {kind: 'turn'}>} turnState @param {ToolEvent} event */
  function turn({ box, id }, event) {
    const rotation = turnTo(box, event.world, event.shift);
    places = new Map(rotation === box.rotation ? [] : [[id, { ...box, rotation }]]);
    stage.scene.setDrafts(places);
    const bounds = stage.scene.find(id)?.bounds;
    if (bounds !== undefined) stage.live.measure = { rect: bounds, text: `${Math.round(rotation)}°` };
    stage.invalidate(true);
  }
}

/** @param {Transform} box @param {number} pullX @param {number} pullY */
function gripPoint(box, pullX, pullY) {
  const turned = box.rotation * Math.PI / 180;
  const [x, y] = [box.width / 2 * pullX, box.height / 2 * pullY];
  return { x: box.x + box.width / 2 + Math.cos(turned) * x - Math.sin(turned) * y, y: box.y + box.height / 2 + Math.sin(turned) * x + Math.cos(turned) * y };
}

/** @param {Transform} box @returns {Transform} */
function wholeUnits(box) {
  const [x, y] = [Math.round(box.x), Math.round(box.y)];
  return { ...box, x, y, width: Math.max(1, Math.round(box.x + box.width) - x), height: Math.max(1, Math.round(box.y + box.height) - y) };
}

/** @param {Rect} outer @param {Rect} inner */
const holds = (outer, inner) => inner.x > outer.x && inner.y > outer.y && inner.x + inner.width < outer.x + outer.width && inner.y + inner.height < outer.y + outer.height;

