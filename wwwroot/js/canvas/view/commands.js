// @ts-check
// Every command of the page, the keys and the menus, by name. Each is a few lines; what is more lives with what it is about.
import { newId } from '../document/ids.js';
import { maskClear, maskFill, maskInvert, nodeSet, tileAdd } from '../document/ops.js';
import { around, centre, inflate, intersect, isEmpty, unionAll } from '../geometry/rect.js';
import { gridSpacing } from '../render/grid.js';
import { isPainted, makeRaster, addEntry } from '../mask/raster.js';
import { hasMask, maskSpace } from '../mask/target.js';
import { inverse, map } from '../geometry/affine.js';
import { placeFrame } from './frameSnap.js';
import { align } from './handles.js';
import { reorder } from './layerOrder.js';
import { operationCommands } from '../operations/commands.js';

/** @typedef {import('./stage.js').Stage} Stage */
/** @typedef {import('./scene.js').Item} Item */
/** @typedef {import('../geometry/rect.js').Rect} Rect */
/**
 * @typedef {object} Parts
 * @property {HTMLElement} root
 * @property {Stage} stage
 * @property {import('../sync/connection.js').BoardConnection} connection
 * @property {import('./jobs.js').Jobs} jobs
 * @property {import('./orders.js').Orders} orders
 * @property {import('./plans.js').Plans} plans
 * @property {import('../operations/operations.js').Operations} operations
 * @property {import('../tools/tool.js').Toolbox} toolbox
 * @property {import('./uploads.js').Uploads} uploads
 * @property {import('./input.js').Input} input
 * @property {import('./overlays.js').Overlays} overlays
 * @property {import('./reporter.js').Reporter} reporter
 * @property {(clientX: number, clientY: number) => {x: number, y: number}} toWorld
 * @property {string} boardId
 * @property {(name: string, ...args: unknown[]) => void} tell
 */

const zoomStep = 1.25;
// Nudges that follow each other this quickly are one undo step.
const nudgePauseMs = 700;

export class Commands {
  /** @type {Map<string, (args: any) => any>} */ #commands = new Map();
  /** What the page's panels cover, if it has said so. @type {import('../camera/paths.js').Insets | null} */ insets = null;

  /** @param {string} name @param {any} args */
  run(name, args) {
    const command = this.#commands.get(name);
    if (command === undefined) throw new Error(`The canvas has no command "${name}".`);
    return command(args);
  }

  /** @param {Parts} parts */
  addAll(parts) {
    const { stage, connection, jobs, orders, toolbox, reporter } = parts;
    const { camera } = stage;
    /** @type {ReturnType<typeof setTimeout> | undefined} */ let nudging;
    const endNudge = () => {
      clearTimeout(nudging);
      nudging = undefined;
      stage.doc.endGesture();
    };
    /** @type {Record<string, (args: any) => any>} */
    const commands = {
      tool: ({ name }) => {
        toolbox.use(name);
        parts.input.refreshCursor();
        stage.invalidate();
      },
      // From the notice of a deletion: not once more where it has been undone already.
      undo: ({ deleted }) => (deleted?.some((/** @type {string} */ id) => stage.doc.view.isLive(id)) === true ? false : stage.doc.undo()),
      redo: () => stage.doc.redo(),
      delete: () => { if (stage.canNote) stage.deleteSelected(); },
      duplicate: () => {
        // One grid step down and right: near enough to be seen as a copy, far enough to be seen at all.
        const step = Math.max(16, gridSpacing(camera.zoom));
        return stage.canEdit ? stage.duplicate(step, step) : [];
      },
      order: ({ to }) => { if (stage.canEdit) stage.do([...reorder(stage.doc.view, stage.selection, to, stage.doc.client)].map(([id, order]) => nodeSet(id, { order }))); },
      align: ({ how }) => { if (stage.canEdit) stage.moveTo(align(stage.selected.filter((item) => !item.locked && stage.selection.has(item.id)), how)); },
      zoom: ({ to }) => zoom(stage, to),
      grid: ({ on = !stage.prefs.grid }) => {
        stage.prefs.grid = on;
        stage.invalidate(true);
        stage.changed();
      },
      snap: ({ on = !stage.prefs.snap }) => {
        stage.prefs.snap = on;
        stage.changed();
      },
      wheel: ({ mode }) => { stage.prefs.wheel = mode; },
      tell: () => reporter.now(),
      // `{}`: as the canvas thinks itself. What one works on comes out from under a panel that opens.
      insets: (insets) => {
        this.insets = insets.right === undefined ? null : insets;
        if (this.insets !== null) camera.insets = this.insets;
        const frame = stage.selectedFrame;
        if (this.insets !== null && frame !== null) camera.reveal(frame.bounds);
        stage.invalidate(true);
      },
      dropFrame: (args) => dropFrame(stage, args, (id) => {
        toolbox.use('select');
        if (id !== null) parts.overlays.focusNode(id);
      }),
      nextFrame: ({ settings }) => { stage.nextSettings = settings; },
      // A frame that was dropped for a press that was refused. Where the answer was lost its pictures may come all the same.
      takeBack: ({ id }) => !orders.isUnanswered(id) && stage.takeBack(id),
      setFrame: ({ id, settings, ratio }) => setFrame(stage, id, settings, ratio),
      style: ({ id, style }) => stage.do(nodeSet(id, { style: { ...stage.doc.view.find(id)?.style.value, ...style } })),
      select: ({ ids }) => {
        stage.select(ids);
        const bounds = stage.scene.boundsOf(ids);
        if (bounds !== null) camera.reveal(bounds);
      },
      selectAll: () => {
        toolbox.use('select');
        stage.select(stage.scene.items.filter((item) => !item.locked).map((item) => item.outermost));
      },
      brush: ({ size, softness, step, softer }) => {
        const { brush } = stage;
        if (size !== undefined) brush.size = clamp(size, 2, 1_024);
        if (step !== undefined) brush.size = clamp(Math.round(brush.size * (step > 0 ? 1.2 : 1 / 1.2)) + (step > 0 ? 1 : 0), 2, 1_024);
        if (softness !== undefined) brush.softness = clamp(softness, 0, 1);
        if (softer !== undefined) brush.softness = clamp(Math.round((brush.softness + softer * 0.1) * 10) / 10, 0, 1);
        stage.changed();
      },
      mask: ({ what }) => {
        const able = stage.selected.filter((item) => hasMask(item) && !item.locked);
        const frames = able.filter((item) => item.node.kind === 'frame');
        const op = what === 'invert' ? maskInvert : what === 'fill' ? maskFill : maskClear;
        const targets = frames.length > 0 ? frames : able;
        if (targets.length === 0) return stage.notify({ kind: 'info', text: stage.text('MaskSelectFirst', 'Select a picture or a frame first.') });
        return stage.do(targets.map((item) => op(item.id)));
      },
      generate: ({ settings, ...order }) => {
        if (settings !== undefined) setFrame(stage, order.frameId, settings, undefined);
        return orders.generate(order);
      },
      cancel: async ({ job }) => {
        const isCanceled = await connection.invoke('CancelJob', job) === true;
        if (isCanceled) jobs.clearAway(job);
        return isCanceled;
      },
      candidate: ({ job, image }) => jobs.look(job, image ?? null),
      // The strip goes, and with it the button that had the focus: the keyboard goes on at what came of it.
      accept: ({ job, images, sideBySide }) => {
        const tiles = jobs.accept(job, images, sideBySide === true);
        if (tiles.length > 0) parts.overlays.focusNode(tiles[0]);
        return tiles;
      },
      discard: ({ job }) => {
        jobs.discard(job);
        const frame = jobs.find(job)?.frameId;
        if (frame !== undefined) parts.overlays.focusNode(frame);
      },
      rate: ({ job, image, stars }) => jobs.rate(job, image, stars ?? null),
      report: ({ job, image }) => jobs.report(job, image),
      // With the frame's own settings: the job's have the seed that was drawn for it, and writing that into the frame would lock it.
      variation: ({ job, image }) => {
        const source = jobs.find(job);
        return source && orders.generate({ frameId: source.frameId, variationOf: { job, image } });
      },
      place: ({ result, at }) => place(stage, result, at === undefined ? null : parts.toWorld(at.x, at.y)),
      upload: ({ files, at }) => (files === undefined ? parts.uploads.pick(camera.centre, () => {}) : parts.uploads.add([...files], at ?? camera.centre)),
      export: () => {
        const frame = stage.selectedFrame;
        // Of pictures only: notes and frames are not exported, so they do not count.
        const boundsOf = (/** @type {readonly Item[]} */ items) => unionAll(items.filter((item) => item.node.kind === 'tile').map((item) => item.bounds));
        const [selection, board] = [boundsOf(stage.selected), boundsOf(stage.scene.items)];
        return { selection, frame: frame?.bounds ?? null, board, view: camera.visible, rect: selection ?? board };
      },
      focus: () => parts.root.focus({ preventScroll: true }),
      open: ({ id }) => {
        const item = stage.scene.find(id);
        if (item === undefined) return;
        stage.select([id]);
        if (item.node.kind === 'note') parts.overlays.editNote(id);
        else if (item.node.kind === 'frame') this.run('focusPrompt', {});
        else camera.fit(inflate(item.bounds, item.bounds.width * 0.02), { maxZoom: 2 });
      },
      enter: () => {
        const items = stage.selected;
        if (items.length !== 1) return false;
        if (items[0].node.kind === 'note') parts.overlays.editNote(items[0].id);
        else if (items[0].node.kind === 'frame') this.run('focusPrompt', {});
        else return false;
        return true;
      },
      // An event and no callback: the page's script gives the focus at once, the server would a round trip later.
      focusPrompt: () => void parts.root.dispatchEvent(new CustomEvent('canvas:prompt', { bubbles: true })),
      // Of the one selected picture: the page knows, or asks, how it was made.
      details: () => {
        const [item] = stage.selected;
        if (item?.node.kind !== 'tile') return;
        const { sha256, job, image } = item.node.content;
        parts.root.dispatchEvent(new CustomEvent('canvas:details', { bubbles: true, detail: { sha256, job, image } }));
      },
      exportDialog: () => void parts.root.dispatchEvent(new CustomEvent('canvas:export', { bubbles: true })),
      shareDialog: () => void parts.root.dispatchEvent(new CustomEvent('canvas:share', { bubbles: true })),
      shortcuts: () => parts.tell('OnShortcuts'),
      calm: () => {
        if (parts.operations.current !== null) return this.run('endOperation', {});
        if (toolbox.current.name !== 'select') toolbox.use('select');
        else stage.select([]);
        parts.input.refreshCursor();
        stage.invalidate();
      },
      nudge: ({ dx, dy }) => {
        const places = new Map(stage.selected.filter((item) => !item.locked && stage.selection.has(item.id)).map((item) => [item.id, { ...item.world, x: item.world.x + dx, y: item.world.y + dy }]));
        if (places.size === 0 || !stage.canEdit) {
          // Nothing to move: the arrows look around.
          camera.glide({ ...camera.camera, x: camera.camera.x + stage.px(dx * 64), y: camera.camera.y + stage.px(dy * 64) });
          return true;
        }
        if (nudging === undefined) stage.doc.beginGesture();
        clearTimeout(nudging);
        nudging = setTimeout(endNudge, nudgePauseMs);
        stage.moveTo(places);
        return true;
      },
      ...operationCommands(parts),
      // For tests and measurements only: the parts themselves.
      inner: () => ({ ...parts, renderer: parts.overlays.options.renderer }),
    };
    for (const [name, command] of Object.entries(commands)) {
      this.#commands.set(name, name === 'nudge' ? command : (args) => {
        // Anything else ends a row of nudges as one step.
        if (nudging !== undefined) endNudge();
        return command(args);
      });
    }
  }
}

/** @param {Stage} stage @param {string} to */
function zoom(stage, to) {
  const { camera } = stage;
  const { left, top, right, bottom } = camera.insets;
  const middle = { x: (left + camera.view.width - right) / 2, y: (top + camera.view.height - bottom) / 2 };
  if (to === 'fit') camera.fit(stage.bounds);
  else if (to === 'selection') camera.fit(stage.scene.boundsOf(stage.selection) ?? stage.bounds, { maxZoom: 4 });
  else if (to === 'actual') camera.zoomTo(1);
  else camera.step(middle, to === 'in' ? zoomStep : 1 / zoomStep);
}

/**
 * Where people look, beside what is there; over the selected picture if it has a mask (or if that is asked for).
 * @param {Stage} stage @param {{width?: number, height?: number, over?: boolean, settings?: any}} args @param {(id: string | null) => void} done
 * @returns {string | null}
 */
function dropFrame(stage, { width, height, over = false, settings }, done) {
  if (!stage.canEdit) return null;
  const { native } = stage.frameShape;
  const size = { width: width ?? native, height: height ?? native };
  const [picture] = stage.selected.filter((item) => item.node.kind === 'tile' && item.world.rotation === 0);
  // Frames and notes are in the way as pictures are, and so is what lies just out of view: the frame may have to go there.
  const visible = stage.camera.free;
  const reach = inflate(visible, visible.width, visible.height);
  const things = stage.scene.items.map((item) => item.bounds).filter((bounds) => !isEmpty(intersect(bounds, reach)));
  const rect = (picture && hasMask(picture) && (over || isPainted(picture.node.mask)) ? overPicture(stage, picture, size) : null) ?? placeFrame(size, stage.camera.centre, visible, things);
  const id = stage.addFrame(rect, settings);
  done(id);
  if (id !== null) stage.camera.reveal(rect);
  return id;
}

/** A frame for a masked picture: all of it if a model can paint that, else as much around the mask. @param {Stage} stage @param {Item} picture @param {{width: number, height: number}} size @returns {Rect} */
function overPicture(stage, picture, size) {
  const { bounds } = picture;
  const { max, maxAspect, native } = stage.frameShape;
  const isPaintable = Math.max(bounds.width, bounds.height) <= Math.min(max, native * 2) && Math.max(bounds.width / bounds.height, bounds.height / bounds.width) <= maxAspect;
  if (isPaintable) return { x: Math.round(bounds.x), y: Math.round(bounds.y), width: Math.round(bounds.width), height: Math.round(bounds.height) };
  const painted = paintedBounds(picture) ?? bounds;
  const wide = { width: Math.min(bounds.width, Math.max(size.width, painted.width * 1.3)), height: Math.min(bounds.height, Math.max(size.height, painted.height * 1.3)) };
  const rect = around(centre(painted), { width: Math.round(Math.min(wide.width, max)), height: Math.round(Math.min(wide.height, max)) });
  const x = clamp(rect.x, bounds.x, Math.max(bounds.x, bounds.x + bounds.width - rect.width));
  const y = clamp(rect.y, bounds.y, Math.max(bounds.y, bounds.y + bounds.height - rect.height));
  return { x: Math.round(x), y: Math.round(y), width: rect.width, height: rect.height };
}

/** @param {Item} item @returns {Rect | null} World units. */
function paintedBounds(item) {
  if (!hasMask(item)) return null;
  const space = maskSpace(item);
  const raster = makeRaster(space.width, space.height);
  for (const entry of item.node.mask) addEntry(raster, entry, space.maskToRaster);
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let y = 0; y < raster.height; y++) {
    for (let x = 0; x < raster.width; x++) {
      if (raster.values[y * raster.width + x] < 0.05) continue;
      left = Math.min(left, x);
      right = Math.max(right, x + 1);
      top = Math.min(top, y);
      bottom = Math.max(bottom, y + 1);
    }
  }
  if (left > right) return null;
  const toWorld = (/** @type {number} */ x, /** @type {number} */ y) => map(inverse(space.worldToMask), map(inverse(space.maskToRaster), { x, y }));
  const [from, to] = [toWorld(left, top), toWorld(right, bottom)];
  return { x: from.x, y: from.y, width: to.x - from.x, height: to.y - from.y };
}

/** @param {Stage} stage @param {string} id @param {object | undefined} settings @param {number | undefined} ratio  Width over height. */
function setFrame(stage, id, settings, ratio) {
  const item = stage.scene.find(id);
  const node = stage.doc.view.find(id);
  if (node?.kind !== 'frame') return false;
  const { multiple, min, max, maxAspect } = stage.frameShape;
  /** @type {import('../geometry/transform.js').Transform | undefined} */ let transform;
  if (ratio !== undefined && item !== undefined) {
    // The area stays, as that is what a model paints well; sides in its steps.
    const wanted = clamp(ratio, 1 / maxAspect, maxAspect);
    const area = item.world.width * item.world.height;
    const width = clamp(Math.round(Math.sqrt(area * wanted) / multiple) * multiple, min, max);
    const height = clamp(Math.round(width / wanted / multiple) * multiple, min, max);
    const rect = around(centre(item.bounds), { width, height });
    transform = stage.scene.toDocument(id, { x: Math.round(rect.x), y: Math.round(rect.y), width, height, rotation: 0 });
  }
  const isSame = settings !== undefined && JSON.stringify(sorted(settings)) === JSON.stringify(sorted(node.settings.value));
  if (transform === undefined && (settings === undefined || isSame)) return true;
  return stage.do(nodeSet(id, { ...(transform && { transform }), ...(settings && !isSame && { settings }) }));
}

/** @param {object} value */
const sorted = (value) => Object.entries(value).filter(([, member]) => member != null).sort(([a], [b]) => (a < b ? -1 : 1));

/** A picture of the history comes to the board again. @param {Stage} stage @param {any} result  A job's result, or a tile's content alone. @param {{x: number, y: number} | null} at  Null for the free place nearest to the middle of the view. @returns {string | null} */
function place(stage, result, at) {
  const content = result.content ?? result;
  const size = result.placement ?? { width: content.pixelWidth, height: content.pixelHeight };
  const { free } = stage.camera;
  const reach = inflate(free, free.width, free.height);
  let rect = at === null
    ? placeFrame({ width: size.width, height: size.height }, stage.camera.centre, free, stage.scene.items.map((item) => item.bounds).filter((bounds) => !isEmpty(intersect(bounds, reach))))
    : around(at, { width: size.width, height: size.height });
  rect = { ...rect, x: Math.round(rect.x), y: Math.round(rect.y) };
  // Not exactly over what was placed a moment ago.
  while (stage.scene.items.some((item) => item.node.kind === 'tile' && !isEmpty(intersect(item.bounds, rect)) && Math.abs(item.bounds.x - rect.x) < 8 && Math.abs(item.bounds.y - rect.y) < 8)) rect = { ...rect, x: rect.x + 32, y: rect.y + 32 };
  const id = newId();
  if (!stage.do(tileAdd({ node: id, transform: { ...rect, rotation: 0 }, order: stage.topKey(), content }))) return null;
  stage.select([id]);
  stage.camera.reveal(rect);
  return id;
}

/** @param {number} value @param {number} low @param {number} high */
const clamp = (value, low, high) => Math.min(high, Math.max(low, value));
