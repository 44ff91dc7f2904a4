// @ts-check
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as affine from '../../wwwroot/js/canvas/geometry/affine.js';
import { normalise, sinCos } from '../../wwwroot/js/canvas/geometry/angle.js';
import * as cameras from '../../wwwroot/js/canvas/geometry/camera.js';
import * as rects from '../../wwwroot/js/canvas/geometry/rect.js';
import { snap } from '../../wwwroot/js/canvas/geometry/snap.js';
import * as transforms from '../../wwwroot/js/canvas/geometry/transform.js';
import { Random, seeds } from './support/random.js';

const rect = (/** @type {number} */ x, /** @type {number} */ y, /** @type {number} */ width, /** @type {number} */ height) => ({ x, y, width, height });
const close = (/** @type {number} */ a, /** @type {number} */ b) => assert.ok(Math.abs(a - b) < 1e-6, `${a} is not ${b}`);

test('Angles come into one range and quarter turns are exact', () => {
  assert.deepEqual([0, 180, -180, 190, -190, 540, 359].map(normalise), [0, -180, -180, -170, 170, -180, -1]);
  assert.deepEqual([0, 90, 180, 270, 360].map(sinCos), [{ sin: 0, cos: 1 }, { sin: 1, cos: 0 }, { sin: 0, cos: -1 }, { sin: -1, cos: 0 }, { sin: 0, cos: 1 }]);
});

test('Rectangles share, hold and round as the site has it', () => {
  assert.ok(rects.overlaps(rect(0, 0, 10, 10), rect(9, 9, 10, 10)));
  assert.equal(rects.overlaps(rect(0, 0, 10, 10), rect(10, 0, 10, 10)), false, 'touching edges do not');
  assert.deepEqual(rects.union(rect(0, 0, 0, 5), rect(3, 3, 1, 1)), rect(3, 3, 1, 1));
  assert.deepEqual(rects.snapOut(rect(0.5, -0.25, 511.4999999, 10)), rect(0, -1, 512, 11));
  assert.deepEqual(rects.inflate(rect(0, 0, 10, 10), -6), rect(6, 6, 0, 0));
  assert.deepEqual(rects.fromCorners({ x: 5, y: 1 }, { x: 2, y: 9 }), rect(2, 1, 3, 8));
  assert.equal(rects.boundsOfPoints([]), null);
  assert.equal(rects.containsPoint(rect(0, 0, 10, 10), { x: 10, y: 5 }), false, 'the right edge belongs to the neighbour');
});

test('What lies in a turned group is found again from where it is seen', () => {
  for (const seed of seeds(6)) {
    const random = new Random(seed);
    for (let i = 0; i < 50; i++) {
      const number = () => (random.next() - 0.5) * 1000;
      const group = transforms.transform(number(), number(), 300, 200, number());
      const inner = transforms.transform(number(), number(), 120, 80, number(), 'g');
      const back = transforms.relativeTo(transforms.within(inner, group), group, 'g');
      close(back.x, inner.x);
      close(back.y, inner.y);
      close(normalise(back.rotation - inner.rotation), 0);
      assert.equal(back.parent, 'g');

      // A point of the thing is where the two maps together say, and inside of it.
      const seen = affine.map(affine.then(transforms.toParent(inner), transforms.toParent(group)), { x: 10, y: 70 });
      assert.ok(transforms.hit(transforms.within(inner, group), seen, 1e-6));
      const bounds = transforms.bounds(transforms.within(inner, group));
      assert.ok(rects.containsPoint(rects.inflate(bounds, 1e-6), seen));
      const there = affine.map(affine.inverse(transforms.toParent(group)), affine.map(transforms.toParent(group), { x: 3, y: 4 }));
      close(there.x, 3);
      close(there.y, 4);
    }
  }
});

test('A map that flattens the plane has no inverse', () => {
  assert.throws(() => affine.inverse(affine.scaling(0, 1)), RangeError);
});

test('Zooming keeps the point under the cursor, also at the ends of the range', () => {
  let camera = cameras.camera({ x: -30, y: 12 }, 1);
  const cursor = { x: 321, y: 45 };
  const anchor = cameras.toWorld(camera, cursor);
  for (const factor of [1.5, 3, 100, 0.001, 0.5, 2]) {
    camera = cameras.zoomAt(camera, cursor, factor);
    assert.ok(camera.zoom >= cameras.MIN_ZOOM && camera.zoom <= cameras.MAX_ZOOM);
    close(cameras.toWorld(camera, cursor).x, anchor.x);
    close(cameras.toWorld(camera, cursor).y, anchor.y);
  }
});

test('Fitting shows the whole content in the middle', () => {
  const view = { width: 1000, height: 600 };
  const content = rect(-2000, 100, 4000, 500);
  const camera = cameras.fit(content, view);
  const shown = cameras.rectToScreen(camera, content);
  close(shown.x, 48);
  close(shown.x + shown.width, 952);
  close(shown.y + shown.height / 2, 300);
  assert.equal(cameras.fit(rect(0, 0, 10, 10), view).zoom, 1, 'never nearer than asked');
  assert.equal(cameras.fit(rect(0, 0, 0, 0), view).zoom, 1);
});

test('Snapping lines edges and middles up, tells the line, and the nearest edge wins over the grid', () => {
  const other = rect(100, 0, 50, 50);
  const result = snap(rect(147, 203, 20, 20), [other], 5, 10);
  assert.equal(result.dx, 3);
  assert.equal(result.dy, -3, 'down to the grid, since no edge is near');
  assert.deepEqual(result.guides, [{ isVertical: true, position: 150, from: 0, to: 220 }]);
  assert.deepEqual(snap(rect(300, 300, 20, 20), [other], 5), { dx: 0, dy: 0, guides: [] });
  assert.equal(snap(rect(25, 400, 20, 20), [], 30, 10).dx, -5, 'half way goes to the even line, as on the site');
});
