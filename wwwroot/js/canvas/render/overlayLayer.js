// @ts-check
// The upper canvas: frames with their edges, masks, what is selected, and what is in the hand. Cheap to redraw, so that dashes may march
// and handles follow the pointer while the pictures below stay as they are.
import { corners } from '../geometry/transform.js';
import { inflate, overlaps } from '../geometry/rect.js';
import { selectionBox } from '../view/handles.js';
import { hasMask } from '../mask/target.js';
import { MaskPictures } from './masks.js';
import { rgb } from './palette.js';

/** @typedef {import('../view/stage.js').Stage} Stage */
/** @typedef {import('../view/scene.js').Item} Item */
/** @typedef {import('../view/coverage.js').CoverageEstimate} CoverageEstimate */
/** @typedef {import('../geometry/rect.js').Rect} Rect */
/** @typedef {import('../geometry/rect.js').Point} Point */
/** @typedef {import('./palette.js').Palette} Palette */
/** @typedef {import('./previews.js').Previews} Previews */

const dash_px = [7, 5];
// Dashes move this far in a second: one sees that they do, and forgets it.
const march_pxPerS = 9;
// Over a narrower frame a title is no words any more.
const labelRoom_px = 80;

export class OverlayLayer {
  /** @type {Palette | null} */ #palette = null;
  /** @type {[number, number, number]} */ #tint = [31, 95, 214];
  #masks = new MaskPictures(() => this.#tint);
  #phase = 0;
  #isMarching = false;
  #ratio = 1;
  /** Of this drawing. @type {{item: Item, box: Rect, isHot: boolean, colour: string}[]} */ #labels = [];
  /** Estimates by frame, as long as neither it nor the board has changed. @type {Map<string, {key: string, state: object, estimate: CoverageEstimate}>} */ #estimates = new Map();

  /** @param {{context: CanvasRenderingContext2D, stage: Stage, previews: Previews}} parts */
  constructor(parts) { this.parts = parts; }

  /** @param {Palette} palette */
  setPalette(palette) {
    this.#palette = palette;
    this.#tint = rgb(palette.select);
  }

  destroy() { this.#masks.destroy(); }

  /**
   * @param {number} ratio @param {number} now
   * @returns {boolean} Whether dashes march: then draw again soon, a dozen times a second is enough.
   */
  draw(ratio, now) {
    const { context, stage } = this.parts;
    const palette = this.#palette;
    if (palette === null) return false;
    this.#ratio = ratio;
    this.#isMarching = false;
    this.#phase = stage.reducedMotion ? 0 : -(now / 1000 * march_pxPerS) % (dash_px[0] + dash_px[1]);
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, context.canvas.width, context.canvas.height);
    // From here on in CSS pixels.
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.#masks.nextFrame();

    const { visible } = stage.camera;
    const reach = inflate(visible, stage.px(40));
    const inView = (/** @type {Item} */ item) => item.bounds.x < reach.x + reach.width && item.bounds.y < reach.y + reach.height && item.bounds.x + item.bounds.width > reach.x && item.bounds.y + item.bounds.height > reach.y;
    for (const item of stage.scene.items) if (hasMask(item) && (item.node.mask.length > 0 || stage.live.stroke?.id === item.id) && inView(item)) this.#mask(item);
    for (const item of stage.scene.items) if (item.node.kind === 'frame' && inView(item)) this.#frame(item, palette);
    this.#drawLabels(palette);
    this.#hover(palette);
    this.#selection(palette);
    this.#hand(palette);
    return this.#isMarching && !stage.reducedMotion;
  }

  /** @param {Item} item @param {Palette} palette */
  #frame(item, palette) {
    const { context, stage } = this.parts;
    const box = this.#box(item.world);
    const isSelected = stage.selection.has(item.id) || stage.selection.has(item.outermost);
    const isHot = isSelected || stage.live.hover === item.id;
    const running = stage.running.get(item.id);
    const isBusy = running !== undefined || stage.candidates.has(item.id) || this.parts.previews.has(item.id);
    const estimate = this.#estimate(item);
    context.globalAlpha = item.opacity;
    if (!isBusy) this.#newParts(estimate, box, item.world, isHot, palette);
    const line = running?.colour ?? (isSelected ? palette.select : palette.text);
    this.#edges(estimate.edges, line, isHot ? 1.75 : 1.25, isHot && !isBusy, isHot ? 1 : 0.72, isBusy);
    // Where the pictures of a job lie beside each other to be chosen from, the title would stand between them.
    if (!stage.slots.has(item.id) || !stage.candidates.has(item.id)) this.#labels.push({ item, box, isHot, colour: isSelected ? palette.select : palette.muted });
    context.globalAlpha = 1;
    if (isHot && !isBusy) this.#context(item, palette);
  }

  /** A light wash where something new will be. @param {CoverageEstimate} estimate @param {Rect} box @param {Rect} world @param {boolean} isHot @param {Palette} palette */
  #newParts(estimate, box, world, isHot, palette) {
    const { context } = this.parts;
    const scale = box.width / world.width;
    context.save();
    context.globalAlpha *= isHot ? 0.1 : 0.05;
    context.fillStyle = isHot ? palette.select : palette.text;
    for (const part of estimate.uncovered) context.fillRect(box.x + (part.x - world.x) * scale, box.y + (part.y - world.y) * scale, part.width * scale, part.height * scale);
    context.restore();
    if (!isHot || estimate.task !== 'outpaint') return;
    // Where kept and new meet inside the frame, a fine line.
    context.save();
    context.globalAlpha *= 0.5;
    context.strokeStyle = palette.select;
    context.lineWidth = 1;
    context.setLineDash([2, 4]);
    context.beginPath();
    for (const part of estimate.covered) context.rect(box.x + (part.x - world.x) * scale, box.y + (part.y - world.y) * scale, part.width * scale, part.height * scale);
    context.stroke();
    context.restore();
  }

  /**
   * Solid where kept, dashed where new. A line of the ground's colour under it, so that it is seen on any picture.
   * @param {readonly import('../view/coverage.js').EdgeRun[]} runs @param {string} colour @param {number} width_px @param {boolean} isMoving @param {number} alpha @param {boolean} isSolid
   */
  #edges(runs, colour, width_px, isMoving, alpha, isSolid) {
    const { context } = this.parts;
    const isDark = this.#palette?.isDark === true;
    context.lineCap = 'butt';
    for (const kept of [true, false]) {
      context.beginPath();
      let any = false;
      let last = /** @type {Point | null} */ (null);
      for (const run of runs) {
        if (run.kept !== kept) continue;
        any = true;
        const [from, to] = [this.#crisp(run.from), this.#crisp(run.to)];
        if (last === null || last.x !== from.x || last.y !== from.y) context.moveTo(from.x, from.y);
        context.lineTo(to.x, to.y);
        last = to;
      }
      if (!any) continue;
      context.save();
      context.setLineDash([]);
      context.globalAlpha *= (isDark ? 0.28 : 0.55) * alpha;
      context.strokeStyle = isDark ? '#000' : '#fff';
      context.lineWidth = width_px + 2;
      context.stroke();
      context.restore();
      context.save();
      context.globalAlpha *= alpha;
      context.strokeStyle = colour;
      context.lineWidth = width_px;
      if (!kept && !isSolid) {
        context.setLineDash(dash_px);
        context.lineDashOffset = isMoving ? this.#phase : 0;
        if (isMoving) this.#isMarching = true;
      }
      context.stroke();
      context.restore();
    }
  }

  // The one that is looked at first, then the upper ones: where there is no room for all, those are read.
  /** @param {Palette} palette */
  #drawLabels(palette) {
    const { context } = this.parts;
    /** @type {Rect[]} */ const taken = [];
    for (const { item, box, isHot, colour } of this.#labels.reverse().sort((a, b) => Number(b.isHot) - Number(a.isHot))) {
      const place = { x: box.x, y: box.y - 20, width: Math.max(box.width, isHot ? labelRoom_px : 0), height: 18 };
      if (!isHot && (box.width < labelRoom_px || taken.some((other) => overlaps(other, place)))) continue;
      taken.push(place);
      context.globalAlpha = item.opacity;
      this.#label(item, box, place.width, colour, palette);
    }
    context.globalAlpha = 1;
    this.#labels = [];
  }

  /** The prompt over the frame, as a drawing has its title. @param {Item} item @param {Rect} box @param {number} room_px @param {string} colour @param {Palette} palette */
  #label(item, box, room_px, colour, palette) {
    if (item.node.kind !== 'frame') return;
    const { context, stage } = this.parts;
    const prompt = item.node.style.value.name ?? item.node.settings.value.prompt;
    const text = prompt.trim() === '' ? stage.text('Frame', 'Frame') : prompt.trim();
    context.font = `500 12px ${palette.font}`;
    context.textBaseline = 'alphabetic';
    context.textAlign = 'left';
    this.#haloed(ellipsis(context, text, room_px - 4), box.x + 1, box.y - 7, colour, palette);
  }

  /** What the model sees around the frame: a faint line. @param {Item} item @param {Palette} palette */
  #context(item, palette) {
    const { context, stage } = this.parts;
    const plan = stage.plans.get(item.id);
    if (plan?.crop === undefined || plan.task === 'textToImage' || item.world !== item.home) return;
    const crop = plan.crop;
    if (crop.width - item.world.width < 1 && crop.height - item.world.height < 1) return;
    const box = this.#box(crop);
    context.save();
    context.globalAlpha = 0.4;
    context.strokeStyle = palette.select;
    context.lineWidth = 1;
    context.setLineDash([1, 4]);
    context.lineCap = 'round';
    context.strokeRect(box.x + 0.5, box.y + 0.5, box.width, box.height);
    context.restore();
  }

  /** @param {Item} item */
  #mask(item) {
    const { context, stage } = this.parts;
    const painting = stage.live.stroke?.id === item.id ? stage.live.stroke.painting : null;
    const picture = this.#masks.of(item, painting);
    if (picture === null) return;
    const { zoom } = stage.camera;
    const [camera, ratio] = [stage.camera.camera, this.#ratio];
    const isPainting = ['mask', 'erase', 'lasso'].includes(stage.tool);
    const isHot = stage.selection.has(item.id) || stage.live.hover === item.id;
    const isActive = isPainting || stage.selection.has(item.id) || (item.node.kind === 'frame' && isHot);
    // A mask that nobody is at would be a stain on the picture. A frame over it shows what it will fill; else there is at most its outline.
    const frames = isActive || item.node.kind === 'frame' ? [] : this.#framesOver(item);
    const isSeen = isActive || frames.length > 0;
    if (!isSeen && !isHot && item.node.kind !== 'frame') return;
    context.save();
    // A frame's mask stays on the board while the frame is dragged over it, and is seen through the frame only.
    const world = item.node.kind === 'frame' ? picture.world : item.world;
    if (item.node.kind === 'frame') {
      const clip = this.#box(item.world);
      context.beginPath();
      context.rect(clip.x, clip.y, clip.width, clip.height);
      context.clip();
    }
    if (frames.length > 0) {
      context.beginPath();
      for (const frame of frames) {
        const clip = this.#box(frame);
        context.rect(clip.x, clip.y, clip.width, clip.height);
      }
      context.clip();
    }
    const centre = { x: (world.x + world.width / 2 - camera.x) * zoom, y: (world.y + world.height / 2 - camera.y) * zoom };
    context.translate(centre.x, centre.y);
    context.rotate(world.rotation * Math.PI / 180);
    context.translate(-world.width * zoom / 2, -world.height * zoom / 2);
    const [sx, sy] = [world.width * zoom / picture.raster.width, world.height * zoom / picture.raster.height];
    context.scale(sx, sy);
    context.imageSmoothingEnabled = true;
    if (isSeen) context.drawImage(picture.canvas, 0, 0);
    if (painting === null) {
      const edge = this.#masks.edgeOf(picture);
      const unit = 1 / Math.sqrt(sx * sy);
      context.setLineDash([5 * unit, 4 * unit]);
      context.lineWidth = unit * Math.max(1, 1.25 / ratio);
      context.lineDashOffset = 4.5 * unit;
      context.strokeStyle = 'rgb(0 0 0 / 0.75)';
      context.stroke(edge);
      context.lineDashOffset = isSeen ? this.#phase * unit * 0.75 : 0;
      context.strokeStyle = '#fff';
      context.stroke(edge);
      this.#isMarching ||= isSeen;
    }
    context.restore();
  }

  /** Frames that are looked at (selected, hovered, about to be dropped) and lie over a picture. @param {Item} picture @returns {Rect[]} */
  #framesOver(picture) {
    const { stage } = this.parts;
    const { live } = stage;
    const frames = stage.selected.filter((item) => item.node.kind === 'frame');
    const hovered = live.hover === null ? undefined : stage.scene.find(live.hover);
    if (hovered?.node.kind === 'frame' && !frames.includes(hovered)) frames.push(hovered);
    const rects = frames.filter((item) => !stage.running.has(item.id) && !stage.candidates.has(item.id)).map((item) => item.bounds);
    if (live.newFrame !== null) rects.push(live.newFrame);
    return rects.filter((rect) => overlaps(rect, picture.bounds));
  }

  /** A thin line around what a click would take. @param {Palette} palette */
  #hover(palette) {
    const { context, stage } = this.parts;
    const id = stage.live.hover;
    const item = id === null ? undefined : stage.scene.find(id);
    if (item === undefined || item.node.kind === 'frame' || stage.live.isDragging || stage.selection.has(item.id) || stage.selection.has(item.outermost)) return;
    context.globalAlpha = 0.7;
    context.strokeStyle = palette.select;
    context.lineWidth = 1.25;
    this.#polygon(corners(item.world));
    context.stroke();
    context.globalAlpha = 1;
  }

  /** @param {Palette} palette */
  #selection(palette) {
    const { context, stage } = this.parts;
    const items = stage.selected;
    if (items.length === 0) return;
    const box = selectionBox(items);
    if (box === null) return;
    context.strokeStyle = palette.select;
    context.setLineDash([]);
    for (const item of items) {
      if (item.node.kind === 'frame') continue; // Its own edges say it already.
      context.lineWidth = items.length === 1 ? 1.75 : 1;
      this.#polygon(corners(item.world));
      context.stroke();
    }
    if (items.length > 1) {
      context.lineWidth = 1;
      context.globalAlpha = 0.6;
      this.#polygon(corners(box));
      context.stroke();
      context.globalAlpha = 1;
    }
    const handles = stage.live.isDragging || !stage.canEdit ? null : stage.handles;
    for (const { name, at } of handles?.handles ?? []) {
      const point = this.#screen(at);
      context.fillStyle = palette.isDark ? '#f7f8fa' : '#fff';
      context.strokeStyle = palette.select;
      context.lineWidth = 1.5;
      context.beginPath();
      if (name === 'rotate') context.arc(point.x, point.y, 4.5, 0, Math.PI * 2);
      else context.roundRect(Math.round(point.x) - 4.5, Math.round(point.y) - 4.5, 9, 9, 2);
      context.fill();
      context.stroke();
    }
  }

  /** What is under way: marquee, a new frame, guides, the brush. @param {Palette} palette */
  #hand(palette) {
    const { context, stage } = this.parts;
    const { live } = stage;
    if (live.newFrame !== null) {
      const estimate = stage.estimateOf(live.newFrame, null);
      const box = this.#box(live.newFrame);
      context.globalAlpha = live.isDragging ? 1 : 0.75;
      this.#newParts(estimate, box, live.newFrame, true, palette);
      this.#edges(estimate.edges, palette.select, 1.75, true, 1, false);
      context.globalAlpha = 1;
      this.#tag(taskText(stage, estimate), box.x, box.y - 7, palette.select, palette, false);
    }
    if (live.overlap !== null) {
      const band = this.#box(live.overlap.band);
      context.globalAlpha = 0.16;
      context.fillStyle = palette.select;
      context.fillRect(band.x, band.y, band.width, band.height);
      context.globalAlpha = 1;
      if (Math.min(band.width, band.height) > 18) this.#pill(stage.text('OverlapPx', '{amount} px kept', { amount: live.overlap.amount }), band.x + band.width / 2, band.y + band.height / 2, palette);
    }
    for (const { rect, share, picture } of stage.arriving) {
      const box = this.#box(rect);
      context.globalAlpha = 0.45;
      if (picture !== null) context.drawImage(picture, box.x, box.y, box.width, box.height);
      else {
        context.fillStyle = palette.panel;
        context.fillRect(box.x, box.y, box.width, box.height);
      }
      context.globalAlpha = 1;
      const width = Math.max(24, Math.min(160, box.width - 24));
      context.fillStyle = palette.panel;
      context.beginPath();
      context.roundRect(box.x + (box.width - width) / 2, box.y + box.height / 2 - 4, width, 8, 4);
      context.fill();
      context.fillStyle = palette.select;
      context.beginPath();
      context.roundRect(box.x + (box.width - width) / 2, box.y + box.height / 2 - 4, Math.max(8, width * share), 8, 4);
      context.fill();
    }
    if (live.guides.length > 0) {
      context.strokeStyle = palette.accent;
      context.lineWidth = 1;
      context.beginPath();
      for (const guide of live.guides) {
        const from = this.#crisp(guide.isVertical ? { x: guide.position, y: guide.from } : { x: guide.from, y: guide.position });
        const to = this.#crisp(guide.isVertical ? { x: guide.position, y: guide.to } : { x: guide.to, y: guide.position });
        context.moveTo(from.x, from.y);
        context.lineTo(to.x, to.y);
      }
      context.stroke();
    }
    if (live.marquee !== null) {
      const box = this.#box(live.marquee);
      context.fillStyle = palette.select;
      context.globalAlpha = 0.1;
      context.fillRect(box.x, box.y, box.width, box.height);
      context.globalAlpha = 0.9;
      context.strokeStyle = palette.select;
      context.lineWidth = 1;
      context.strokeRect(Math.round(box.x) + 0.5, Math.round(box.y) + 0.5, Math.round(box.width), Math.round(box.height));
      context.globalAlpha = 1;
    }
    if (live.measure !== null) {
      const box = this.#box(live.measure.rect);
      this.#pill(live.measure.text, box.x + box.width / 2, box.y + box.height + 18, palette);
    }
    if (live.lasso !== null && live.lasso.length > 1) {
      context.beginPath();
      live.lasso.forEach((point, i) => {
        const at = this.#screen(point);
        if (i === 0) context.moveTo(at.x, at.y);
        else context.lineTo(at.x, at.y);
      });
      context.fillStyle = palette.select;
      context.globalAlpha = 0.16;
      context.fill();
      context.globalAlpha = 1;
      context.lineJoin = 'round';
      context.strokeStyle = 'rgb(0 0 0 / 0.5)';
      context.lineWidth = 3;
      context.stroke();
      context.strokeStyle = '#fff';
      context.lineWidth = 1.5;
      context.stroke();
    }
    if (live.pointer !== null && (stage.tool === 'mask' || stage.tool === 'erase')) {
      const radius = stage.brush.size / 2;
      for (const [colour, width_px] of /** @type {const} */ ([['rgb(0 0 0 / 0.55)', 2.5], ['#fff', 1]])) {
        context.strokeStyle = colour;
        context.lineWidth = width_px;
        context.beginPath();
        context.arc(live.pointer.x, live.pointer.y, radius, 0, Math.PI * 2);
        // The inner ring is where the brush is still at full strength.
        const core = radius * (1 - stage.brush.softness);
        if (core > 3 && stage.brush.softness > 0.05) {
          context.moveTo(live.pointer.x + core, live.pointer.y);
          context.arc(live.pointer.x, live.pointer.y, core, 0, Math.PI * 2);
        }
        context.globalAlpha = 0.9;
        context.stroke();
      }
      context.globalAlpha = 1;
    }
  }

  /** @param {Item} item @returns {CoverageEstimate} */
  #estimate(item) {
    const { stage } = this.parts;
    const { x, y, width, height } = item.world;
    const key = `${x},${y},${width},${height}`;
    const known = this.#estimates.get(item.id);
    if (known !== undefined && known.key === key && known.state === stage.scene.state && !stage.scene.hasDrafts) return known.estimate;
    const estimate = stage.estimateOf(item.world, item);
    if (this.#estimates.size > 2_000) this.#estimates.clear();
    // What is dragged past changes the answer without a change of the document: then nothing is remembered.
    if (!stage.scene.hasDrafts) this.#estimates.set(item.id, { key, state: stage.scene.state, estimate });
    else this.#estimates.delete(item.id);
    return estimate;
  }

  /** @param {string} text @param {number} x @param {number} y  Of the middle. @param {Palette} palette */
  #pill(text, x, y, palette) {
    const { context } = this.parts;
    context.font = `500 11px ${palette.font}`;
    const width = Math.ceil(context.measureText(text).width) + 14;
    context.fillStyle = palette.select;
    context.beginPath();
    context.roundRect(Math.round(x - width / 2), Math.round(y - 10), width, 20, 6);
    context.fill();
    context.fillStyle = palette.isDark ? '#0d1420' : '#fff';
    context.textAlign = 'center';
    context.textBaseline = 'middle';
    context.fillText(text, Math.round(x), Math.round(y) + 0.5);
    context.textAlign = 'left';
  }

  /** @param {string} text @param {number} x @param {number} y @param {string} colour @param {Palette} palette @param {boolean} isCentred */
  #tag(text, x, y, colour, palette, isCentred) {
    const { context } = this.parts;
    context.font = `500 12px ${palette.font}`;
    context.textBaseline = 'alphabetic';
    context.textAlign = isCentred ? 'center' : 'left';
    this.#haloed(text, x + 1, y, colour, palette);
    context.textAlign = 'left';
  }

  /** Letters that can be read on any picture: the ground shines around them. @param {string} text @param {number} x @param {number} y @param {string} colour @param {Palette} palette */
  #haloed(text, x, y, colour, palette) {
    const { context } = this.parts;
    context.save();
    context.lineJoin = 'round';
    context.lineWidth = 3;
    context.strokeStyle = palette.canvas;
    context.globalAlpha *= 0.75;
    context.strokeText(text, x, y);
    context.restore();
    context.fillStyle = colour;
    context.fillText(text, x, y);
  }

  /** @param {readonly Point[]} points  World units. */
  #polygon(points) {
    const { context } = this.parts;
    context.beginPath();
    points.forEach((point, i) => {
      const at = this.#crisp(point);
      if (i === 0) context.moveTo(at.x, at.y);
      else context.lineTo(at.x, at.y);
    });
    context.closePath();
  }

  /** @param {Point} world @returns {Point} CSS pixels. */
  #screen(world) {
    const { camera } = this.parts.stage.camera;
    return { x: (world.x - camera.x) * camera.zoom, y: (world.y - camera.y) * camera.zoom };
  }

  /** The same on whole device pixels: lines lie on the pictures' rounded edges. @param {Point} world @returns {Point} */
  #crisp(world) {
    const at = this.#screen(world);
    return { x: Math.round(at.x * this.#ratio) / this.#ratio, y: Math.round(at.y * this.#ratio) / this.#ratio };
  }

  /** @param {Rect} world @returns {Rect} CSS pixels, on whole device pixels. */
  #box(world) {
    const [from, to] = [this.#crisp(world), this.#crisp({ x: world.x + world.width, y: world.y + world.height })];
    return { x: from.x, y: from.y, width: to.x - from.x, height: to.y - from.y };
  }
}

/** @param {Stage} stage @param {CoverageEstimate} estimate */
export function taskText(stage, { task, painted }) {
  switch (task) {
    case 'outpaint': return painted ? stage.text('TaskOutpaintFill', 'Extend and fill the mask') : stage.text('TaskOutpaint', 'Extend');
    case 'inpaint': return stage.text('TaskInpaint', 'Fill the mask');
    case 'nothing': return stage.text('TaskNothing', 'Paint what should change');
    default: return stage.text('TaskTextToImage', 'New picture');
  }
}

/** @param {CanvasRenderingContext2D} context @param {string} text @param {number} width_px */
function ellipsis(context, text, width_px) {
  if (context.measureText(text).width <= width_px) return text;
  let [low, high] = [0, text.length];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (context.measureText(`${text.slice(0, middle).trimEnd()}…`).width <= width_px) low = middle;
    else high = middle - 1;
  }
  return low === 0 ? '' : `${text.slice(0, low).trimEnd()}…`;
}
