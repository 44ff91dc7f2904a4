// @ts-check
// A hub and its clients without a network: the shape of @microsoft/signalr's connections, the behaviour of the site's BoardHub, and a
// clock whose hands the test turns.
import { snapshotOf } from '../../../wwwroot/js/canvas/document/snapshot.js';
import { BoardWriter } from './writer.js';

/** Lets everything that is ready run: promises that wait for promises. */
export async function settle() {
  for (let i = 0; i < 30; i++)
    await Promise.resolve();
}

export class FakeClock {
  #now = 0;

  /** @type {{ at: number, run: () => void }[]} */
  #timers = [];

  now() {
    return this.#now;
  }

  /** @param {() => void} run @param {number} delayMs */
  after(run, delayMs) {
    const timer = { at: this.#now + delayMs, run };
    this.#timers.push(timer);
    return timer;
  }

  /** @param {any} timer */
  cancel(timer) {
    this.#timers = this.#timers.filter((other) => other !== timer);
  }

  /** @param {number} ms */
  async pass(ms) {
    const end = this.#now + ms;
    await settle();
    for (let fired = 0; ; fired++) {
      if (fired > 10_000)
        throw new Error('Something sets timer after timer without letting time pass.');
      const due = this.#timers.filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at)[0];
      if (due === undefined)
        break;
      this.#now = due.at;
      this.cancel(due);
      due.run();
      await settle();
    }
    this.#now = end;
    await settle();
  }
}

export class MemoryStorage {
  /** @type {Map<string, string>} */
  items = new Map();

  /** @param {string} key */
  getItem(key) {
    return this.items.get(key) ?? null;
  }

  /** @param {string} key @param {string} value */
  setItem(key, value) {
    this.items.set(key, value);
  }

  /** @param {string} key */
  removeItem(key) {
    this.items.delete(key);
  }
}

/** The server's side. */
export class FakeHub {
  writer = new BoardWriter();

  /** @type {Set<FakeConnection>} */
  connections = new Set();
  isUp = true;
  role = 'editor';
  isMember = true;

  /** How the next SubmitOps ends: stored and answered; stored, then the line breaks; refused by a server in trouble. @type {'fine' | 'lost' | 'try_again'} */
  submit = 'fine';

  /** Whether stored ops are told to the others (and to the sender): a broadcast may be late. */
  tells = true;

  /** @type {{ method: string, args: any[], actor: string }[]} */
  calls = [];

  /** More than so far behind: a snapshot instead of ops. */
  farBehind = 100;

  /** @param {string} actor Who is signed in. @returns {any} What a page has as `signalR`. */
  signalR(actor) {
    const hub = this;
    return {
      LogLevel: { None: 6 },
      HubConnectionBuilder: class {
        withUrl() {
          return this;
        }

        configureLogging() {
          return this;
        }

        build() {
          return new FakeConnection(hub, actor);
        }
      },
    };
  }

  /** The server goes away, and all lines with it. */
  stop() {
    this.isUp = false;
    for (const connection of [...this.connections])
      connection.break();
  }

  /** @param {any[]} rows */
  tell(rows) {
    for (const connection of this.connections)
      connection.receive('opsApplied', rows);
  }

  /** @param {FakeConnection} connection @param {string} method @param {any[]} args */
  async invoke(connection, method, args) {
    this.calls.push({ method, args, actor: connection.actor });
    if (method === 'Join') {
      if (!this.isMember)
        throw new Error("An unexpected error occurred invoking 'Join' on the server. HubException: board_not_found");
      const [{ client, haveSeq }] = args;
      connection.client = client;
      const snapshot = snapshotOf(this.writer.state);
      const isFar = haveSeq === 0 || this.writer.state.seq - haveSeq > this.farBehind;
      return wire({
        role: this.role, actor: connection.actor, name: 'Winter fair', seq: snapshot.seq,
        ...(isFar ? { snapshot: { ...snapshot, clients: snapshot.clients.filter((entry) => entry.client === client) } } : { ops: this.writer.after(haveSeq) }),
        people: [{ client, actor: connection.actor, name: connection.actor, colour: 3, role: this.role }],
        limits: { document: { maxNoteLength: 50 }, messageBytes: 1048576, presenceHz: 30 },
      });
    }
    if (method === 'SubmitOps') {
      if (this.submit === 'try_again')
        throw new Error("An unexpected error occurred invoking 'SubmitOps' on the server. HubException: try_again");
      const [ops] = args;
      for (const own of ops) {
        if (own.client !== connection.client)
          throw new Error('This op was made by another tab than the one that sends it.');
      }
      const { result, accepted } = this.writer.submit(ops, connection.actor, /** @type {any} */ (this.role));
      if (this.submit === 'lost') {
        this.submit = 'fine';
        connection.break();
        throw new Error('Invocation canceled due to the underlying connection being closed.');
      }
      if (this.tells && accepted.length > 0)
        this.tell(accepted);
      return wire(result);
    }
    return null;
  }
}

class FakeConnection {
  /** @type {Map<string, (...args: any[]) => void>} */
  #handlers = new Map();

  /** @type {(() => void)[]} */
  #closed = [];
  client = '';

  /** @param {FakeHub} hub @param {string} actor */
  constructor(hub, actor) {
    this.hub = hub;
    this.actor = actor;
  }

  /** @param {string} method @param {(...args: any[]) => void} handler */
  on(method, handler) {
    this.#handlers.set(method, handler);
  }

  /** @param {() => void} handler */
  onclose(handler) {
    this.#closed.push(handler);
  }

  async start() {
    if (!this.hub.isUp)
      throw new Error('Failed to fetch');
    this.hub.connections.add(this);
  }

  async stop() {
    this.break();
  }

  break() {
    if (this.hub.connections.delete(this))
      this.#closed.forEach((handler) => handler());
  }

  /** @param {string} method @param {...any} args */
  invoke(method, ...args) {
    return this.hub.connections.has(this) ? this.hub.invoke(this, method, wire(args)) : Promise.reject(new Error('Not connected.'));
  }

  /** @param {string} method @param {...any} args */
  async send(method, ...args) {
    await this.invoke(method, ...args);
  }

  /** @param {string} method @param {...any} args */
  receive(method, ...args) {
    this.#handlers.get(method)?.(...wire(args));
  }
}

/** @template T @param {T} value @returns {T} */
const wire = (value) => JSON.parse(JSON.stringify(value));
