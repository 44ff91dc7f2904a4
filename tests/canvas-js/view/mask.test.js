// @ts-check
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { IDENTITY, map, scaling } from '../../../wwwroot/js/canvas/geometry/affine.js';
import { outline } from '../../../wwwroot/js/canvas/mask/outline.js';
import { Painting, lassoStroke } from '../../../wwwroot/js/canvas/mask/painting.js';
import { isPainted, makeRaster, renderMask } from '../../../wwwroot/js/canvas/mask/raster.js';
import { pressureOf, thin } from '../../../wwwroot/js/canvas/mask/strokes.js';
import { maskSpace } from '../../../wwwroot/js/canvas/mask/target.js';
import { Random } from '../support/random.js';

/** @typedef {import('../../../wwwroot/js/canvas/mask/raster.js').Entry} Entry */

/** A stand-in for perfect-freehand that leaves the line as it is. */
const freehand = {
  getStrokePoints: (/** @type {number[][]} */ points) => points.map(([x, y, pressure]) => ({ point: [x, y], pressure })),
  getStroke: () => [],
};

/** @param {Entry['action']} action @param {Partial<import('../../../wwwroot/js/canvas/mask/raster.js').Stroke>} [stroke] @returns {Entry} */
function entry(action, stroke) {
  return { id: 'c:1', action, withdrawn: { value: false }, ...(stroke && { stroke: { shape: 'brush', radius: 10, softness: 0, erase: false, points: [50, 50, 1], ...stroke } }) };
}

/** @param {readonly Entry[]} entries @param {number} [side] */
const draw = (entries, side = 100) => renderMask(entries, IDENTITY, side, side);

/** @param {import('../../../wwwroot/js/canvas/mask/raster.js').Raster} raster @param {number} x @param {number} y */
const at = (raster, x, y) => raster.values[y * raster.width + x];

/** @param {import('../../../wwwroot/js/canvas/mask/raster.js').Raster} raster */
const sum = (raster) => raster.values.reduce((total, value) => total + value, 0);

test('A dot of a hard brush covers the area of its circle', () => {
  assert.ok(Math.abs(sum(draw([entry('stroke', {})])) - Math.PI * 100) < 2);
});

test('A soft brush falls smoothly from full in its core to nothing at its radius', () => {
  const raster = draw([entry('stroke', { radius: 20, softness: 0.5 })]);
  assert.equal(at(raster, 50, 50), 1);
  const row = Array.from({ length: 24 }, (_, i) => at(raster, 50 + i, 50));
  for (let i = 1; i < row.length; i++) assert.ok(row[i] <= row[i - 1] + 1e-6, `${i}`);
  assert.ok(row[9] > 0.99 && row[15] > 0.3 && row[15] < 0.7 && row[20] < 0.01, row.map((value) => value.toFixed(2)).join(' '));
});

test('Painting twice adds nothing, and an eraser takes away what it covers only', () => {
  const once = draw([entry('stroke', { softness: 1 })]);
  const twice = draw([entry('stroke', { softness: 1 }), entry('stroke', { softness: 1 })]);
  assert.deepEqual(twice.values, once.values);
  const erased = draw([entry('fill'), entry('stroke', { erase: true })]);
  assert.equal(at(erased, 50, 50), 0);
  assert.equal(at(erased, 5, 5), 1);
});

test('A withdrawn stroke is not there, and an inversion turns round only what is before it', () => {
  const gone = { ...entry('stroke', {}), withdrawn: { value: true } };
  assert.equal(sum(draw([gone])), 0);
  const raster = draw([entry('stroke', {}), entry('invert'), entry('stroke', { points: [50, 50, 1] })]);
  assert.equal(at(raster, 50, 50), 1);
  assert.equal(at(raster, 5, 5), 1);
  assert.ok(at(draw([entry('stroke', {}), entry('invert')]), 50, 50) === 0);
});

test('Pressure narrows the line, evenly from point to point', () => {
  const raster = draw([entry('stroke', { radius: 20, points: [10, 50, 1, 90, 50, 0.25] })]);
  const height = (/** @type {number} */ x) => Array.from({ length: 100 }, (_, y) => at(raster, x, y)).reduce((total, value) => total + value, 0);
  assert.ok(Math.abs(height(12) - 40) < 2 && Math.abs(height(88) - 10) < 2 && Math.abs(height(50) - 25) < 2, `${height(12)} ${height(50)} ${height(88)}`);
});

test('A lasso that crosses itself has no hole', () => {
  const points = [10, 10, 1, 90, 10, 1, 90, 90, 1, 10, 90, 1, 10, 10, 1, 90, 10, 1, 90, 90, 1, 10, 90, 1];
  const raster = draw([entry('stroke', { shape: 'lasso', points, softness: 0 })]);
  assert.equal(at(raster, 50, 50), 1);
  assert.ok(Math.abs(sum(raster) - 6400) < 1);
});

test('A stroke drawn point by point is what the finished stroke is', () => {
  const source = new Random(5), random = () => source.next();
  for (let round = 0; round < 20; round++) {
    const space = { id: 'x', worldToMask: IDENTITY, maskToRaster: scaling(0.8, 0.8), width: 80, height: 80, scale: 1 };
    const painting = new Painting(space, [entry('fill')], { radius: 4 + random() * 12, softness: random(), erase: round % 2 === 0 }, freehand);
    for (let i = 0; i < 12; i++) painting.add([{ x: random() * 100, y: random() * 100, pressure: 1 }]);
    painting.add([], true);
    const stroke = painting.finish();
    assert.ok(stroke);
    const whole = renderMask([entry('fill'), { ...entry('stroke'), stroke }], space.maskToRaster, 80, 80);
    let worst = 0;
    for (let i = 0; i < whole.values.length; i++) worst = Math.max(worst, Math.abs(whole.values[i] - painting.shown.values[i]));
    // Thinning and rounding to hundredths move an edge by a hair.
    assert.ok(worst < 0.12, `round ${round}: ${worst}`);
  }
});

test('A line is thinned without leaving its place, and never has more points than an op may hold', () => {
  const flat = Array.from({ length: 30_000 }, (_, i) => [i / 10, 40 * Math.sin(i / 300) + (i % 2) * 0.01, 1]).flat();
  const few = thin(flat, 0.1);
  assert.ok(few.length / 3 < 1000, `${few.length / 3}`);
  assert.deepEqual(few.slice(0, 2), [0, 0]);
  const noisy = Array.from({ length: 30_000 }, (_, i) => [(i * 7919) % 5000, (i * 104_729) % 5000, 1]).flat();
  assert.ok(thin(noisy, 0.01).length / 3 <= 4096);
});

test('A mouse paints at full size and a pen never vanishes', () => {
  assert.equal(pressureOf({ pointerType: 'mouse', pressure: 0.5 }), 1);
  assert.ok(pressureOf({ pointerType: 'pen', pressure: 0 }) > 0.1);
  assert.equal(pressureOf({ pointerType: 'pen', pressure: 1 }), 1);
});

test('A picture tells its mask in its own pixels, however it lies on the board', () => {
  const node = /** @type {any} */ ({ kind: 'tile', content: { pixelWidth: 1024, pixelHeight: 512 } });
  const world = { x: 100, y: 200, width: 512, height: 256, rotation: 90 };
  const space = maskSpace(/** @type {any} */ ({ id: 't', node, world }));
  // The top left corner of the picture is the top right one of where it lies.
  const corner = map(space.worldToMask, { x: 100 + 256 + 128, y: 200 + 128 - 256 });
  assert.ok(Math.hypot(corner.x, corner.y) < 1e-9);
  assert.equal(space.scale, 2);
  assert.deepEqual([space.width, space.height], [640, 320]);
  const lasso = lassoStroke(space, [{ x: 484, y: 72 }, { x: 484, y: 584 }, { x: 228, y: 584 }], { fade: 4, softness: 1, erase: false });
  assert.deepEqual(lasso.points, [0, 0, 1, 1024, 0, 1, 1024, 512, 1]);
});

test('The edge of a mask goes around it once, closed, half way between in and out', () => {
  const [line, ...others] = outline(draw([entry('stroke', { radius: 20 })]));
  assert.equal(others.length, 0);
  for (let i = 0; i < line.length; i += 2) assert.ok(Math.abs(Math.hypot(line[i] - 50, line[i + 1] - 50) - 20) < 0.6, `${line[i]}, ${line[i + 1]}`);
  const ring = draw([entry('stroke', { radius: 20 }), entry('stroke', { radius: 8, erase: true })]);
  assert.equal(outline(ring).length, 2, 'outside and hole');
  assert.equal(outline(makeRaster(10, 10)).length, 0);
  assert.equal(outline(draw([entry('fill')])).length, 1, 'a full mask ends at its edge');
});

test('Whether anything is painted is told from the list alone', () => {
  assert.equal(isPainted([]), false);
  assert.equal(isPainted([entry('stroke', {})]), true);
  assert.equal(isPainted([entry('stroke', {}), entry('clear')]), false);
  assert.equal(isPainted([entry('stroke', { erase: true })]), false);
  assert.equal(isPainted([{ ...entry('fill'), withdrawn: { value: true } }]), false);
});

test('A lasso as soft as a hostile one can be fades over the raster at most, and a slanting line is looked at where it runs', () => {
  const soft = draw([entry('stroke', { shape: 'lasso', radius: 4096, softness: 1, points: [-1e6, -1e6, 1, 1e6, -1e6, 1, 1e6, 1e6, 1, -1e6, 1e6, 1] })]);
  assert.ok(soft.values.every((value) => value > 0.999));
  const line = draw([entry('stroke', { radius: 3, softness: 0, points: [10, 10, 1, 90, 70, 1] })]);
  assert.ok(Math.abs(sum(line) - (600 + 9 * Math.PI)) < 8, `${sum(line)}`);
});
