// @ts-check
// A hub in the page: one board in memory, the writer of the other tests, and a worker that paints nothing but pretends to.
import { BoardWriter } from '../support/writer.js';
import { snapshotOf } from '../../../wwwroot/js/canvas/document/snapshot.js';

/** Stands in for the global of signalr.min.js. */
export class FakeHub {
  writer = new BoardWriter();
  /** @type {Map<string, Function>} */ handlers = new Map();
  role = 'owner';
  actor = 'me';
  /** Rows that others put there before anybody joined. */
  calls = [];
  plans = 0;
  LogLevel = { None: 6 };

  constructor() {
    const hub = this;
    this.HubConnectionBuilder = class {
      withUrl() { return this; }
      configureLogging() { return this; }
      build() { return hub; }
    };
  }

  onclose() {}
  on(name, handler) { this.handlers.set(name, handler); }
  async start() {}
  async stop() {}
  async send() {}

  async invoke(method, ...args) {
    this.calls.push(method);
    await new Promise((resolve) => setTimeout(resolve, 2));
    switch (method) {
      case 'Join':
        return { role: this.role, actor: this.actor, name: 'Test', seq: this.writer.state.seq, snapshot: snapshotOf(this.writer.state), people: this.people ?? [], limits: {} };
      case 'SubmitOps': {
        const { result, accepted } = this.writer.submit(args[0], this.actor, this.role);
        queueMicrotask(() => this.handlers.get('opsApplied')?.(accepted));
        return result;
      }
      case 'PlanFrame':
        this.plans++;
        return this.plan?.(args[0]) ?? { task: 'textToImage', covered: [], uncovered: [], context: [], price: 4 };
      case 'PriceOf':
        return { price: args[1].count };
      case 'Generate':
        return { job: this.generate?.(args[0]) };
      default:
        return true;
    }
  }

  /** A stream of one answer, as the hub's sketches are. */
  stream(method, ...args) {
    this.calls.push(method);
    return {
      subscribe: (observer) => void setTimeout(() => {
        observer.next(this.sketch?.(...args) ?? { busy: true });
        observer.complete();
      }, 2),
    };
  }

  /** Ops of somebody else, before or after the page has joined. */
  others(ops, actor = 'ann') {
    const client = this.otherClient ??= 'other';
    let { accepted } = { accepted: [] };
    for (let at = 0; at < ops.length; at += 64) {
      const batch = ops.slice(at, at + 64).map((op) => ({ client, clientSeq: this.otherSeq = (this.otherSeq ?? 0) + 1, op }));
      ({ accepted } = this.writer.submit(batch, actor, 'owner'));
      this.handlers.get('opsApplied')?.(accepted);
    }
  }

  tell(name, ...args) { this.handlers.get(name)?.(...args); }
}

/** A hash for the n-th picture; the first eight digits choose it. */
export const sha = (n, variant = 0) => (n >>> 0).toString(16).padStart(8, '0') + (variant >>> 0).toString(16).padStart(56, '0');
