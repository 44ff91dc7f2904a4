// @ts-check
// The line to /hubs/board: joins, sends own ops one batch at a time, brings in everybody's, and comes back after every break without
// losing or doubling anything. The rules of that are ReplicaClient's; here are the network and the clock. The only module that knows SignalR.

import { WireError } from '../document/codec.js';
import { newId } from '../document/ids.js';
import { DEFAULT_LIMITS } from '../document/limits.js';
import { ReplicaClient } from '../document/replica.js';
import { refuse } from '../document/rules.js';
import { readSnapshot } from '../document/snapshot.js';
import { BoardState } from '../document/state.js';
import { readSequencedOp } from '../document/wire.js';
import { backoffMs, realClock } from './clock.js';
import { Delivery } from './delivery.js';
import { finalCodeOf, finalStatusOf } from './endings.js';
import { Emitter } from './events.js';
import { PresenceSender } from './presence-sender.js';
import { onlyOf } from './stream.js';
import { Timers } from './timers.js';
import { UnsentOps } from './unsent.js';

/** @typedef {import('../document/wire.js').BoardOp} BoardOp */
/** @typedef {import('../document/wire.js').Refusal} Refusal */
/** @typedef {import('../document/wire.js').SequencedOp} SequencedOp */
/** @typedef {import('../document/wire.js').SubmitResult} SubmitResult */
/** @typedef {import('../document/validator.js').BoardRole} BoardRole */
/** @typedef {import('./presence-sender.js').Presence} Presence */
/** @typedef {'saved' | 'saving' | 'offline'} SaveStatus */
/** @typedef {'connecting' | 'live' | 'broken' | 'failed' | 'closed'} Phase */
/** @typedef {{ client: string, actor: string, name: string, colour: number, role: BoardRole, presence?: Presence | null }} Person One for each open tab, one's own included. `colour` is 0 to 11. */
/** @typedef {{ job: string, frameId: string, image: number, step: number, steps: number, etaMs: number | null, endedAtMs: number, mime: string, data: string, frame?: import('../geometry/rect.js').Rect, crop?: import('../geometry/rect.js').Rect }} PreviewMessage `data` is base64; it shows `crop`, and nothing outside of `frame` (where the frame was then) is to be shown. `endedAtMs` is when the step ended, by the worker's clock. */

/**
 * @typedef {object} ConnectOptions
 * @property {any} signalR The global of signalr.min.js; tests pass their own.
 * @property {string} hubUrl
 * @property {string} boardId
 * @property {string} [client] A fresh id for each visit.
 * @property {import('./unsent.js').KeyValueStorage | null} [storage] Where unsent ops outlive a reload.
 * @property {import('./clock.js').Clock} [clock]
 * @property {() => number} [random] 0 to 1, for spreading attempts.
 */

/**
 * @typedef {{
 *   loaded: [],
 *   view: [state: BoardState, before: BoardState],
 *   status: [status: SaveStatus],
 *   people: [people: Person[]],
 *   role: [role: BoardRole],
 *   job: [job: any],
 *   preview: [preview: PreviewMessage, done: () => void],
 *   refused: [ops: import('../document/replica.js').RefusedOp[]],
 *   failed: [failure: { code: string }],
 * }} BoardEvents
 */

// A batch is one message: below the hub's limit on messages whatever is in it, and small enough to be retried without pain.
const MAX_BATCH_OPS = 64;
const MAX_BATCH_CHARS = 200_000;

// The broadcast of an op may be a little later than the answer that tells of it. What is still missing after this is asked for.
const CATCH_UP_MS = 1500;
const STORE_MS = 300;
const STEADY_MS = 10_000;

/** @param {ConnectOptions} options @returns {BoardConnection} Connecting. */
export function connectBoard(options) {
  const connection = new BoardConnection(options);
  connection.start();
  return connection;
}

export class BoardConnection {
  #options;
  #clock;
  #random;
  #hub;
  #unsent;
  #presence;

  /** @type {Emitter<BoardEvents>} */
  #events = new Emitter();

  /** @type {ReplicaClient | null} */
  #replica = null;

  /** @type {Phase} */
  #phase = 'connecting';

  /** Rises with every new line, so that answers of an old one are known as such. */
  #line = 0;
  #attempt = 0;
  #isSubmitting = false;
  #isPumpPlanned = false;

  /** Ops that came before the answer to the first Join. @type {SequencedOp[]} */
  #early = [];

  /** What earlier visits of this tab could not send. */
  #delivery;

  /** @type {Timers<'retry' | 'catchUp' | 'store' | 'steady'>} */
  #timers;

  /** @type {SaveStatus} */
  #status = 'offline';

  /** The board's name when it was joined last; renaming is not the document's concern. */
  boardName = '';

  /** @type {readonly Person[]} */
  #people = [];

  /** @param {ConnectOptions} options */
  constructor(options) {
    this.#options = options;
    this.#clock = options.clock ?? realClock;
    this.#random = options.random ?? Math.random;
    this.#timers = new Timers(this.#clock);

    /** This visit's name in the log. */
    this.client = options.client ?? newId();
    this.#unsent = new UnsentOps(options.storage === undefined ? tabStorage() : options.storage, options.boardId);
    this.#delivery = new Delivery(this.#unsent.read(), { maxOps: MAX_BATCH_OPS, maxChars: MAX_BATCH_CHARS });
    this.#hub = this.#build();
    this.#presence = new PresenceSender((presence) => this.#tell('SetPresence', presence), this.#clock);
  }

  /** What the person sees. Empty until the board has been loaded. */
  get view() {
    return this.#replica?.view ?? BoardState.empty;
  }

  /** True once the board has been loaded; it stays true while the line is broken. */
  get isLoaded() {
    return this.#replica !== null;
  }

  /** @returns {BoardRole} */
  get role() {
    return this.#replica?.role ?? 'viewer';
  }

  /** Who we are to the others; empty until the board has been loaded. */
  get actor() {
    return this.#replica?.actor ?? '';
  }

  get status() {
    return this.#status;
  }

  get people() {
    return this.#people;
  }

  get canUndo() {
    return this.#replica?.canUndo ?? false;
  }

  get canRedo() {
    return this.#replica?.canRedo ?? false;
  }

  /** @template {keyof BoardEvents} K @param {K} event @param {(...args: BoardEvents[K]) => void} handler @returns {() => void} Stops listening. */
  on(event, handler) {
    return this.#events.on(event, handler);
  }

  start() {
    globalThis.addEventListener?.('online', this.#hurry);
    globalThis.addEventListener?.('pagehide', this.#store);
    void this.#connect();
  }

  /** Ends the visit. What could not be sent stays with the tab. */
  close() {
    globalThis.removeEventListener?.('online', this.#hurry);
    globalThis.removeEventListener?.('pagehide', this.#store);
    this.#end('closed');
    this.#store();
  }

  /** Does one thing, which is one undo step unless a gesture is open. @param {BoardOp | readonly BoardOp[]} ops All or none. @returns {Refusal | null} */
  do(ops) {
    if (this.#replica === null)
      return refuse('not_loaded', 'The board is still on its way.');
    return this.#change((replica) => replica.do(ops));
  }

  /** Deletes a node that was added for something that came to nothing: there is nothing to undo. @param {string} node @returns {Refusal | null} */
  takeBack(node) {
    return this.#replica === null ? null : this.#change((replica) => replica.takeBack(node));
  }

  /** Everything until `endGesture` is one undo step. */
  beginGesture() {
    this.#replica?.beginGesture();
  }

  endGesture() {
    this.#replica?.endGesture();
  }

  /** @returns {boolean} False if there is nothing left to undo. */
  undo() {
    return this.#replica !== null && this.#change((replica) => replica.undo());
  }

  /** @returns {boolean} False if there is nothing left to redo. */
  redo() {
    return this.#replica !== null && this.#change((replica) => replica.redo());
  }

  /** @param {Presence} presence */
  setPresence(presence) {
    this.#presence.set(presence);
  }

  /** Asks the hub something: PlanFrame, Generate, CancelJob. @param {string} method @param {...unknown} args @returns {Promise<any>} Rejected while there is no line. */
  async invoke(method, ...args) {
    return this.#standing().invoke(method, ...args);
  }

  /** Asks for what takes its time: ops and presence of this tab do not wait behind it. @param {string} method @param {...unknown} args @returns {Promise<any>} The only answer, undefined for none. */
  async stream(method, ...args) {
    return onlyOf(this.#standing().stream(method, ...args));
  }

  #standing() {
    if (this.#phase !== 'live')
      throw new Error('There is no connection to the board.');
    return this.#hub;
  }

  // 1. The line.

  #build() {
    const { signalR, hubUrl } = this.#options;
    const hub = new signalR.HubConnectionBuilder().withUrl(hubUrl).configureLogging(signalR.LogLevel.None).build();
    hub.onclose(() => this.#lost());
    hub.on('opsApplied', (/** @type {unknown[]} */ rows) => this.#guard(() => this.#take(rows.map((row) => readSequencedOp(row, 'op')))));
    hub.on('resync', () => void this.#join(false));
    hub.on('presenceChanged', (/** @type {Person[]} */ people) => this.#setPeople(people));
    hub.on('jobChanged', (/** @type {any} */ job) => this.#events.emit('job', job));
    hub.on('preview', (/** @type {PreviewMessage} */ preview) => {
      const done = () => this.#tell('AckPreview', preview.job, preview.step);
      if (!this.#events.emit('preview', preview, done))
        done();
    });
    return hub;
  }

  async #connect() {
    if (this.#isOver)
      return;
    const line = ++this.#line;
    this.#setPhase('connecting');
    try {
      await this.#hub.start();
    } catch (/** @type {any} */ error) {
      if (line !== this.#line)
        return;
      const code = finalStatusOf(error);
      code === null ? this.#retry() : this.#fail(code);
      return;
    }
    if (this.#isOver)
      void this.#hub.stop();
    else if (await this.#deliver())
      await this.#join(true);
  }

  /** @param {string} client @param {number} haveSeq @returns {Promise<any>} The answer; undefined if there was none that counts: what follows is under way. */
  async #callJoin(client, haveSeq) {
    const line = this.#line;
    try {
      const answer = await this.#hub.invoke('Join', { boardId: this.#options.boardId, client, haveSeq });
      return line === this.#line ? answer : undefined;
    } catch (error) {
      if (line === this.#line) {
        const code = finalCodeOf(error);
        code === null ? this.#drop() : this.#fail(code);
      }
      return undefined;
    }
  }

  /** @returns {Promise<boolean>} False if the line broke meanwhile. */
  #deliver() {
    const line = this.#line;
    return this.#delivery.run({
      join: (client) => this.#callJoin(client, 0),
      submit: (ops) => this.#hub.invoke('SubmitOps', ops),
      isCurrent: () => line === this.#line,
      drop: () => this.#drop(),
      store: this.#store,
    });
  }

  /** Comes in, or comes back: on a new line, when the server asks for it, and when ops are missing. @param {boolean} isNewLine */
  async #join(isNewLine) {
    this.#timers.cancel('catchUp');
    const answer = await this.#callJoin(this.client, this.#replica?.confirmed.seq ?? 0);
    if (answer !== undefined)
      this.#guard(() => this.#joined(answer, isNewLine));
  }

  /** @param {any} answer @param {boolean} isNewLine */
  #joined(answer, isNewLine) {
    const before = this.view;
    const isFirst = this.#replica === null;
    const confirmed = answer.snapshot == null ? null : readSnapshot(typeof answer.snapshot === 'string' ? JSON.parse(answer.snapshot) : answer.snapshot);
    const rows = (answer.ops ?? []).map((/** @type {unknown} */ row) => readSequencedOp(row, 'op'));
    const replica = this.#replica ??= new ReplicaClient({ client: this.client, actor: answer.actor, role: answer.role, limits: { ...DEFAULT_LIMITS, ...answer.limits?.document } });
    const isNewRole = isFirst || replica.role !== answer.role;
    replica.role = answer.role;
    this.boardName = answer.name ?? '';
    if (isNewLine) {
      // On a line that stands, the answer to the batch that is on its way will come; sending it again would only cost.
      replica.reconnect();
      this.#isSubmitting = false;
    }
    if (confirmed !== null)
      replica.receive(confirmed);
    replica.receive([...rows, ...this.#early.splice(0)]);
    this.#setPhase('live');
    this.#setPeople(answer.people ?? []);
    if (isNewRole)
      this.#events.emit('role', replica.role);
    this.#changed(before);
    if (isFirst)
      this.#events.emit('loaded');
    if (isNewLine) {
      // Not forgotten at once: a server that lets one in and then fails on the first op would be asked again without a pause.
      this.#timers.start('steady', () => { this.#attempt = 0; }, STEADY_MS);
      this.#presence.open();
    }
    this.#pump();
  }

  /** The line broke. */
  #lost() {
    if (this.#isOver || this.#phase === 'broken')
      return;
    this.#break();
    this.#retry();
  }

  /** The server did not answer as it should: a new line is the cure. */
  #drop() {
    this.#break();
    this.#hub.stop().catch(() => {}).then(() => this.#retry());
  }

  #break() {
    this.#timers.cancel('steady');
    this.#line++;
    this.#isSubmitting = false;
    this.#presence.close();
    this.#setPhase('broken');
    this.#store();
  }

  #retry() {
    if (this.#isOver)
      return;
    this.#setPhase('broken');
    this.#timers.cancel('retry');
    this.#timers.start('retry', () => void this.#connect(), backoffMs(this.#attempt++, this.#random()));
  }

  #hurry = () => {
    if (!this.#timers.isRunning('retry'))
      return;
    this.#timers.cancel('retry');
    this.#attempt = 0;
    void this.#connect();
  };

  /** @param {string} code */
  #fail(code) {
    this.#end('failed');
    this.#store();
    this.#events.emit('failed', { code });
  }

  /** @param {'failed' | 'closed'} phase */
  #end(phase) {
    if (this.#isOver)
      return;
    this.#line++;
    this.#timers.cancel('retry', 'catchUp', 'store', 'steady');
    this.#presence.close();
    this.#setPhase(phase);
    void this.#hub.stop();
  }

  get #isOver() {
    return this.#phase === 'failed' || this.#phase === 'closed';
  }

  // 2. Ops out.

  /** @template T @param {(replica: ReplicaClient) => T} change @returns {T} */
  #change(change) {
    const replica = /** @type {ReplicaClient} */ (this.#replica);
    const before = replica.view;
    const result = change(replica);
    this.#changed(before);

    // Whatever else is done in this turn leaves in the same message.
    if (!this.#isPumpPlanned) {
      this.#isPumpPlanned = true;
      queueMicrotask(() => {
        this.#isPumpPlanned = false;
        this.#pump();
      });
    }
    return result;
  }

  #pump() {
    if (this.#phase !== 'live' || this.#isSubmitting || this.#replica === null)
      return;
    const batch = this.#replica.takeBatch(MAX_BATCH_OPS, MAX_BATCH_CHARS);
    if (batch.length === 0)
      return;
    const line = this.#line;
    this.#isSubmitting = true;
    this.#hub.invoke('SubmitOps', batch).then(
      (/** @type {SubmitResult} */ answer) => {
        if (line !== this.#line)
          return;
        this.#isSubmitting = false;
        this.#attempt = 0;
        this.#guard(() => this.#take(answer));
      },
      () => {
        // The line may still stand while the server could not store. A new one asks what has become of the batch.
        if (line === this.#line && !this.#isOver)
          this.#drop();
      },
    );
  }

  // 3. Ops in.

  /** @param {SequencedOp[] | SubmitResult} message */
  #take(message) {
    if (this.#replica === null) {
      if (Array.isArray(message))
        this.#early.push(...message);
      return;
    }
    const before = this.#replica.view;
    this.#replica.receive(message);
    this.#changed(before);
    this.#pump();
  }

  /** @param {BoardState} before */
  #changed(before) {
    const replica = /** @type {ReplicaClient} */ (this.#replica);
    if (replica.view !== before)
      this.#events.emit('view', replica.view, before);
    const refused = replica.takeRefused();
    if (refused.length > 0)
      this.#events.emit('refused', refused);
    this.#showStatus();
    if (!replica.isBehind)
      this.#timers.cancel('catchUp');
    else if (this.#phase === 'live')
      this.#timers.start('catchUp', () => {
        if (this.#phase === 'live' && replica.isBehind)
          void this.#join(false);
      }, CATCH_UP_MS);

    // Most ops are confirmed before this fires; then nothing is ever written.
    this.#timers.start('store', this.#store, STORE_MS);
  }

  /** What the server sends and this page does not understand must not be guessed at: the page is older than the server. @param {() => void} read */
  #guard(read) {
    try {
      read();
    } catch (error) {
      if (!(error instanceof WireError))
        throw error;
      this.#fail('outdated');
    }
  }

  // 4. Small things.

  /** @param {Phase} phase */
  #setPhase(phase) {
    this.#phase = phase;
    this.#showStatus();
  }

  #showStatus() {
    const status = this.#phase !== 'live' ? 'offline' : this.#replica?.pendingCount ? 'saving' : 'saved';
    if (status === this.#status)
      return;
    this.#status = status;
    this.#events.emit('status', status);
  }

  /** @param {Person[]} people */
  #setPeople(people) {
    this.#people = people;
    this.#events.emit('people', people);
  }

  /** Says something that needs no answer. @param {string} method @param {...unknown} args */
  #tell(method, ...args) {
    if (this.#phase === 'live')
      this.#hub.send(method, ...args).catch(() => {});
  }

  #store = () => {
    const ops = this.#replica?.pendingOps ?? [];
    this.#unsent.write(ops.length === 0 ? this.#delivery.parcels : [...this.#delivery.parcels, { client: this.client, actor: this.actor, ops }]);
  };
}

function tabStorage() {
  try {
    return globalThis.sessionStorage ?? null;
  } catch {
    // Reading the property throws where the browser forbids storage.
    return null;
  }
}
