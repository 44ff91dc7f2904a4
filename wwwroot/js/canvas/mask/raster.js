// @ts-check
// Draws a mask's entries into a graded raster, exactly as CanvasWeb.Canvas/Masks/MaskRasteriser.cs does: what a person sees painted is
// what the model is told to make anew, soft edges included. Pure.
import { determinant, inverse, map, scaleOf } from '../geometry/affine.js';
import { boundsOfPoints, inflate } from '../geometry/rect.js';

/** @typedef {import('../geometry/affine.js').Affine} Affine */
/** @typedef {import('../geometry/rect.js').Rect} Rect */
/** @typedef {{shape: 'brush' | 'lasso', radius: number, softness: number, erase: boolean, points: readonly number[]}} Stroke  Points are one flat list: x, y, pressure. */
/** @typedef {{id: string, action: 'stroke' | 'clear' | 'fill' | 'invert', withdrawn: {value: boolean}, stroke?: Stroke}} Entry */
/** @typedef {{width: number, height: number, values: Float32Array}} Raster  Rows from the top, 0 to 1. */
/** @typedef {{x: number, y: number, width: number, height: number}} PixelRect */

// Lines a pixel that a lasso is sampled at; along a line the coverage is exact.
const subLines = 8;

// A lasso fades over so many pixels at the most: the blur needs room for half of it on each side of the raster.
const maxFade = 1024;

/** @param {number} width @param {number} height @returns {Raster} */
export const makeRaster = (width, height) => ({ width, height, values: new Float32Array(width * height) });

/**
 * @param {readonly Entry[]} entries @param {Affine} toPixels  From the mask's coordinates to the raster's pixels.
 * @param {number} width @param {number} height
 * @returns {Raster}
 */
export function renderMask(entries, toPixels, width, height) {
  const raster = makeRaster(width, height);
  for (const entry of entries) addEntry(raster, entry, toPixels);
  return raster;
}

/** The next entry of a list that is already in the raster. @param {Raster} raster @param {Entry} entry @param {Affine} toPixels */
export function addEntry(raster, entry, toPixels) {
  if (entry.withdrawn.value) return;
  const { values } = raster;
  if (entry.action === 'clear') values.fill(0);
  else if (entry.action === 'fill') values.fill(1);
  else if (entry.action === 'invert') for (let i = 0; i < values.length; i++) values[i] = 1 - values[i];
  else if (entry.stroke !== undefined) drawStroke(raster, entry.stroke, toPixels);
}

/** @param {Raster} raster @param {Stroke} stroke @param {Affine} toPixels */
function drawStroke(raster, stroke, toPixels) {
  if (stroke.points.length < 3 || determinant(toPixels) === 0) return;
  const coverage = makeRaster(raster.width, raster.height);
  const touched = stroke.shape === 'lasso' ? coverLasso(coverage, stroke, toPixels) : coverBrush(coverage, stroke, toPixels);
  if (touched !== null) combine(raster, coverage, stroke.erase, touched);
}

/**
 * Painting takes the larger value, erasing what the eraser leaves: strokes that overlap do not pile up into a hard edge.
 * @param {Raster} raster @param {Raster} coverage @param {boolean} erase @param {PixelRect} area
 */
export function combine(raster, coverage, erase, area) {
  for (let y = area.y; y < area.y + area.height; y++) {
    for (let i = y * raster.width + area.x, end = i + area.width; i < end; i++) {
      const drawn = coverage.values[i];
      raster.values[i] = erase ? Math.min(raster.values[i], 1 - drawn) : Math.max(raster.values[i], drawn);
    }
  }
}

/**
 * A line drawn with a round brush, in one go or point by point: the coverage only grows.
 * @param {Raster} coverage @param {Stroke} stroke @param {Affine} toPixels @param {number} [from]  The first point that is new.
 * @returns {PixelRect | null} What it touched.
 */
export function coverBrush(coverage, stroke, toPixels, from = 0) {
  const { points } = stroke;
  const count = points.length / 3;
  const fromPixels = inverse(toPixels);
  const pixel = 1 / scaleOf(toPixels);
  /** @type {PixelRect | null} */ let touched = null;
  for (let i = Math.max(0, from - 1); i < Math.max(1, count - 1); i++) {
    const j = Math.min(i + 1, count - 1);
    const [ax, ay, pa, bx, by, pb] = [points[i * 3], points[i * 3 + 1], points[i * 3 + 2], points[j * 3], points[j * 3 + 1], points[j * 3 + 2]];
    const [radiusA, radiusB] = [stroke.radius * pa, stroke.radius * pb];
    const reach = Math.max(radiusA, radiusB) + pixel;
    // How far a disc of the mask's plane reaches in pixels along each axis.
    const [reachX, reachY] = [reach * Math.hypot(toPixels.a, toPixels.c), reach * Math.hypot(toPixels.b, toPixels.d)];
    const [start, end] = [map(toPixels, { x: ax, y: ay }), map(toPixels, { x: bx, y: by })];
    const box = clip(Math.min(start.x, end.x) - reachX, Math.min(start.y, end.y) - reachY, Math.max(start.x, end.x) + reachX, Math.max(start.y, end.y) + reachY, coverage);
    if (box === null) continue;
    touched = touched === null ? box : join(touched, box);
    const [dx, dy] = [bx - ax, by - ay];
    const lengthSquared = dx * dx + dy * dy;
    for (let y = box.y; y < box.y + box.height; y++) {
      // Of a slanting line each row sees only a piece: the pixels within reach of that, not the whole box.
      let [near, far] = [start.x, end.x];
      if (end.y !== start.y) {
        near = start.x + clamp((y + 0.5 - reachY - start.y) / (end.y - start.y), 0, 1) * (end.x - start.x);
        far = start.x + clamp((y + 0.5 + reachY - start.y) / (end.y - start.y), 0, 1) * (end.x - start.x);
      }
      const left = clamp(Math.floor(Math.min(near, far) - reachX), box.x, box.x + box.width);
      const right = clamp(Math.ceil(Math.max(near, far) + reachX), left, box.x + box.width);
      for (let x = left, cell = y * coverage.width + left; x < right; x++, cell++) {
        if (coverage.values[cell] >= 1) continue;
        // Written out: this runs for every pixel under the brush on every movement of the hand.
        const atX = fromPixels.a * (x + 0.5) + fromPixels.c * (y + 0.5) + fromPixels.e - ax;
        const atY = fromPixels.b * (x + 0.5) + fromPixels.d * (y + 0.5) + fromPixels.f - ay;
        const along = lengthSquared === 0 ? 0 : Math.min(1, Math.max(0, (atX * dx + atY * dy) / lengthSquared));
        const [offX, offY] = [atX - along * dx, atY - along * dy];
        const value = profile(Math.sqrt(offX * offX + offY * offY), radiusA + along * (radiusB - radiusA), stroke.softness, pixel);
        if (value > coverage.values[cell]) coverage.values[cell] = value;
      }
    }
  }
  return touched;
}

// 1 inside, 0 outside; between them a smooth fall over the soft part of the radius, never narrower than a pixel.
/** @param {number} distance @param {number} radius @param {number} softness @param {number} pixel */
function profile(distance, radius, softness, pixel) {
  if (radius <= 0) return 0;
  const soft = radius * softness;
  if (soft > pixel) {
    const t = Math.min(1, Math.max(0, (radius - distance) / soft));
    return t * t * (3 - 2 * t);
  }
  // A hard edge covers the pixel that it crosses in part. A brush thinner than a pixel covers no pixel whole.
  const covered = Math.min(1, Math.max(0, (radius - distance) / pixel + 0.5));
  return covered * Math.min(1, 2 * radius / pixel);
}

/**
 * A closed outline, filled.
 * @param {Raster} coverage @param {Stroke} stroke @param {Affine} toPixels
 * @returns {PixelRect | null} What it touched.
 */
export function coverLasso(coverage, stroke, toPixels) {
  const corners = [];
  for (let i = 0; i < stroke.points.length; i += 3) corners.push(map(toPixels, { x: stroke.points[i], y: stroke.points[i + 1] }));
  const fade = Math.min(maxFade, Math.max(coverage.width, coverage.height), stroke.radius * stroke.softness * scaleOf(toPixels));
  const bounds = inflate(/** @type {Rect} */ (boundsOfPoints(corners)), fade / 2 + 2);
  const area = clip(bounds.x, bounds.y, bounds.x + bounds.width, bounds.y + bounds.height, coverage);
  if (area === null) return null;
  // Two box blurs make the fall smooth, half inside and half outside. The outline just outside the raster still matters: a margin.
  const radius = fade <= 1 ? 0 : Math.max(1, Math.round(fade / 4));
  const margin = 2 * radius;
  const wide = { x: area.x - margin, y: area.y - margin, width: area.width + 2 * margin, height: area.height + 2 * margin };
  const buffer = new Float32Array(wide.width * wide.height);
  fillPolygon(buffer, wide, corners);
  for (let pass = 0; pass < (radius > 0 ? 2 : 0); pass++) {
    blurLines(buffer, wide.height, wide.width, wide.width, 1, radius);
    blurLines(buffer, wide.width, wide.height, 1, wide.width, radius);
  }
  for (let y = 0; y < area.height; y++) {
    const start = (y + margin) * wide.width + margin;
    coverage.values.set(buffer.subarray(start, start + area.width), (area.y + y) * coverage.width + area.x);
  }
  return area;
}

// Non-zero winding: a lasso that crosses itself has no holes, which is what people expect of a drawn outline.
/** @param {Float32Array} buffer @param {PixelRect} area @param {{x: number, y: number}[]} corners */
function fillPolygon(buffer, area, corners) {
  // Edges by their upper end, so that a line looks at those that cross it and not at all of them.
  /** @type {{top: number, bottom: number, a: {x: number, y: number}, b: {x: number, y: number}}[]} */ const edges = [];
  for (let i = 0; i < corners.length; i++) {
    const [a, b] = [corners[i], corners[(i + 1) % corners.length]];
    const [top, bottom] = [Math.min(a.y, b.y), Math.max(a.y, b.y)];
    if (top !== bottom && bottom > area.y && top < area.y + area.height) edges.push({ top, bottom, a, b });
  }
  edges.sort((one, other) => one.top - other.top);
  let active = edges.slice(0, 0);
  let next = 0;
  for (let line = 0; line < area.height * subLines; line++) {
    const y = area.y + (line + 0.5) / subLines;
    active = active.filter((edge) => edge.bottom > y);
    for (; next < edges.length && edges[next].top <= y; next++) if (edges[next].bottom > y) active.push(edges[next]);
    const crossings = active.map(({ a, b }) => ({ x: a.x + (y - a.y) / (b.y - a.y) * (b.x - a.x), turn: a.y <= y ? 1 : -1 }));
    crossings.sort((p, q) => p.x - q.x || p.turn - q.turn);
    const row = Math.floor(line / subLines) * area.width;
    let winding = 0;
    for (let i = 0; i + 1 < crossings.length; i++) {
      winding += crossings[i].turn;
      if (winding === 0) continue;
      const from = Math.max(0, crossings[i].x - area.x);
      const to = Math.min(area.width, crossings[i + 1].x - area.x);
      for (let x = Math.floor(from); x < to; x++) buffer[row + x] += (Math.min(to, x + 1) - Math.max(from, x)) / subLines;
    }
  }
  for (let i = 0; i < buffer.length; i++) if (buffer[i] > 1) buffer[i] = 1;
}

/** @param {Float32Array} values @param {number} lines @param {number} length @param {number} lineStep @param {number} step @param {number} radius */
function blurLines(values, lines, length, lineStep, step, radius) {
  const source = new Float32Array(length);
  for (let line = 0; line < lines; line++) {
    for (let i = 0; i < length; i++) source[i] = values[line * lineStep + i * step];
    let sum = 0;
    for (let i = 0; i < Math.min(radius, length); i++) sum += source[i];
    for (let i = 0; i < length; i++) {
      if (i + radius < length) sum += source[i + radius];
      if (i - radius - 1 >= 0) sum -= source[i - radius - 1];
      values[line * lineStep + i * step] = Math.min(1, Math.max(0, sum / (2 * radius + 1)));
    }
  }
}

/** @param {number} value @param {number} least @param {number} most */
const clamp = (value, least, most) => Math.min(most, Math.max(least, value));

/** @param {number} left @param {number} top @param {number} right @param {number} bottom @param {{width: number, height: number}} within @returns {PixelRect | null} */
function clip(left, top, right, bottom, within) {
  const x = Math.min(within.width, Math.max(0, Math.floor(left)));
  const y = Math.min(within.height, Math.max(0, Math.floor(top)));
  const toX = Math.min(within.width, Math.max(0, Math.ceil(right)));
  const toY = Math.min(within.height, Math.max(0, Math.ceil(bottom)));
  return toX > x && toY > y ? { x, y, width: toX - x, height: toY - y } : null;
}

/** @param {PixelRect} a @param {PixelRect} b @returns {PixelRect} */
export function join(a, b) {
  const [x, y] = [Math.min(a.x, b.x), Math.min(a.y, b.y)];
  return { x, y, width: Math.max(a.x + a.width, b.x + b.width) - x, height: Math.max(a.y + a.height, b.y + b.height) - y };
}

/**
 * Whether anything is painted, found without rasterising; true too often (erasing does not take it back), never too rarely.
 * @param {readonly Entry[]} entries
 */
export function isPainted(entries) {
  let painted = false;
  for (const entry of entries) {
    if (entry.withdrawn.value) continue;
    if (entry.action === 'clear') painted = false;
    else if (entry.action !== 'stroke' || entry.stroke?.erase === false) painted = true;
  }
  return painted;
}
