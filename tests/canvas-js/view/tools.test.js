// @ts-check
// The tools with a document behind them and no browser: what they write, and that nothing is written before the hand lets go.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CameraController } from '../../../wwwroot/js/canvas/camera/controller.js';
import { frameAdd, groupAdd, nodeSet, noteAdd, tileAdd } from '../../../wwwroot/js/canvas/document/ops.js';
import { ReplicaClient } from '../../../wwwroot/js/canvas/document/replica.js';
import { frameTool } from '../../../wwwroot/js/canvas/tools/frame.js';
import { lassoTool } from '../../../wwwroot/js/canvas/tools/lasso.js';
import { maskTool } from '../../../wwwroot/js/canvas/tools/mask.js';
import { selectTool } from '../../../wwwroot/js/canvas/tools/select.js';
import { Toolbox } from '../../../wwwroot/js/canvas/tools/tool.js';
import { align, resize } from '../../../wwwroot/js/canvas/view/handles.js';
import { reorder } from '../../../wwwroot/js/canvas/view/layerOrder.js';
import { Scene } from '../../../wwwroot/js/canvas/view/scene.js';
import { Stage } from '../../../wwwroot/js/canvas/view/stage.js';
import { Random } from '../support/random.js';

const freehand = { getStrokePoints: (/** @type {number[][]} */ points) => points.map(([x, y, pressure]) => ({ point: [x, y], pressure })), getStroke: () => [] };
const content = { sha256: 'a'.repeat(64), pixelWidth: 512, pixelHeight: 512 };

/** A board in the hand, at 100 % with the world's origin in the corner of the view. @param {import('../../../wwwroot/js/canvas/document/validator.js').BoardRole} [role] */
function open(role = 'editor') {
  const replica = new ReplicaClient({ client: 'c', actor: 'ann', role });
  const scene = new Scene();
  const camera = new CameraController({ reducedMotion: true, onChange: () => {} });
  camera.resize({ width: 1440, height: 900 });
  camera.jump({ x: 0, y: 0, zoom: 1 });
  /** @type {string[]} */ const notices = [];
  let written = 0;
  const doc = new Proxy(replica, {
    get(target, name) {
      const value = Reflect.get(target, name);
      if (typeof value !== 'function') return value;
      return (/** @type {unknown[]} */ ...args) => {
        const result = value.apply(target, args);
        if (name === 'do' && result === null) written++;
        scene.update(target.view);
        stage.prune();
        return result;
      };
    },
  });
  /** @type {Stage} */
  const stage = new Stage({ doc: /** @type {any} */ (doc), scene, camera, text: {}, reducedMotion: true, invalidate: () => {}, notify: (notice) => notices.push(notice.text), onChange: () => {} });
  scene.update(replica.view);
  /** @type {string[]} */ const opened = [];
  const toolbox = new Toolbox(stage, [
    selectTool(stage, { onOpen: (item) => opened.push(item.id) }),
    frameTool(stage, { onDrop: () => toolbox.use('select'), dropAtCentre: () => {} }),
    maskTool(stage, { name: 'mask', freehand: () => freehand }),
    maskTool(stage, { name: 'erase', freehand: () => freehand }),
    lassoTool(stage),
  ]);
  /** @param {number} x @param {number} y @param {Partial<import('../../../wwwroot/js/canvas/tools/tool.js').ToolEvent>} [how] */
  const event = (x, y, how = {}) => ({ screen: { x, y }, world: { x, y }, shift: false, alt: false, ctrl: true, pointerType: 'mouse', clicks: 1, samples: [{ x, y, pressure: 1 }], ...how });
  return {
    stage, scene, replica, toolbox, notices, opened, event,
    get written() { return written; },
    at: (/** @type {string} */ id) => replica.view.worldTransform(id),
    tile(/** @type {string} */ id, /** @type {number} */ x, /** @type {number} */ y, /** @type {object} */ more = {}) {
      doc.do(tileAdd({ node: id, transform: { x, y, width: 200, height: 200, rotation: 0, ...more }, order: stage.topKey(), content }));
      written = 0;
    },
    do: (/** @type {any} */ ops) => doc.do(ops),
    drag(/** @type {number[][]} */ path, /** @type {object} */ how = {}) {
      const tool = toolbox.current;
      tool.down?.(event(path[0][0], path[0][1], how));
      for (const [x, y] of path.slice(1)) tool.move?.(event(x, y, how));
      const before = written;
      tool.up?.(event(path[path.length - 1][0], path[path.length - 1][1], how));
      return before;
    },
  };
}

test('The grip that turns a picture comes down into it where a panel lies over the place above it', () => {
  const { stage, replica, scene } = open();
  replica.do(tileAdd({ node: 'a', transform: { x: 100, y: 300, width: 200, height: 200, rotation: 0 }, order: stage.topKey(), content }));
  scene.update(replica.view);
  stage.select(['a']);
  const grip = () => stage.handles?.handles.find((handle) => handle.name === 'rotate')?.at;
  assert.deepEqual(grip(), { x: 200, y: 276 });
  stage.camera.resize({ width: 390, height: 844 });
  stage.camera.jump({ x: 0, y: 190, zoom: 1 });
  // On a phone two rows of panels reach down to 124; the picture begins at 110 there.
  assert.deepEqual(grip(), { x: 200, y: 324 });
  stage.camera.jump({ x: 0, y: 230, zoom: 1 });
  const lower = grip();
  assert.ok(lower !== undefined && lower.y - 230 >= 124 && lower.y < 400, JSON.stringify(lower));
});

test('A drag moves what it began on, in one op, when the hand lets go', () => {
  const board = open();
  board.tile('a', 100, 100);
  const before = board.drag([[150, 150], [180, 160], [350, 250]]);
  assert.equal(before, 0, 'nothing is written on the way');
  assert.equal(board.written, 1);
  assert.deepEqual([board.at('a').x, board.at('a').y], [300, 200]);
  assert.equal(board.scene.hasDrafts, false);
  assert.equal(board.replica.undo(), true);
  assert.deepEqual([board.at('a').x, board.at('a').y], [100, 100]);
});

test('A press that trembles is a click, and Escape takes a drag back', () => {
  const board = open();
  board.tile('a', 100, 100);
  board.drag([[150, 150], [151, 152]]);
  assert.equal(board.written, 0);
  assert.deepEqual([...board.stage.selection], ['a']);
  const tool = board.toolbox.current;
  tool.down?.(board.event(150, 150));
  tool.move?.(board.event(400, 150));
  assert.equal(board.scene.find('a')?.world.x, 350);
  tool.cancel?.();
  assert.equal(board.scene.find('a')?.world.x, 100);
  assert.equal(board.written, 0);
});

test('Without holding Ctrl a moved thing snaps to its neighbour and shows why', () => {
  const board = open();
  board.tile('a', 100, 100);
  board.tile('b', 600, 300);
  const tool = board.toolbox.current;
  tool.down?.(board.event(150, 150, { ctrl: false }));
  tool.move?.(board.event(453, 152, { ctrl: false }));
  assert.equal(board.scene.find('a')?.world.x, 400);
  assert.ok(board.stage.live.guides.some((guide) => guide.isVertical && guide.position === 600));
  tool.cancel?.();
  assert.deepEqual(board.stage.live.guides, []);
});

test('Alt drags a copy, and one undo takes it away again', () => {
  const board = open();
  board.tile('a', 100, 100);
  board.drag([[150, 150], [160, 160], [450, 150]], { alt: true });
  assert.equal(board.scene.items.length, 2);
  assert.equal(board.at('a').x, 100);
  const [copy] = board.stage.selection;
  assert.notEqual(copy, 'a');
  assert.equal(board.at(copy).x, 400);
  board.stage.doc.undo();
  assert.equal(board.scene.items.length, 1);
  const tool = board.toolbox.current;
  tool.down?.(board.event(150, 150, { alt: true }));
  tool.move?.(board.event(300, 300, { alt: true }));
  tool.cancel?.();
  assert.equal(board.scene.items.length, 1, 'a canceled copy was never there');
});

test('A marquee takes what it touches, with Shift also what was selected, and a frame only by its edge', () => {
  const board = open();
  board.tile('a', 100, 100);
  board.tile('b', 400, 100);
  board.do(frameAdd({ node: 'f', transform: { x: 50, y: 50, width: 800, height: 700, rotation: 0 }, order: board.stage.topKey() }));
  board.do(nodeSet('f', { style: { locked: true } }));
  board.drag([[320, 320], [280, 280]]);
  assert.deepEqual([...board.stage.selection], ['a']);
  board.drag([[620, 320], [590, 280]], { shift: true });
  assert.deepEqual([...board.stage.selection].sort(), ['a', 'b']);
  board.do(nodeSet('f', { style: { locked: false } }));
  board.drag([[900, 900], [590, 280]]);
  assert.deepEqual([...board.stage.selection].sort(), ['b', 'f']);
});

test('A second click reaches through a frame to the picture below', () => {
  const board = open();
  board.tile('a', 100, 100);
  board.do(frameAdd({ node: 'f', transform: { x: 50, y: 50, width: 512, height: 512, rotation: 0 }, order: board.stage.topKey() }));
  board.drag([[150, 150]]);
  assert.deepEqual([...board.stage.selection], ['f']);
  board.drag([[150, 150]]);
  assert.deepEqual([...board.stage.selection], ['a']);
});

test('A group moves as one, by one op, and a double click goes into it', () => {
  const board = open();
  board.do(groupAdd({ node: 'g', transform: { x: 0, y: 0, width: 600, height: 600, rotation: 0 }, order: board.stage.topKey() }));
  board.tile('a', 100, 100, { parent: 'g' });
  board.tile('b', 400, 100, { parent: 'g' });
  board.drag([[150, 150], [160, 150], [250, 150]]);
  assert.equal(board.written, 1);
  assert.deepEqual([board.at('a').x, board.at('b').x, board.at('g').x], [200, 500, 100]);
  board.drag([[250, 150]], { clicks: 2 });
  assert.deepEqual([...board.stage.selection], ['a']);
  assert.deepEqual(board.opened, ['a']);
});

test('A picture keeps its ratio when a corner is pulled, a frame goes in the model’s steps', () => {
  const board = open();
  board.tile('a', 100, 100);
  board.drag([[150, 150]]);
  board.drag([[300, 300], [380, 310]]);
  const { width, height, x, y } = board.at('a');
  assert.deepEqual([x, y, width, height], [100, 100, 280, 280]);
  board.do(frameAdd({ node: 'f', transform: { x: 500, y: 100, width: 512, height: 512, rotation: 0 }, order: board.stage.topKey() }));
  board.stage.select(['f']);
  board.drag([[1012, 612], [1100, 630]], { ctrl: false });
  assert.deepEqual([board.at('f').width, board.at('f').height], [576, 512]);
});

test('Pulling any grip leaves the opposite side where it is, turned or not', () => {
  const random = new Random(3);
  const opposite = /** @type {const} */ ({ nw: [1, 1], ne: [0, 1], se: [0, 0], sw: [1, 0] });
  for (let round = 0; round < 200; round++) {
    const box = { x: random.below(500), y: random.below(500), width: 50 + random.below(300), height: 50 + random.below(300), rotation: random.next() * 360 - 180 };
    for (const grip of /** @type {const} */ (['nw', 'ne', 'se', 'sw'])) {
      const after = resize(box, grip, { x: random.next() * 900, y: random.next() * 900 }, { keepRatio: round % 2 === 0, fromCentre: false, min: 8, max: 4096 });
      const [u, v] = opposite[grip];
      const place = (/** @type {typeof box} */ t) => {
        const turn = t.rotation * Math.PI / 180, [dx, dy] = [(u - 0.5) * t.width, (v - 0.5) * t.height];
        return [t.x + t.width / 2 + Math.cos(turn) * dx - Math.sin(turn) * dy, t.y + t.height / 2 + Math.sin(turn) * dx + Math.cos(turn) * dy];
      };
      const [was, is] = [place(box), place(after)];
      assert.ok(Math.hypot(was[0] - is[0], was[1] - is[1]) < 1e-6, `round ${round} ${grip}`);
      if (round % 2 === 0) assert.ok(Math.abs(after.width / after.height - box.width / box.height) < 1e-6);
    }
  }
});

test('A click of the frame tool drops the model’s own size where the ghost was; a drag gives the size', () => {
  const board = open();
  board.toolbox.use('frame');
  board.toolbox.current.hover?.(board.event(700, 450));
  const ghost = board.stage.live.newFrame;
  board.drag([[700, 450]]);
  const [id] = board.stage.selection;
  assert.deepEqual(ghost, { x: 444, y: 194, width: 512, height: 512 });
  assert.deepEqual([board.at(id).x, board.at(id).y, board.at(id).width], [444, 194, 512]);
  assert.equal(board.toolbox.current.name, 'select');
  assert.equal(board.stage.live.newFrame, null);
  board.toolbox.use('frame');
  board.drag([[10, 10], [100, 100], [330, 260]]);
  const [second] = board.stage.selection;
  assert.deepEqual([board.at(second).x, board.at(second).width, board.at(second).height], [10, 320, 256]);
});

test('A stroke is one op on the selected frame, told in world units; on a picture in its pixels', () => {
  const board = open();
  board.tile('a', 100, 100);
  board.toolbox.use('mask');
  board.drag([[150, 150], [200, 150], [250, 150]]);
  assert.equal(board.written, 1);
  const tile = /** @type {any} */ (board.replica.view.find('a'));
  assert.equal(tile.mask.length, 1);
  // 512 pixels lie on 200 units.
  assert.deepEqual(tile.mask[0].stroke.points.slice(0, 3), [128, 128, 1]);
  assert.ok(Math.abs(tile.mask[0].stroke.radius - 36 * 2.56) < 0.01);
  board.do(frameAdd({ node: 'f', transform: { x: 50, y: 50, width: 512, height: 512, rotation: 0 }, order: board.stage.topKey() }));
  board.stage.select(['f']);
  board.drag([[150, 150], [200, 180]]);
  const frame = /** @type {any} */ (board.replica.view.find('f'));
  assert.deepEqual(frame.mask[0].stroke.points.slice(0, 3), [150, 150, 1]);
  assert.equal(/** @type {any} */ (board.replica.view.find('a')).mask.length, 1, 'the frame owns the mask');
  board.stage.doc.undo();
  assert.equal(/** @type {any} */ (board.replica.view.find('f')).mask[0].withdrawn.value, true);
});

test('A brush beside everything says what it needs, and a canceled stroke writes nothing', () => {
  const board = open();
  board.toolbox.use('mask');
  board.drag([[150, 150], [250, 150]]);
  assert.equal(board.notices.length, 1);
  board.tile('a', 100, 100);
  board.toolbox.current.down?.(board.event(150, 150));
  board.toolbox.current.move?.(board.event(200, 150));
  board.toolbox.current.cancel?.();
  assert.equal(board.written, 0);
  assert.equal(board.stage.live.stroke, null);
});

test('A lasso masks what is drawn around', () => {
  const board = open();
  board.tile('a', 100, 100);
  board.toolbox.use('lasso');
  board.drag([[120, 120], [280, 120], [280, 280], [120, 280]]);
  const [entry] = /** @type {any} */ (board.replica.view.find('a')).mask;
  assert.equal(entry.stroke.shape, 'lasso');
  assert.equal(entry.stroke.points.length, 12);
});

test('A viewer looks: no tool that writes can be taken, nothing moves', () => {
  const board = open('viewer');
  assert.equal(board.toolbox.use('frame'), false);
  assert.equal(board.toolbox.use('mask'), false);
  board.drag([[10, 10], [400, 400]]);
  assert.equal(board.written, 0);
});

test('Things line up along the box around them', () => {
  const board = open();
  board.tile('a', 100, 100);
  board.tile('b', 430, 270);
  board.stage.select(['a', 'b']);
  const places = align(board.stage.selected, 'middle');
  board.stage.moveTo(places);
  assert.equal(board.at('a').y, board.at('b').y);
  assert.equal(board.at('a').y, 185);
});

test('Layers go to the front, to the back and past the next that they overlap', () => {
  const board = open();
  for (const [id, x] of /** @type {[string, number][]} */ ([['a', 0], ['far', 900], ['b', 100], ['c', 150]])) board.tile(id, x, 0);
  const order = (/** @type {string[]} */ ids, /** @type {any} */ to) => {
    const keys = reorder(board.replica.view, new Set(ids), to, 'c');
    board.do([...keys].map(([id, key]) => nodeSet(id, { order: key })));
    return board.replica.view.layerIds().join(' ');
  };
  assert.equal(order(['a'], 'forward'), 'far b a c', 'not past the far one alone: nobody would see it');
  assert.equal(order(['a'], 'front'), 'far b c a');
  assert.equal(reorder(board.replica.view, new Set(['a']), 'front', 'c').size, 0, 'already there');
  assert.equal(order(['c', 'a'], 'back'), 'c a far b');
  assert.equal(order(['b'], 'backward'), 'c b a far');
});

test('The scene follows the document by what changed, and tells when nothing did', () => {
  const board = open();
  board.tile('a', 100, 100);
  board.do(noteAdd({ node: 'n', transform: { x: 0, y: 0, width: 100, height: 100, rotation: 0 }, order: board.stage.topKey(), text: '' }));
  const [item] = board.scene.items;
  assert.equal(board.scene.update(board.replica.view), false);
  board.do(nodeSet('a', { transform: { x: 5, y: 6, width: 200, height: 200, rotation: 0 } }));
  assert.equal(board.scene.items[0], item, 'the same item, brought up to date');
  assert.equal(item.world.x, 5);
  board.do(nodeSet('a', { style: { hidden: true } }));
  assert.deepEqual(board.scene.items.map((one) => one.id), ['n']);
  board.stage.doc.undo();
  assert.deepEqual(board.scene.items.map((one) => one.id), ['a', 'n']);
});

test('A frame that is pulled further than a model can paint says so', () => {
  const board = open();
  board.toolbox.use('frame');
  const { current } = board.toolbox;
  current.down?.(board.event(0, 0));
  current.move?.(board.event(640, 640));
  assert.equal(board.stage.live.measure?.text, '640 × 640');
  current.move?.(board.event(9_000, 9_000));
  assert.equal(board.stage.live.measure?.text, '4096 × 4096, the most that can be painted');
});
