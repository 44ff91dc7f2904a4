// @ts-check
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CameraController } from '../../../wwwroot/js/canvas/camera/controller.js';
import { between, fitBetween, isSame } from '../../../wwwroot/js/canvas/camera/paths.js';
import { MAX_ZOOM, MIN_ZOOM, panBy, toScreen, toWorld, zoomAt } from '../../../wwwroot/js/canvas/geometry/camera.js';

const view = { width: 1440, height: 900 };

/** @param {number} [reduced] */
function controller(reduced = 0) {
  let now = 1000;
  let changes = 0;
  const camera = new CameraController({ reducedMotion: reduced === 1, now: () => now, onChange: () => { changes++; } });
  camera.resize(view);
  return {
    camera,
    /** Frames of 16 ms until nothing moves; at most two seconds. */
    settle() {
      for (let i = 0; i < 120 && camera.isMoving; i++) camera.tick(now += 16);
      return camera.camera;
    },
    tick: (/** @type {number} */ ms) => camera.tick(now += ms),
    get changes() { return changes; },
  };
}

test('A way between two cameras keeps the point that both show in the same place', () => {
  const from = { x: 0, y: 0, zoom: 1 };
  const cursor = { x: 1000, y: 200 };
  const to = zoomAt(from, cursor, 6);
  const anchor = toWorld(from, cursor);
  for (const t of [0, 0.1, 0.37, 0.5, 0.9, 1]) {
    const at = toScreen(between(from, to, t), anchor);
    assert.ok(Math.hypot(at.x - cursor.x, at.y - cursor.y) < 1e-6, `${t}`);
  }
});

test('A way between two cameras begins at the one and ends at the other, also where only one coordinate differs', () => {
  const from = { x: 10, y: 20, zoom: 0.5 };
  for (const to of [{ x: 500, y: 20, zoom: 0.5 }, { x: -3, y: 8000, zoom: 20 }, { x: 10, y: 20, zoom: 0.50000001 }]) {
    assert.ok(isSame(between(from, to, 1e-9), from, view, 0.05));
    assert.ok(isSame(between(from, to, 1 - 1e-9), to, view, 0.05));
    const middle = between(from, to, 0.5);
    assert.ok([middle.x, middle.y, middle.zoom].every(Number.isFinite));
  }
});

test('Fitting puts the content into the middle of what the panels leave free', () => {
  const insets = { left: 64, top: 56, right: 16, bottom: 104 };
  const camera = fitBetween({ x: 100, y: -50, width: 4000, height: 1000 }, view, insets);
  const middle = toScreen(camera, { x: 2100, y: 450 });
  assert.ok(Math.abs(middle.x - (64 + 1440 - 16) / 2) < 1e-9);
  assert.ok(Math.abs(middle.y - (56 + 900 - 104) / 2) < 1e-9);
  const left = toScreen(camera, { x: 100, y: 0 });
  assert.ok(left.x >= 64 + 47.9, 'padding is kept');
});

test('Fitting nothing shows the origin at 100 %, and never goes beyond the zoom that was asked for', () => {
  const insets = { left: 0, top: 0, right: 0, bottom: 0 };
  assert.equal(fitBetween(null, view, insets).zoom, 1);
  assert.equal(fitBetween({ x: 0, y: 0, width: 10, height: 10 }, view, insets).zoom, 1);
  assert.equal(fitBetween({ x: 0, y: 0, width: 10, height: 10 }, view, insets, { maxZoom: 4 }).zoom, 4);
});

test('Wheel steps melt into each other and end where all of them together lead', () => {
  const it = controller();
  const cursor = { x: 300, y: 700 };
  const anchor = toWorld(it.camera.camera, cursor);
  for (let i = 0; i < 5; i++) {
    it.camera.step(cursor, 1.2);
    it.tick(10);
  }
  assert.ok(it.camera.isMoving);
  const end = it.settle();
  assert.ok(Math.abs(end.zoom - 1.2 ** 5) < 0.01, `${end.zoom}`);
  const at = toScreen(end, anchor);
  assert.ok(Math.hypot(at.x - cursor.x, at.y - cursor.y) < 1);
});

test('Zoom stops at its ends and the cursor keeps its place there', () => {
  const it = controller();
  it.camera.step({ x: 100, y: 100 }, 1e9);
  assert.equal(it.settle().zoom, MAX_ZOOM);
  it.camera.step({ x: 100, y: 100 }, 1e-12);
  assert.equal(it.settle().zoom, MIN_ZOOM);
});

test('A glide is interrupted by a hand and stays where it was', () => {
  const it = controller();
  it.camera.glide({ x: 5000, y: 0, zoom: 1 });
  it.tick(80);
  const held = it.camera.camera;
  assert.ok(held.x > 0 && held.x < 5000);
  it.camera.interrupt();
  it.tick(500);
  assert.deepEqual(it.camera.camera, held);
});

test('With reduced motion the camera jumps, and is never thrown', () => {
  const it = controller(1);
  it.camera.glide({ x: 5000, y: 0, zoom: 2 });
  assert.deepEqual(it.camera.camera, { x: 5000, y: 0, zoom: 2 });
  it.camera.throw(3, 0);
  assert.equal(it.camera.isMoving, false);
});

test('A thrown board slows down and stops', () => {
  const it = controller();
  it.camera.throw(2, 0);
  const end = it.settle();
  assert.equal(it.camera.isMoving, false);
  // Speed times half-life over ln 2: 2 * 160 / 0.693.
  assert.ok(end.x < -380 && end.x > -540, `${end.x}`);
});

test('Resizing keeps the middle in the middle', () => {
  const it = controller();
  it.camera.jump(panBy({ x: 0, y: 0, zoom: 2 }, 100, 40));
  const before = toWorld(it.camera.camera, { x: 720, y: 450 });
  it.camera.resize({ width: 800, height: 600 });
  const after = toWorld(it.camera.camera, { x: 400, y: 300 });
  assert.ok(Math.hypot(after.x - before.x, after.y - before.y) < 1e-9);
});

test('Revealing moves by as little as shows the thing, and not at all when it is there', () => {
  const it = controller();
  it.camera.reveal({ x: 200, y: 200, width: 100, height: 100 });
  assert.equal(it.camera.isMoving, false);
  it.camera.reveal({ x: 1500, y: 200, width: 100, height: 100 });
  const end = it.settle();
  assert.ok(Math.abs(end.x - (1600 - (1440 - 24))) < 0.01);
  assert.equal(end.y, 0);
});
