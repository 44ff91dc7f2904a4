// @ts-check
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { intersect, isEmpty } from '../../../wwwroot/js/canvas/geometry/rect.js';
import { bounds } from '../../../wwwroot/js/canvas/geometry/transform.js';
import { edges, estimate } from '../../../wwwroot/js/canvas/view/coverage.js';
import { DEFAULT_FRAME, dragFrame, overlapFor, overlapOf, placeFrame, snapFrame } from '../../../wwwroot/js/canvas/view/frameSnap.js';
import { Random, seeds } from '../support/random.js';

/** @param {number} x @param {number} y @param {number} width @param {number} height @param {number} [rotation] @param {string} [solid] */
function cover(x, y, width, height, rotation = 0, solid = undefined) {
  const world = { x, y, width, height, rotation };
  return { world, bounds: bounds(world), solid };
}

const frame = { x: 0, y: 0, width: 512, height: 512 };

/** @param {{width: number, height: number}[]} parts */
const area = (parts) => parts.reduce((sum, part) => sum + part.width * part.height, 0);

/** @param {ReturnType<typeof edges>} runs */
const keptLength = (runs) => runs.filter((run) => run.kept).reduce((sum, run) => sum + Math.hypot(run.to.x - run.from.x, run.to.y - run.from.y), 0);

test('A frame on bare ground is a new picture with dashed edges all around', () => {
  const { task, edges: runs, newShare } = estimate(frame, [], false);
  assert.equal(task, 'textToImage');
  assert.equal(newShare, 1);
  assert.equal(runs.length, 4);
  assert.equal(keptLength(runs), 0);
});

test('A frame over an edge carries the picture on: kept where it lies over it, new beyond', () => {
  const { task, covered, uncovered, edges: runs } = estimate(frame, [cover(-384, 0, 512, 512)], false);
  assert.equal(task, 'outpaint');
  assert.deepEqual(covered, [{ x: 0, y: 0, width: 128, height: 512 }]);
  assert.deepEqual(uncovered, [{ x: 128, y: 0, width: 384, height: 512 }]);
  // The left side whole, and a quarter of the upper and the lower.
  assert.ok(Math.abs(keptLength(runs) - (512 + 128 + 128)) < 1);
});

test('A frame inside a picture wants a mask', () => {
  assert.equal(estimate(frame, [cover(-10, -10, 600, 600)], false).task, 'nothing');
  assert.equal(estimate(frame, [cover(-10, -10, 600, 600)], true).task, 'inpaint');
  assert.equal(estimate(frame, [cover(0, 0, 512, 512)], true).task, 'inpaint', 'flush on all sides');
  assert.ok(Math.abs(keptLength(edges(frame, [cover(0, 0, 512, 512)])) - 4 * 512) < 1);
});

test('What is kept and what is new fill the frame and share nothing, whatever lies under it', () => {
  const random = new Random(4);
  for (let round = 0; round < 200; round++) {
    const tiles = Array.from({ length: random.below(5) }, () => cover(random.next() * 900 - 400, random.next() * 900 - 400, 60 + random.next() * 500, 60 + random.next() * 500, round % 3 === 0 ? random.next() * 90 : 0));
    const { covered, uncovered, edges: runs } = estimate(frame, tiles, false);
    assert.ok(Math.abs(area(covered) + area(uncovered) - 512 * 512) < 1e-3, `round ${round}`);
    const length = runs.reduce((sum, run) => sum + Math.hypot(run.to.x - run.from.x, run.to.y - run.from.y), 0);
    assert.ok(Math.abs(length - 4 * 512) < 1e-3, `round ${round}: ${length}`);
  }
});

test('The holes of a picture are new', () => {
  const half = 'ff00'.repeat(16);
  const { covered, uncovered } = estimate(frame, [cover(0, 0, 512, 512, 0, half)], false);
  assert.equal(area(covered), 256 * 512);
  assert.equal(area(uncovered), 256 * 512);
});

test('The edge of a turned picture is met where it crosses the frame', () => {
  // A diamond whose right corner reaches to (300, 256).
  const diamond = cover(-212, 0, 512, 512, 45);
  const right = diamond.bounds.x + diamond.bounds.width;
  const top = edges({ x: 44, y: 256, width: 512, height: 512 }, [diamond])[0];
  assert.equal(top.kept, true);
  assert.ok(Math.abs(top.to.x - right) < 1, `${top.to.x} ${right}`);
});

test('A frame that comes near an edge is offered a quarter of itself as overlap', () => {
  const picture = { x: 0, y: 0, width: 512, height: 512 };
  const { rect, overlap } = snapFrame({ x: 392, y: 3, width: 512, height: 512 }, [picture], [], 7, 0);
  assert.deepEqual(rect, { x: 384, y: 0, width: 512, height: 512 });
  assert.deepEqual(overlap, { band: { x: 384, y: 0, width: 128, height: 512 }, amount: 128 });
  assert.equal(overlapFor(512), 128);
});

test('A frame beside a picture lies flush, without a gap and without an overlap', () => {
  const { rect, overlap, guides } = snapFrame({ x: 515, y: -2, width: 512, height: 512 }, [{ x: 0, y: 0, width: 512, height: 512 }], [], 7, 0);
  assert.deepEqual([rect.x, rect.y], [512, 0]);
  assert.equal(overlap, null);
  assert.ok(guides.some((guide) => guide.isVertical && guide.position === 512));
});

test('The overlap is told for one side only', () => {
  assert.equal(overlapOf({ x: 400, y: 400, width: 512, height: 512 }, [{ x: 0, y: 0, width: 512, height: 512 }]), null, 'a corner is no side');
  assert.equal(overlapOf({ x: 100, y: 100, width: 200, height: 200 }, [{ x: 0, y: 0, width: 512, height: 512 }]), null, 'inside');
});

test('A dragged frame has sides in the model’s steps, within its limits and ratio, from the corner where the drag began', () => {
  const random = new Random(9);
  for (let round = 0; round < 300; round++) {
    const from = { x: random.below(2000) - 1000, y: random.below(2000) - 1000 };
    const to = { x: from.x + random.next() * 12_000 - 6_000, y: from.y + random.next() * 12_000 - 6_000 };
    const rect = dragFrame(from, to, DEFAULT_FRAME);
    for (const side of [rect.width, rect.height]) assert.ok(side % 64 === 0 && side >= 64 && side <= 4096, `round ${round}: ${side}`);
    assert.ok(Math.max(rect.width / rect.height, rect.height / rect.width) <= 4 + 1e-9);
    assert.ok([rect.x, rect.x + rect.width].includes(from.x) && [rect.y, rect.y + rect.height].includes(from.y));
  }
  assert.deepEqual(dragFrame({ x: 0, y: 0 }, { x: 300, y: 90 }, DEFAULT_FRAME, { square: true }), { x: 0, y: 0, width: 320, height: 320 });
  assert.deepEqual(dragFrame({ x: 0, y: 0 }, { x: 100, y: 100 }, DEFAULT_FRAME, { centred: true }), { x: -96, y: -96, width: 192, height: 192 });
});

test('A frame without a place goes where one looks if that is bare, else beside what is there', () => {
  const visible = { x: -700, y: -450, width: 1400, height: 900 };
  assert.deepEqual(placeFrame({ width: 512, height: 512 }, { x: 0, y: 0 }, visible, []), { x: -256, y: -256, width: 512, height: 512 });
  const picture = { x: -400, y: -256, width: 512, height: 512 };
  const placed = placeFrame({ width: 512, height: 512 }, { x: 0, y: 0 }, visible, [picture]);
  assert.deepEqual(placed, { x: 144, y: -256, width: 512, height: 512 }, 'to the right, level, a gap away');
});

test('A frame that comes without a place never lies over anything', () => {
  const visible = { x: -720, y: -450, width: 1_440, height: 900 };
  for (const seed of seeds(60)) {
    const random = new Random(seed);
    const things = Array.from({ length: random.below(60) }, () => ({ x: random.below(3_000) - 1_500, y: random.below(2_000) - 1_000, width: 32 + random.below(600), height: 32 + random.below(600) }));
    const rect = placeFrame({ width: 512, height: 512 }, { x: 0, y: 0 }, visible, things);
    for (const thing of things) assert.ok(isEmpty(intersect(rect, thing)), `seed ${seed}: ${JSON.stringify({ rect, thing })}`);
  }
});

test('A frame as tall as the picture that it carries on is level with it from further away than an edge holds', () => {
  const picture = { x: 0, y: 0, width: 512, height: 512 };
  assert.equal(snapFrame({ x: 250, y: 30, width: 512, height: 512 }, [picture], [], 7, 0).rect.y, 0);
  assert.equal(snapFrame({ x: 250, y: 60, width: 512, height: 512 }, [picture], [], 7, 0).rect.y, 60, 'further away it is free');
  assert.equal(snapFrame({ x: 250, y: 30, width: 512, height: 384 }, [picture], [], 7, 0).rect.y, 30, 'another height is another matter');
  assert.deepEqual(snapFrame({ x: 250, y: 30, width: 512, height: 512 }, [], [], 0, 0).rect, { x: 250, y: 30, width: 512, height: 512 });
});
