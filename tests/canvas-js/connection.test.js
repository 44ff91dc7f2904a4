// @ts-check
// The line to the hub, on a clock that the test turns: what is saved, what is sent again, what outlives a reload.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { maskInvert, nodeSet } from '../../wwwroot/js/canvas/document/ops.js';
import { maskOf } from '../../wwwroot/js/canvas/document/state.js';
import { backoffMs } from '../../wwwroot/js/canvas/sync/clock.js';
import { BoardConnection } from '../../wwwroot/js/canvas/sync/connection.js';
import { PresenceSender } from '../../wwwroot/js/canvas/sync/presence-sender.js';
import { at, note, shared, tile } from './support/board.js';
import { FakeClock, FakeHub, MemoryStorage, settle } from './support/hub.js';
import { RandomOps } from './support/random-ops.js';
import { Random, seeds } from './support/random.js';

class World {
  hub = new FakeHub();
  clock = new FakeClock();

  /** @type {BoardConnection[]} */
  open = [];

  /** @param {string} client @param {string} [actor] */
  connect(client, actor = `person-${client}`, storage = new MemoryStorage()) {
    const connection = new BoardConnection({ signalR: this.hub.signalR(actor), hubUrl: '/hubs/board', boardId: 'b', client, storage, clock: this.clock, random: () => 0 });
    this.open.push(connection);
    connection.start();
    return connection;
  }

  /** @param {string} method */
  calls(method) {
    return this.hub.calls.filter((call) => call.method === method);
  }
}

test('A board is loaded, and what one does reaches the other', async () => {
  const world = new World();
  const [a, b] = [world.connect('a'), world.connect('b')];
  assert.equal(a.status, 'offline');
  assert.equal(a.do(note('n'))?.code, 'not_loaded');
  await settle();
  assert.equal(a.status, 'saved');
  assert.equal(a.actor, 'person-a');
  assert.equal(a.boardName, 'Winter fair');

  /** @type {string[]} */
  const seen = [];
  a.on('status', (status) => seen.push(status));
  assert.equal(a.do(note('n')), null);
  assert.ok(a.view.isLive('n'), 'at once');
  assert.equal(b.view.isLive('n'), false);
  await settle();
  assert.deepEqual(seen, ['saving', 'saved']);
  assert.ok(b.view.isLive('n'));
});

test('The limits that the server tells are kept to before anything is sent', async () => {
  const world = new World();
  const a = world.connect('a');
  await settle();
  assert.equal(a.do(note('n', undefined, 'a0', 'x'.repeat(51)))?.code, 'text_too_long');
});

test('What is done in one turn leaves in one message, and the next only after the answer', async () => {
  const world = new World();
  const a = world.connect('a');
  await settle();
  a.do(note('n'));
  a.do(nodeSet('n', { transform: at(1, 1, 100, 100) }));
  await settle();
  assert.deepEqual(world.calls('SubmitOps').map((call) => call.args[0].length), [2]);

  world.hub.tells = false;
  a.do(note('m'));
  await settle();
  a.do(note('o'));
  await settle();
  assert.equal(world.calls('SubmitOps').length, 2, 'the log has not brought m yet');
  assert.equal(a.status, 'saving');
});

test('A broadcast that never comes is asked for', async () => {
  const world = new World();
  const a = world.connect('a');
  await settle();
  world.hub.tells = false;
  a.do(note('n'));
  await world.clock.pass(1000);
  assert.equal(a.status, 'saving');
  await world.clock.pass(1000);
  assert.equal(a.status, 'saved');
  assert.equal(world.calls('Join').length, 2);
});

test('A line that breaks comes back, with what was done meanwhile on both sides', async () => {
  const world = new World();
  const [a, b] = [world.connect('a'), world.connect('b')];
  await settle();
  world.hub.stop();
  assert.equal(a.status, 'offline');
  a.do(note('from-a'));
  b.do(note('from-b'));
  assert.ok(a.view.isLive('from-a'), 'one works on while offline');
  await world.clock.pass(60_000);
  assert.equal(a.status, 'offline');
  world.hub.isUp = true;
  await world.clock.pass(20_000);
  for (const connection of [a, b]) {
    assert.equal(connection.status, 'saved');
    assert.deepEqual([...connection.view.layerIds()].sort(), ['from-a', 'from-b']);
  }
});

test('An op whose answer was lost is stored once', async () => {
  const world = new World();
  const a = world.connect('a');
  await settle();
  a.do(tile('t'));
  await settle();
  world.hub.submit = 'lost';
  a.do(maskInvert('t'));
  await world.clock.pass(5_000);
  assert.equal(a.status, 'saved');
  assert.equal(world.hub.writer.log.length, 2);
});

test('A server that cannot store is asked again', async () => {
  const world = new World();
  const a = world.connect('a');
  await settle();
  world.hub.submit = 'try_again';
  a.do(note('n'));
  await world.clock.pass(5_000);
  assert.notEqual(a.status, 'saved');
  world.hub.submit = 'fine';
  await world.clock.pass(20_000);
  assert.equal(a.status, 'saved');
  assert.equal(world.hub.writer.log.length, 1);
});

test('Attempts come at once, then slower, never slower than every 22 seconds', () => {
  assert.equal(backoffMs(0, 0.9), 0);
  assert.equal(backoffMs(1, 0), 500);
  assert.equal(backoffMs(50, 1), 22_500);
  for (let attempt = 1; attempt < 20; attempt++)
    assert.ok(backoffMs(attempt, 0) >= backoffMs(attempt - 1, 0));
});

test('Who is no member any more is told so and not tried again', async () => {
  const world = new World();
  const a = world.connect('a');
  await settle();
  /** @type {string[]} */
  const failed = [];
  a.on('failed', ({ code }) => failed.push(code));
  world.hub.isMember = false;
  world.hub.stop();
  world.hub.isUp = true;
  await world.clock.pass(5_000);
  assert.deepEqual(failed, ['board_not_found']);
  const joins = world.calls('Join').length;
  await world.clock.pass(120_000);
  assert.equal(world.calls('Join').length, joins);
  assert.equal(a.status, 'offline');
});

test('A page that is older than the server stops rather than guess', async () => {
  const world = new World();
  const a = world.connect('a');
  await settle();
  /** @type {string[]} */
  const failed = [];
  a.on('failed', ({ code }) => failed.push(code));
  world.hub.tell([{ seq: 1, actor: 'x', client: 'x', clientSeq: 1, op: { type: 'node.glow', v: 1, node: 'n' } }]);
  assert.deepEqual(failed, ['outdated']);
});

test('Ops that were not sent before a reload are sent after it, once, under their own numbers', async () => {
  const world = new World();
  const storage = new MemoryStorage();
  const before = world.connect('old', 'ann', storage);
  await settle();
  before.do(tile('t'));
  await settle();

  // The invert is stored, its answer lost; then the server is gone, and a stroke of work follows before the reload.
  world.hub.submit = 'lost';
  before.do(maskInvert('t'));
  await settle();
  world.hub.stop();
  before.do(note('n'));
  before.close();
  assert.equal(storage.items.size, 1);

  world.hub.isUp = true;
  const after = world.connect('new', 'ann', storage);
  await world.clock.pass(1_000);
  assert.equal(after.status, 'saved');
  const node = after.view.find('t');
  assert.equal(node && maskOf(node)?.length, 1, 'inverted once');
  assert.ok(after.view.isLive('n'));
  assert.equal(storage.items.size, 0);
  assert.deepEqual(world.hub.writer.log.map((row) => row.client), ['old', 'old', 'old']);
  after.do(note('m'));
  await settle();
  assert.equal(world.hub.writer.log.at(-1)?.client, 'new');
});

test('A tab that was copied with its storage does nothing twice', async () => {
  const world = new World();
  const storage = new MemoryStorage();
  const before = world.connect('old', 'ann', storage);
  await settle();
  before.do(tile('t'));
  await settle();
  world.hub.stop();
  before.do(maskInvert('t'));
  before.close();
  const copy = new MemoryStorage();
  copy.items = new Map(storage.items);
  world.hub.isUp = true;
  world.connect('one', 'ann', storage);
  world.connect('two', 'ann', copy);
  await world.clock.pass(1_000);
  assert.equal(world.hub.writer.log.length, 2);
});

test('What one person left unsent is not sent in the name of the next', async () => {
  const world = new World();
  const storage = new MemoryStorage();
  const before = world.connect('old', 'ann', storage);
  await settle();
  world.hub.stop();
  before.do(note('n'));
  before.close();
  world.hub.isUp = true;
  const after = world.connect('new', 'bob', storage);
  await world.clock.pass(1_000);
  assert.equal(after.status, 'saved');
  assert.equal(world.hub.writer.log.length, 0);
  assert.equal(storage.items.size, 0);
});

test('Left-over ops that the server never takes do not keep anybody from the board', async () => {
  const world = new World();
  const storage = new MemoryStorage();
  const before = world.connect('old', 'ann', storage);
  await settle();
  world.hub.stop();
  before.do(note('n'));
  before.close();
  world.hub.isUp = true;
  const invoke = world.hub.invoke;
  world.hub.invoke = async (connection, method, args) => {
    if (method === 'SubmitOps' && connection.client === 'old') {
      connection.break();
      throw new Error('The maximum message size was exceeded.');
    }
    return invoke.call(world.hub, connection, method, args);
  };
  const after = world.connect('new', 'ann', storage);
  await world.clock.pass(120_000);
  assert.equal(after.status, 'saved');
});

test('While everything is saved in time nothing is ever written to the storage', async () => {
  const world = new World();
  const storage = new MemoryStorage();
  let writes = 0;
  storage.setItem = () => void writes++;
  const a = world.connect('a', 'ann', storage);
  await settle();
  for (let i = 0; i < 20; i++) {
    a.do(note(`n${i}`));
    await world.clock.pass(100);
  }
  assert.equal(writes, 0);
});

test('A preview is acknowledged when it was painted, and at once where nobody paints', async () => {
  const world = new World();
  const a = world.connect('a');
  await settle();
  const [line] = world.hub.connections;
  const acks = () => world.calls('AckPreview').map((call) => call.args);
  line.receive('preview', { job: 'j', frameId: 'f', image: 0, step: 1, steps: 4, mime: 'image/webp', data: '' });
  await settle();
  assert.deepEqual(acks(), [['j', 1]]);
  /** @type {(() => void)[]} */
  const painted = [];
  a.on('preview', (_, done) => painted.push(done));
  line.receive('preview', { job: 'j', frameId: 'f', image: 0, step: 2, steps: 4, mime: 'image/webp', data: '' });
  await settle();
  assert.equal(acks().length, 1);
  painted[0]();
  await settle();
  assert.deepEqual(acks(), [['j', 1], ['j', 2]]);
});

test('A new role is kept to at once', async () => {
  const world = new World();
  const a = world.connect('a');
  await settle();
  /** @type {string[]} */
  const roles = [];
  a.on('role', (role) => roles.push(role));
  world.hub.role = 'viewer';
  for (const line of world.hub.connections)
    line.receive('resync');
  await settle();
  assert.deepEqual(roles, ['viewer']);
  assert.equal(a.do(note('n'))?.code, 'not_allowed');
});

test('Presence goes out at most thirty times a second, only when it changed, the newest last', async () => {
  const clock = new FakeClock();
  /** @type {any[]} */
  const sent = [];
  const sender = new PresenceSender((presence) => sent.push(presence), clock);
  const where = (/** @type {number} */ x) => ({ cursor: { x, y: 0 }, selection: [], viewport: null, tool: 'select' });
  sender.set(where(-1));
  assert.equal(sent.length, 0, 'not before the line is there');
  sender.open();
  assert.equal(sent.length, 1);
  for (let i = 0; i <= 100; i++) {
    sender.set(where(i));
    await clock.pass(10);
  }
  assert.ok(sent.length >= 25 && sent.length <= 32, `${sent.length} in a second`);
  await clock.pass(1000);
  assert.equal(sent.at(-1).cursor.x, 100);
  const before = sent.length;
  sender.set(where(100));
  await clock.pass(1000);
  assert.equal(sent.length, before);
  sender.close();
  sender.open();
  assert.equal(sent.length, before + 1, 'a new line knows nothing of us');
});

for (const seed of seeds(6)) {
  test(`Several tabs agree after a server that comes and goes (seed ${seed})`, async () => {
    const random = new Random(seed);
    const world = new World();
    world.hub.farBehind = 15;
    const tabs = Array.from({ length: 3 }, (_, i) => ({ connection: world.connect(`c${i}`), ops: new RandomOps(random, `c${i}`) }));
    await settle();
    for (let step = 0; step < 400; step++) {
      const { connection, ops } = random.pick(tabs);
      const what = random.below(100);
      if (what < 45)
        connection.do(ops.next(connection.view));
      else if (what < 52)
        connection.undo();
      else if (what < 80)
        await world.clock.pass(random.below(400));
      else if (what < 86)
        random.pick([...world.hub.connections])?.break();
      else if (what < 90)
        world.hub.submit = 'lost';
      else if (what < 93)
        world.hub.stop();
      else if (what < 97)
        world.hub.isUp = true;
      else
        world.hub.tells = random.oneIn(2);
    }
    Object.assign(world.hub, { isUp: true, tells: true, submit: 'fine' });
    await world.clock.pass(120_000);
    for (const { connection } of tabs) {
      assert.equal(connection.status, 'saved');
      assert.equal(shared(connection.view), shared(world.hub.writer.state));
    }
    assert.ok(world.hub.writer.log.length > 30, `log ${world.hub.writer.log.length}`);
  });
}
