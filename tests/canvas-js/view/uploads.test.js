// @ts-check
// Bad files: the browser decodes nothing that promises too much, and what is wrong with a file is said in the server's words.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pictureSize } from '../../../wwwroot/js/canvas/view/pictureHead.js';
import { Uploads } from '../../../wwwroot/js/canvas/view/uploads.js';

const ascii = (/** @type {string} */ text) => [...text].map((letter) => letter.charCodeAt(0));
const big = (/** @type {number} */ value) => [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
const png = (/** @type {number} */ width, /** @type {number} */ height) => new Uint8Array([0x89, ...ascii('PNG\r\n\x1a\n'), ...big(13), ...ascii('IHDR'), ...big(width), ...big(height), 8, 6, 0, 0, 0]);

test('the_size_is_read_from_the_head_of_png_jpeg_and_the_three_kinds_of_webp', () => {
  assert.deepEqual(pictureSize(png(50_000, 40_000)), { width: 50_000, height: 40_000 });
  // A segment of metadata stands before the frame's header.
  const jpeg = [0xff, 0xd8, 0xff, 0xe1, 0, 6, 1, 2, 3, 4, 0xff, 0xff, 0xc2, 0, 17, 8, 0x03, 0x20, 0x05, 0x00, 3, 0, 0, 0];
  assert.deepEqual(pictureSize(new Uint8Array(jpeg)), { width: 1_280, height: 800 });
  const webp = (/** @type {string} */ chunk, /** @type {number[]} */ body) => new Uint8Array([...ascii('RIFF'), 0, 0, 0, 0, ...ascii('WEBP'), ...ascii(chunk), 0, 0, 0, 0, ...body, ...new Array(16).fill(0)]);
  assert.deepEqual(pictureSize(webp('VP8 ', [0, 0, 0, 0x9d, 0x01, 0x2a, 0x80, 0x02, 0xe0, 0x01])), { width: 640, height: 480 });
  assert.deepEqual(pictureSize(webp('VP8L', [0x2f, 0x7f, 0xc2, 0x77, 0x00])), { width: 640, height: 480 });
  assert.deepEqual(pictureSize(webp('VP8X', [0, 0, 0, 0, 0x7f, 0x02, 0x00, 0xdf, 0x01, 0x00])), { width: 640, height: 480 });
});

test('what_is_no_picture_or_ends_early_has_no_size', () => {
  for (const bytes of [[], ascii('<svg xmlns="http://www.w3.org/2000/svg"/>'), [...png(10, 10).slice(0, 20)], [0xff, 0xd8, 0xff, 0xe0, 0xff, 0xff], [0xff, 0xd8, 0xff, 0xda, 0, 2, 0, 0, 0, 0, 0]])
    assert.equal(pictureSize(new Uint8Array(bytes)), null);
});

/** @param {{status: number, body: string, maxBytes?: number, text?: Record<string, string>, headers?: Record<string, string>}} site */
function open(site) {
  /** @type {string[]} */ const notices = [];
  /** @type {any[]} */ const written = [];
  /** @type {string[]} */ const decoded = [];
  let sent = 0;
  Object.assign(globalThis, {
    window: new EventTarget(),
    createImageBitmap: async (/** @type {File} */ file) => { decoded.push(file.name); throw new Error('cannot be read'); },
    XMLHttpRequest: class {
      upload = {};
      status = 0;
      responseText = '';
      onloadend = () => {};
      open() {}
      abort() {}
      setRequestHeader() {}
      /** @param {string} name */
      getResponseHeader(name) { return site.headers?.[name] ?? null; }
      send() {
        sent++;
        Object.assign(this, { status: site.status, responseText: site.body });
        queueMicrotask(() => this.onloadend());
      }
    },
  });
  const words = site.text ?? {};
  const stage = {
    canEdit: true, live: { pointer: null }, arriving: new Set(), invalidate() {}, select() {}, topKey: () => 'a0',
    notify: (/** @type {{text: string}} */ notice) => notices.push(notice.text),
    text: (/** @type {string} */ key, /** @type {string} */ fallback, /** @type {Record<string, string>} */ values = {}) => (words[key] ?? fallback).replace(/\{(\w+)\}/g, (/** @type {string} */ whole, /** @type {string} */ name) => values[name] ?? whole),
    do: (/** @type {any} */ op) => { written.push(op); return true; },
  };
  const uploads = new Uploads({ root: /** @type {any} */ (new EventTarget()), stage: /** @type {any} */ (stage), url: '/uploads', arriving: stage.arriving, toWorld: () => ({ x: 0, y: 0 }), maxBytes: site.maxBytes });
  return { notices, written, decoded, add: (/** @type {File} */ file) => uploads.add([file], { x: 0, y: 0 }), get sent() { return sent; } };
}

const problem = (/** @type {string} */ code, /** @type {string} */ detail) => JSON.stringify({ type: `urn:canvasweb:${code}`, detail });

test('a_head_that_promises_50_000_pixels_a_side_is_not_decoded_here_and_the_servers_words_are_shown', async () => {
  const site = open({ status: 413, body: problem('upload-too-large', 'At most 16384 a side are read.') });
  await site.add(new File([png(50_000, 50_000)], 'bomb.png'));
  assert.deepEqual([site.decoded, site.sent, site.notices], [[], 1, ['bomb.png: At most 16384 a side are read.']]);
});

test('a_file_that_the_browser_cannot_read_goes_to_the_server_whose_reason_is_localized_by_its_code', async () => {
  const site = open({ status: 415, body: problem('upload-svg', 'English'), text: { 'Problem_upload-svg': '{name} ist eine Zeichnung.' } });
  await site.add(new File(['<svg/>'], 'a.svg'));
  assert.deepEqual([site.sent, site.notices], [1, ['a.svg ist eine Zeichnung.']]);
});

test('a_picture_that_only_the_server_can_read_lies_there_in_the_servers_size', async () => {
  const site = open({ status: 201, body: JSON.stringify({ sha256: 'a'.repeat(64), pixelWidth: 300, pixelHeight: 200 }) });
  const ids = await site.add(new File([png(200, 300)], 'turned.png'));
  assert.equal(ids.length, 1);
  assert.deepEqual(site.decoded, ['turned.png']);
  assert.equal(site.written[0].transform.width, 300);
  assert.equal(site.written[0].transform.height, 200);
});

test('a_file_that_says_how_it_was_made_offers_its_settings', async () => {
  const site = open({ status: 201, body: JSON.stringify({ sha256: 'a'.repeat(64), pixelWidth: 300, pixelHeight: 200 }), headers: { 'CanvasWeb-Has-Settings': 'true' } });
  await site.add(new File([png(300, 200)], 'made.png'));
  assert.deepEqual([site.written.length, site.notices], [1, ['This picture says how it was made.']]);
});

test('a_file_over_the_limit_is_not_sent_and_the_limit_is_said', async () => {
  const site = open({ status: 500, body: '', maxBytes: 2 * 1_048_576 });
  await site.add(new File([new Uint8Array(2 * 1_048_576 + 1)], 'wall.png'));
  assert.equal(site.sent, 0);
  assert.match(site.notices[0], /wall\.png.*2 MiB/);
});
