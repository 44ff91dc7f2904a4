// @ts-check
// The entry of the canvas: opens a board in an element, wires document, view, tools and overlays together, and speaks with the page around
// it by commands in and one state out. What each command takes stands in README.md, "Board page ↔ canvas".
import { CameraController } from './camera/controller.js';
import { Minimap } from './minimap/minimap.js';
import { Renderer } from './render/renderer.js';
import { connectBoard } from './sync/connection.js';
import { blendTool } from './tools/blend.js';
import { frameTool } from './tools/frame.js';
import { handTool } from './tools/hand.js';
import { imageTool } from './tools/image.js';
import { lassoTool } from './tools/lasso.js';
import { maskTool } from './tools/mask.js';
import { noteTool } from './tools/note.js';
import { selectTool } from './tools/select.js';
import { Toolbox } from './tools/tool.js';
import { Operations } from './operations/operations.js';
import { Commands } from './view/commands.js';
import { Input } from './view/input.js';
import { Jobs } from './view/jobs.js';
import { listenToKeys } from './view/keyboard.js';
import { openMenu } from './view/menu.js';
import { menuEntries } from './view/menuEntries.js';
import { Orders } from './view/orders.js';
import { Overlays } from './view/overlays.js';
import { Plans } from './view/plans.js';
import { Reporter } from './view/reporter.js';
import { Scene } from './view/scene.js';
import { showPreview } from './view/showPreview.js';
import { Stage } from './view/stage.js';
import { Uploads } from './view/uploads.js';
import { boardState } from './view/boardState.js';
import { loadScript, loadStyle } from './view/assets.js';

/** @typedef {{invokeMethodAsync(name: string, ...args: unknown[]): Promise<unknown>}} Bridge  A DotNetObjectReference, or a stand-in. */
/** @typedef {{run(command: string, args?: any): any, destroy(): void}} BoardHandle */
/**
 * @typedef {object} BoardOptions
 * @property {string} boardId
 * @property {string} hubUrl
 * @property {string} tilesUrl  "/tiles": `{tilesUrl}/{sha256}/{lod}.webp`.
 * @property {string} uploadsUrl
 * @property {number} [maxUploadBytes]  A larger file is not sent at all.
 * @property {string} [jobsUrl]  "/jobs".
 * @property {string} [role]
 * @property {string} [actor]
 * @property {string} [name]
 * @property {number | string} [colour]
 * @property {Record<string, string>} [text]  Localized strings by key; English stands in.
 * @property {boolean} [reducedMotion]
 * @property {boolean} [watch]  Only to look, without an identity: no tools, no presence, no choosing among candidates; nothing is asked of the site but the board and its pictures.
 * @property {number} [pixelBudget]  Pixels of decoded pictures to hold at most; 96 million by default (about 400 MB).
 * @property {any} [signalR]  For tests; else the site's script is loaded.
 * @property {import('./mask/strokes.js').Freehand} [freehand]  For tests; else the site's library is loaded.
 */

const defaultBudget = 96_000_000;
// Alike at both sides, though the right one is barer: the prompt bar stands in the middle of the page, and so does what is centred.
const deskInsets = Object.freeze({ left: 64, top: 56, right: 64, bottom: 104 });
const phoneInsets = Object.freeze({ left: 0, top: 56, right: 0, bottom: 168 });
// What a visit that only looks may do: move the view, and go from one thing to the next.
const watching = new Set(['zoom', 'nudge', 'select', 'insets', 'inner']);
const paintedMark = 'cw-preview-painted';

/**
 * @param {HTMLElement} root  Fills with the canvas; positioned and sized by the page. @param {BoardOptions} options @param {Bridge} bridge
 * @returns {Promise<BoardHandle>}
 */
export async function openBoard(root, options, bridge) {
  // 1. What comes from elsewhere, all at once.
  const [signalR, freehand] = await Promise.all([
    options.signalR ?? loadScript('/lib/signalr/signalr.min.js', () => /** @type {any} */ (globalThis).signalR),
    options.freehand ?? (options.watch ? undefined : import(/** @type {string} */ ('/lib/perfect-freehand/index.mjs'))),
    loadStyle(new URL('../../css/canvas.css', import.meta.url).href),
    loadStyle(new URL('../../css/board-overlay.css', import.meta.url).href),
    loadStyle(new URL('../../css/operations.css', import.meta.url).href),
  ]);
  const text = options.text ?? {};
  const reducedMotion = options.reducedMotion ?? matchMedia('(prefers-reduced-motion: reduce)').matches;
  root.classList.add('cw-board');
  if (!root.hasAttribute('tabindex')) root.tabIndex = -1;

  // 2. The document and what is drawn of it.
  const connection = connectBoard({ signalR, hubUrl: options.hubUrl, boardId: options.boardId });
  const scene = new Scene();
  scene.update(connection.view);
  /** @type {Renderer | null} */ let drawing = null;
  const camera = new CameraController({ reducedMotion, onChange: () => drawing?.invalidate(true) });
  const tell = (/** @type {string} */ name, /** @type {unknown[]} */ ...args) => void bridge.invokeMethodAsync(name, ...args).catch(() => {});
  let lastReport = '';
  const reporter = new Reporter(() => {
    keepCamera();
    const state = boardState(parts);
    const report = JSON.stringify(state);
    // Panning changes nothing that the page shows: then there is nothing to send.
    if (report === lastReport) return;
    lastReport = report;
    tell('OnBoardState', state);
  });
  const stage = new Stage({
    doc: connection, scene, camera, text, reducedMotion,
    invalidate: (withPictures) => drawing?.invalidate(withPictures),
    notify: (notice) => tell('OnNotice', notice),
    onChange: () => {
      reporter.soon();
      presence();
    },
  });
  const renderer = drawing = new Renderer({
    root, stage, reducedMotion,
    tileUrl: (sha256, lod) => `${options.tilesUrl.replace(/\/$/, '')}/${sha256}/${lod}.webp`,
    budgetPixels: options.pixelBudget ?? defaultBudget,
    onPicture: (sha256) => jobs.loaded(sha256),
    onFrame: (cameraMoved) => frame(cameraMoved),
  });

  // 3. What people do.
  const commands = new Commands();
  const run = (/** @type {string} */ command, /** @type {any} */ args = {}) => (options.watch && !watching.has(command) ? undefined : commands.run(command, args ?? {}));
  const toolbox = new Toolbox(stage, options.watch ? [handTool()] : [
    selectTool(stage, { onOpen: (item) => run('open', { id: item.id }), onLook: ({ job, image }) => run('candidate', { job, image }) }),
    handTool(),
    frameTool(stage, { onDrop: () => run('tool', { name: 'select' }), dropAtCentre: () => run('dropFrame') }),
    maskTool(stage, { name: 'mask', freehand: () => freehand }),
    maskTool(stage, { name: 'erase', freehand: () => freehand }),
    lassoTool(stage),
    imageTool(stage, { pick: (at) => uploads.pick(at, () => run('tool', { name: 'select' })) }),
    blendTool(stage, { onChosen: (tiles) => { run('tool', { name: 'select' }); run('operate', { kind: 'interpolation', tiles }); } }),
    noteTool(stage, { onDrop: (id) => { run('tool', { name: 'select' }); run('open', { id }); } }),
  ]);
  const toWorld = (/** @type {number} */ clientX, /** @type {number} */ clientY) => {
    const box = root.getBoundingClientRect();
    return { x: camera.camera.x + (clientX - box.left) / camera.zoom, y: camera.camera.y + (clientY - box.top) / camera.zoom };
  };
  const uploads = new Uploads({ root, stage, url: options.uploadsUrl, arriving: stage.arriving, toWorld, maxBytes: options.maxUploadBytes });
  const jobs = new Jobs({
    stage, boardId: options.boardId, previews: renderer.previews, colourOf: (actor) => overlays.colourOf(actor),
    ask: (path, body) => post(`${options.jobsUrl ?? '/jobs'}/${path}`, body),
  });
  const orders = new Orders({ stage, connection, jobs });
  const operations = new Operations({
    stage, invoke: (method, ...args) => connection.invoke(method, ...args), stream: (method, ...args) => connection.stream(method, ...args), generate: (args) => run('generate', args),
    describe: ({ sha256, job, image = 0 }) => (job === undefined ? Promise.resolve(null) : /** @type {Promise<any>} */ (bridge.invokeMethodAsync('DescribePicture', sha256, job, image))),
  });
  const plans = new Plans({ stage, invoke: (question) => connection.invoke('PlanFrame', question), isSaved: () => connection.status === 'saved' });
  /** @type {{destroy(): void} | null} */ let menu = null;
  const showMenu = (/** @type {{x: number, y: number}} */ at) => {
    const item = scene.hitTest(camera.camera && { x: camera.camera.x + at.x / camera.zoom, y: camera.camera.y + at.y / camera.zoom }, stage.px(8), (one) => !one.locked);
    if (item !== null && !stage.selection.has(item.id) && !stage.selection.has(item.outermost)) stage.select([item.outermost]);
    menu?.destroy();
    menu = openMenu(root, at, menuEntries(stage, run), stage.text('ContextMenu', 'Canvas'), () => { menu = null; });
  };
  const input = new Input({
    root, stage, toolbox,
    onPointer: (world) => { pointer = world; presence(); },
    onUndo: () => run('undo'),
    onMenu: options.watch ? () => {} : showMenu,
    onPress: () => {
      menu?.destroy();
      // Keys belong to the board after a press on it, wherever they were before.
      if (!root.contains(document.activeElement) || document.activeElement?.closest('textarea, input, [contenteditable="true"]') === null) root.focus({ preventScroll: true });
    },
  });
  const keys = listenToKeys(root, {
    run,
    holdSpace: (held) => input.holdSpace(held),
    cancel: () => input.cancel(),
    nudge: (dx, dy) => run('nudge', { dx, dy }),
    enter: () => toolbox.current.key?.('Enter') === true || run('enter'),
  });
  /** @type {{x: number, y: number} | null} */ let pointer = null;
  const minimap = new Minimap(root, { stage, palette: () => renderer.palette, picture: (sha256) => renderer.pictures.cache.peek(sha256) });
  const overlays = new Overlays({ root, stage, connection, jobs, renderer, run, text, toWorld, tilesUrl: options.tilesUrl, reducedMotion, obstacle: () => minimap.box, isWatch: options.watch === true });
  /** @type {import('./view/boardState.js').Parts} */
  const parts = { stage, connection, jobs, plans, toolbox };
  commands.addAll({ root, stage, connection, jobs, orders, plans, operations, toolbox, uploads, input, overlays, reporter, toWorld, boardId: options.boardId, tell });

  // 4. What comes from the others.
  let lastTool = toolbox.current;
  let wasLoaded = false;
  const off = [
    connection.on('loaded', () => {
      wasLoaded = true;
      firstLook();
      if (options.watch) tell('OnLoaded');
      else void fetchJobs();
    }),
    connection.on('view', (state, before) => {
      scene.update(state);
      stage.prune();
      jobs.follow(state);
      operations.follow();
      plans.follow(state, before);
      renderer.invalidate(true);
      reporter.soon();
    }),
    connection.on('status', () => reporter.soon()),
    connection.on('people', () => { reporter.soon(); renderer.invalidate(false); }),
    connection.on('role', () => { if (!stage.canEdit) toolbox.use('select'); reporter.soon(); }),
    connection.on('job', (job) => {
      jobs.change(job);
      operations.arrived(job);
    }),
    connection.on('refused', (refused) => {
      const reason = refused.find((one) => one.reason !== null && one.reason.code !== 'node_gone')?.reason;
      if (reason != null) stage.notify({ kind: 'warning', text: stage.text(`Refusal_${reason.code}`, reason.sentence) });
    }),
    connection.on('failed', ({ code }) => {
      if (options.watch) return tell('OnEnded', code);
      stage.notify({ kind: 'error', text: code === 'outdated' ? stage.text('Outdated', 'This page is older than the site. Reload it to go on.') : stage.text('NoAccess', 'This board cannot be opened. It may have been deleted, or is not shared with you any more.') });
      reporter.soon();
    }),
    connection.on('preview', (preview, done) => {
      showPreview({ stage, jobs, previews: renderer.previews }, preview).then((isShown) => { if (isShown) mark(preview); }, () => {}).finally(done);
    }),
  ];
  renderer.start();
  reporter.soon();

  return {
    run,
    destroy() {
      for (const stop of off) stop();
      for (const part of [keys, input, toolbox, plans, operations, uploads, minimap, overlays, menu, reporter, renderer]) part?.destroy();
      connection.close();
      root.classList.remove('cw-board');
    },
  };

  /** After each frame: what is DOM follows. @param {boolean} cameraMoved */
  function frame(cameraMoved) {
    setInsets();
    overlays.update();
    if (cameraMoved) {
      minimap.update();
      reporter.soon();
      presence();
    }
    if (lastTool !== toolbox.current) {
      lastTool = toolbox.current;
      input.refreshCursor();
    }
    if (!options.watch && (stage.live.hover !== null || stage.selectedFrame !== null)) plansIfNeeded();
  }

  function plansIfNeeded() {
    const id = stage.selectedFrame?.id ?? stage.live.hover;
    const hovered = stage.live.hover;
    if ((id !== null && !plans.isFresh(id)) || (hovered !== null && scene.find(hovered)?.node.kind === 'frame' && !plans.isFresh(hovered))) plans.refreshOnce();
  }

  /** For whoever watches or measures (tests/e2e, tests/load/previews.mjs). Only the newest is kept: an observer has seen the others. @param {import('./sync/connection.js').PreviewMessage} preview */
  function mark({ job, frameId, image, step, steps, endedAtMs }) {
    overlays.previewed(frameId, `${job}:${image}:${step}`);
    performance.clearMarks(paintedMark);
    performance.mark(paintedMark, { detail: { job, image, step, steps, endedAtMs, paintedAtMs: Date.now() } });
  }

  function presence() {
    if (wasLoaded && !options.watch) connection.setPresence({ cursor: pointer, selection: [...stage.selection].slice(0, 256), viewport: camera.visible, tool: stage.tool });
  }

  // The first look: where one was in this tab, else all of the board.
  function firstLook() {
    const kept = readKept();
    if (kept !== null) camera.jump(kept);
    else {
      camera.fit(scene.bounds);
      camera.finish();
    }
    if (scene.bounds === null) camera.jump({ x: -camera.view.width / 2, y: -camera.view.height / 2, zoom: 1 });
  }

  /** @returns {import('./geometry/camera.js').Camera | null} */
  function readKept() {
    try {
      const kept = JSON.parse(sessionStorage.getItem(`canvasweb.camera.${options.boardId}`) ?? 'null');
      return kept !== null && [kept.x, kept.y, kept.zoom].every(Number.isFinite) && kept.zoom > 0 ? kept : null;
    } catch {
      return null;
    }
  }

  function keepCamera() {
    if (!wasLoaded) return;
    try {
      sessionStorage.setItem(`canvasweb.camera.${options.boardId}`, JSON.stringify(camera.camera));
    } catch {
      // Where storage is forbidden one starts with all of the board each time.
    }
  }

  async function fetchJobs() {
    try {
      const response = await fetch(options.jobsUrl ?? '/jobs', { headers: { Accept: 'application/json' } });
      if (!response.ok) return;
      // What the line has told meanwhile is newer.
      for (const job of await response.json()) if (job.boardId === options.boardId && jobs.find(job.id) === undefined) jobs.restore(job);
    } catch {
      // Without the list only what happens from now on is shown.
    }
  }

  // What the page's own panels cover, so that fitting and centring leave it free. Told by the page where it knows better.
  function setInsets() {
    camera.insets = commands.insets ?? (camera.view.width < 640 ? phoneInsets : deskInsets);
  }
}

/** @param {string} url @param {object} [body] */
async function post(url, body) {
  try {
    const response = await fetch(url, { method: 'POST', ...(body !== undefined && { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }) });
    return response.ok;
  } catch {
    return false;
  }
}
