// @ts-check
// Pictures from outside: dropped, pasted or picked. Each shows at once where it will lie, and how far it has come.
import { newId } from '../document/ids.js';
import { tileAdd } from '../document/ops.js';
import { HEAD_BYTES, pictureSize } from './pictureHead.js';

/** @typedef {import('./stage.js').Stage} Stage */
/** @typedef {import('../geometry/rect.js').Point} Point */
/** @typedef {import('../geometry/rect.js').Rect} Rect */
/** @typedef {{rect: Rect, share: number, picture: ImageBitmap | null}} Arriving  `picture` is null where the browser was not let near it or could not read it. */

// What the file dialog offers. What is dropped or pasted may be anything: the server says what is wrong with it.
const types = ['image/png', 'image/jpeg', 'image/webp'];
const mostAtOnce = 20;
// A photograph of 4,000 pixels beside frames of 512 would be a wall: it comes in at this size, and can be pulled to any.
const longestSide = 1_024;
// A picture on its way is shown small; above this the browser would hold more memory for that than it is worth.
const mostPixelsShown = 40_000_000;
// The place of a file whose size nobody knows yet.
const unknownSize = Object.freeze({ width: 512, height: 512 });
const gap = 32;

export class Uploads {
  #listeners = new AbortController();
  /** @type {Set<XMLHttpRequest>} */ #requests = new Set();

  /** @param {{root: HTMLElement, stage: Stage, url: string, arriving: Set<Arriving>, toWorld: (clientX: number, clientY: number) => Point, maxBytes?: number}} options */
  constructor(options) {
    this.options = options;
    const { root, stage } = options;
    const { signal } = this.#listeners;
    root.addEventListener('dragover', (event) => {
      if (!stage.canEdit || !event.dataTransfer?.types.includes('Files')) return;
      event.preventDefault();
      event.dataTransfer.dropEffect = 'copy';
      root.classList.add('is-drop-target');
    }, { signal });
    root.addEventListener('dragleave', (event) => {
      if (!root.contains(/** @type {Node | null} */ (event.relatedTarget))) root.classList.remove('is-drop-target');
    }, { signal });
    root.addEventListener('drop', (event) => {
      root.classList.remove('is-drop-target');
      const files = event.dataTransfer?.files;
      if (!stage.canEdit || files === undefined || files.length === 0) return;
      event.preventDefault();
      void this.add([...files], options.toWorld(event.clientX, event.clientY));
    }, { signal });
    window.addEventListener('paste', (event) => {
      const target = /** @type {Element} */ (event.target);
      const files = [...event.clipboardData?.files ?? []].filter((file) => file.type.startsWith('image/'));
      if (!stage.canEdit || files.length === 0 || target.closest('input, textarea, [contenteditable="true"]') !== null) return;
      event.preventDefault();
      // Where the pointer is, as in every editor; else in the middle.
      const { pointer } = stage.live;
      const { camera, centre } = stage.camera;
      void this.add(files, pointer === null ? centre : { x: camera.x + pointer.x / camera.zoom, y: camera.y + pointer.y / camera.zoom });
    }, { signal });
  }

  /** Opens the file dialog. @param {Point} at @param {() => void} done */
  pick(at, done) {
    const input = document.createElement('input');
    input.type = 'file';
    input.accept = types.join();
    input.multiple = true;
    input.addEventListener('change', () => {
      void this.add([...input.files ?? []], at);
      done();
    });
    input.addEventListener('cancel', done);
    input.click();
  }

  /** @param {readonly File[]} files @param {Point} at  World units: the middle of the first. @returns {Promise<string[]>} The ids of the new tiles. */
  async add(files, at) {
    const { stage } = this.options;
    if (files.length > mostAtOnce) stage.notify({ kind: 'warning', text: stage.text('UploadTooMany', 'Up to {count} pictures at once. The first {count} are on their way.', { count: mostAtOnce }) });
    let x = at.x;
    /** @type {Promise<string | null>[]} */ const running = [];
    for (const [i, file] of files.slice(0, mostAtOnce).entries()) {
      const { maxBytes } = this.options;
      if (maxBytes !== undefined && file.size > maxBytes) {
        stage.notify({ kind: 'error', text: stage.text('UploadTooManyBytes', '{name} is larger than {most} MiB. Make the picture smaller, or save it with stronger compression.', { name: file.name, most: Math.floor(maxBytes / 1_048_576) }) });
        continue;
      }
      const { picture, stored } = await look(file);
      const size = shownSize(stored);
      if (i === 0) x -= size.width / 2;
      const rect = { x: Math.round(x), y: Math.round(at.y - size.height / 2), ...size };
      x += size.width + gap;
      running.push(this.#send(file, { rect, share: 0, picture }));
    }
    const ids = (await Promise.all(running)).filter((id) => id !== null);
    if (ids.length > 0) stage.select(ids);
    return ids;
  }

  destroy() {
    this.#listeners.abort();
    for (const request of this.#requests) request.abort();
    for (const { picture } of this.options.arriving) picture?.close();
    this.options.arriving.clear();
  }

  /** @param {File} file @param {Arriving} arriving @returns {Promise<string | null>} */
  #send(file, arriving) {
    const { stage, url } = this.options;
    this.options.arriving.add(arriving);
    stage.invalidate();
    return new Promise((resolve) => {
      const request = new XMLHttpRequest(); // fetch tells nothing of how much has been sent.
      this.#requests.add(request);
      request.open('POST', url);
      request.setRequestHeader('Content-Type', file.type || 'application/octet-stream');
      request.setRequestHeader('Idempotency-Key', newId());
      request.responseType = 'text';
      request.upload.onprogress = (event) => {
        if (event.lengthComputable) arriving.share = event.loaded / event.total;
        stage.invalidate();
      };
      request.onloadend = () => {
        this.#requests.delete(request);
        this.options.arriving.delete(arriving);
        arriving.picture?.close();
        stage.invalidate();
        resolve(this.#arrived(request, file, arriving.rect));
      };
      request.send(file);
    });
  }

  /** @param {XMLHttpRequest} request @param {File} file @param {Rect} rect @returns {string | null} */
  #arrived(request, file, rect) {
    const { stage } = this.options;
    if (request.status >= 200 && request.status < 300) {
      const content = JSON.parse(request.responseText);
      const id = newId();
      // The server's size counts, not that of the file: it turns pictures as their camera was held, and knows those that were not shown here.
      const size = shownSize({ width: content.pixelWidth, height: content.pixelHeight });
      // The file said how it was made: to go on from there is one press away.
      if (request.getResponseHeader('CanvasWeb-Has-Settings') === 'true') {
        stage.notify({ kind: 'info', text: stage.text('UploadHasSettings', 'This picture says how it was made.'), action: { text: stage.text('UseItsSettings', 'Use its settings'), command: 'useSettings', args: { sha256: content.sha256 } } });
      }
      return stage.do(tileAdd({ node: id, transform: { x: rect.x, y: rect.y, ...size, rotation: 0 }, order: stage.topKey(), content })) ? id : null;
    }
    stage.notify({ kind: 'error', text: this.#refusalOf(request, file.name) });
    return null;
  }

  /** @param {XMLHttpRequest} request @param {string} name @returns {string} */
  #refusalOf(request, name) {
    const { stage } = this.options;
    if (request.status === 0) return stage.text('UploadOffline', '{name} could not be sent: there is no connection. Try again in a moment.', { name });
    try {
      const { type = '', detail, title } = JSON.parse(request.responseText);
      // The sentences with figures in them are the server's: only it knows its limits.
      const sentence = detail ?? title;
      if (sentence !== undefined) return stage.text(`Problem_${type.slice(type.lastIndexOf(':') + 1)}`, stage.text('UploadRefused', '{name}: {reason}', { name, reason: sentence }), { name });
    } catch {
      // No answer of the site's own: something before it broke off.
    }
    return stage.text('UploadFailed', '{name} could not be uploaded. Try again in a moment.', { name });
  }
}

/** What can be shown of a file while it is on its way. @param {File} file @returns {Promise<{picture: ImageBitmap | null, stored: import('../geometry/rect.js').Size}>} */
async function look(file) {
  const head = await file.slice(0, HEAD_BYTES).arrayBuffer().catch(() => null);
  const stored = head === null ? null : pictureSize(new Uint8Array(head));
  if (stored === null) return { picture: null, stored: unknownSize };
  const picture = stored.width * stored.height > mostPixelsShown ? null : await createImageBitmap(file).catch(() => null);
  // As it is turned, if the browser could say.
  return { picture, stored: picture ?? stored };
}

/** The size on the board, in world units. @param {import('../geometry/rect.js').Size} stored */
function shownSize({ width, height }) {
  const share = Math.min(1, longestSide / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * share)), height: Math.max(1, Math.round(height * share)) };
}
