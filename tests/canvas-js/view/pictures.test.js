// @ts-check
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PictureCache } from '../../../wwwroot/js/canvas/render/pictureCache.js';
import { levelFor, levels, select } from '../../../wwwroot/js/canvas/render/selector.js';
import { gridSpacing } from '../../../wwwroot/js/canvas/render/grid.js';
import { Random } from '../support/random.js';

const view = { width: 1440, height: 900 };

/** @param {number} n @param {number} x @param {number} y @param {number} [side] */
function tile(n, x, y, side = 512) {
  return { sha256: `s${n}`, pixelWidth: 512, pixelHeight: 512, width: side, height: side, bounds: { x, y, width: side, height: side } };
}

function bitmap() {
  const made = { width: 1, height: 1, closed: 0, close() { made.closed++; } };
  return made;
}

test('Levels halve, rounded up, down to the first that is no larger than a thumbnail', () => {
  assert.deepEqual(levels(1000, 3).map(({ width, height }) => [width, height]), [[1000, 3], [500, 2], [250, 1], [125, 1], [63, 1]]);
  assert.equal(levels(64, 64).length, 1);
});

test('A level is as coarse as the screen allows and never coarser', () => {
  assert.equal(levelFor(4, 1), 0);
  assert.equal(levelFor(4, 0.5), 1);
  assert.equal(levelFor(4, 0.51), 0);
  assert.equal(levelFor(4, 0.01), 3);
  assert.equal(levelFor(4, 8), 0);
});

test('What is in view is wanted first, the nearest to the middle before the rest', () => {
  const tiles = [tile(0, 1200, 100), tile(1, 500, 200), tile(2, 5000, 5000), tile(3, 1500, 200)];
  const selection = select({ x: 0, y: 0, zoom: 1 }, view, 1, tiles, 1e9);
  assert.deepEqual(selection.wanted.map((key) => key.sha256), ['s1', 's0', 's3']);
  assert.equal(selection.visibleCount, 2, 'the third is fetched ahead');
  assert.equal(selection.wanted[2].lod, 1, 'and one level coarser');
});

test('A picture that lies in several places is held once, at the finest level that any of them needs', () => {
  const selection = select({ x: 0, y: 0, zoom: 1 }, view, 1, [tile(7, 0, 0, 128), tile(7, 300, 0, 512)], 1e9);
  assert.deepEqual(selection.wanted.map(({ sha256, lod }) => [sha256, lod]), [['s7', 0]]);
});

test('The budget holds whatever is on the board, and room that is left makes the middle finer', () => {
  const source = new Random(8), random = () => source.next();
  for (let round = 0; round < 200; round++) {
    const tiles = Array.from({ length: 40 }, (_, i) => tile(i, random() * 1800 - 200, random() * 1200 - 200, 64 + random() * 900));
    const budget = Math.floor(random() * 4e6);
    const selection = select({ x: 0, y: 0, zoom: 0.2 + random() * 3 }, view, 2, tiles, budget);
    const pixels = selection.wanted.reduce((sum, key) => sum + key.pixels, 0);
    assert.equal(pixels, selection.pixels);
    assert.ok(pixels <= budget, `round ${round}: ${pixels} of ${budget}`);
    assert.equal(new Set(selection.wanted.map((key) => key.sha256)).size, selection.wanted.length);
  }
});

test('The cache shows what comes nearest to a level: rather finer, else the finest of the coarser', () => {
  const cache = new PictureCache(1000);
  for (const lod of [0, 2, 4]) {
    cache.reserve(10, () => false);
    cache.put('a', lod, bitmap(), 10);
  }
  assert.equal(cache.best('a', 0)?.lod, 0);
  assert.equal(cache.best('a', 1)?.lod, 0);
  assert.equal(cache.best('a', 3)?.lod, 2);
  assert.equal(cache.best('a', 4)?.lod, 4);
  cache.drop('a', 0);
  assert.equal(cache.best('a', 1)?.lod, 2, 'nothing finer: the finest of the coarser');
  assert.equal(cache.best('b', 0), null);
});

test('The budget of the cache holds at every moment, what is wanted stays, and what goes is closed', () => {
  const source = new Random(21), random = () => source.next();
  const cache = new PictureCache(10_000);
  /** @type {ReturnType<typeof bitmap>[]} */ const all = [];
  let wanted = new Set();
  for (let i = 0; i < 3000; i++) {
    cache.nextFrame();
    if (i % 10 === 0) wanted = new Set(Array.from({ length: 6 }, () => `p${Math.floor(random() * 60)}`));
    const pixels = 50 + Math.floor(random() * 1500);
    const sha256 = `p${Math.floor(random() * 60)}`;
    const held = [...wanted].filter((one) => cache.has(one, 0));
    if (cache.reserve(pixels, (one) => wanted.has(one))) {
      for (const one of held) assert.ok(cache.has(one, 0), `${one} was wanted`);
      if (random() < 0.2) cache.release(pixels);
      else {
        const made = bitmap();
        all.push(made);
        cache.put(sha256, 0, made, pixels);
      }
    }
    cache.best(`p${Math.floor(random() * 60)}`, 0);
    assert.ok(cache.pixels <= 10_000, `${cache.pixels}`);
  }
  assert.equal(all.filter((made) => made.closed === 0).length, cache.count);
  assert.ok(all.every((made) => made.closed <= 1));
  cache.clear();
  assert.equal(cache.pixels, 0);
  assert.ok(all.every((made) => made.closed === 1));
});

test('The least recently drawn goes first', () => {
  const cache = new PictureCache(30);
  for (const name of ['a', 'b', 'c']) {
    cache.nextFrame();
    cache.reserve(10, () => false);
    cache.put(name, 0, bitmap(), 10);
  }
  cache.nextFrame();
  cache.best('a', 0);
  cache.reserve(10, () => false);
  assert.deepEqual(['a', 'b', 'c'].map((name) => cache.has(name, 0)), [true, false, true]);
});

test('Dots are never closer on the screen than calm allows, and their spacing is a whole step of the next', () => {
  for (let zoom = 0.02; zoom < 40; zoom *= 1.13) {
    const spacing = gridSpacing(zoom);
    assert.ok(spacing * zoom >= 18 || spacing === 1, `${zoom}: ${spacing}`);
    assert.ok(Number.isInteger(Math.log2(spacing)));
  }
});
