// @ts-check
// Makes what a person might do next on a board, and sometimes what only a broken client would send. After RandomOps of the C# tests.
import { clientOf } from '../../../wwwroot/js/canvas/document/ids.js';
import * as ops from '../../../wwwroot/js/canvas/document/ops.js';
import { between, compareKeys } from '../../../wwwroot/js/canvas/document/orderkey.js';
import { maskOf } from '../../../wwwroot/js/canvas/document/state.js';
import { transform } from '../../../wwwroot/js/canvas/geometry/transform.js';

/** @typedef {import('../../../wwwroot/js/canvas/document/state.js').BoardState} BoardState */
/** @typedef {import('../../../wwwroot/js/canvas/document/state.js').BoardNode} BoardNode */
/** @typedef {import('../../../wwwroot/js/canvas/document/wire.js').BoardOp} BoardOp */

export class RandomOps {
  #random;
  #client;
  #isWild;
  #made = 0;

  /** @param {import('./random.js').Random} random @param {string} client @param {{ isWild?: boolean }} [options] Not wild leaves out what refers to nodes that are gone. */
  constructor(random, client, { isWild = true } = {}) {
    this.#random = random;
    this.#client = client;
    this.#isWild = isWild;
  }

  /** @param {BoardState} view @returns {BoardOp} */
  next(view) {
    const random = this.#random;
    const live = view.layers();
    if (live.length === 0 || random.below(100) < 25)
      return this.#add(view);
    const all = () => view.nodes.values().sort((a, b) => compareKeys(a.id, b.id));
    const node = this.#isWild && random.oneIn(20) ? random.pick(all()) : random.pick(live);
    switch (random.below(12)) {
      case 0:
        return ops.nodeDelete(node.id);
      case 1: {
        const gone = all().filter((other) => !other.alive.value
          && (this.#isWild || other.transform.value.parent === undefined || view.isLive(other.transform.value.parent)));
        return gone.length > 0 ? ops.nodeRestore(random.pick(gone).id) : this.#add(view);
      }
      case 2:
      case 3:
      case 4:
        return ops.nodeSet(node.id, { transform: this.#place(view, node.kind, node.id) });
      case 5:
        return ops.nodeSet(node.id, { order: this.#key(view) });
      case 6:
        return ops.nodeSet(node.id, { style: this.#style(), ...(random.oneIn(2) ? { order: this.#key(view) } : {}) });
      default:
        if (node.kind === 'note')
          return ops.nodeSet(node.id, { text: `words ${random.below(1000)}`, ...(random.oneIn(3) ? { transform: this.#place(view, 'note', node.id) } : {}) });
        if (node.kind === 'frame' && random.oneIn(2))
          return ops.nodeSet(node.id, { settings: { prompt: `a fox ${random.below(1000)}`, count: random.between(1, 9) } });
        return node.kind === 'group' ? ops.nodeSet(node.id, { style: this.#style() }) : this.#mask(node);
    }
  }

  /** @param {BoardState} view @returns {BoardOp} */
  #add(view) {
    const node = `${this.#client}-${++this.#made}`;
    const order = this.#key(view);
    switch (this.#random.below(4)) {
      case 0:
        return ops.frameAdd({ node, order, transform: this.#place(view, 'frame', node), ...(this.#random.oneIn(2) ? { settings: { prompt: 'a boat' } } : {}) });
      case 1:
        return ops.tileAdd({ node, order, transform: this.#place(view, 'tile', node), content: { sha256: 'b'.repeat(64), pixelWidth: 64, pixelHeight: 64 } });
      case 2:
        return ops.noteAdd({ node, order, transform: this.#place(view, 'note', node), text: 'hello' });
      default:
        return ops.groupAdd({ node, order, transform: this.#place(view, 'group', node) });
    }
  }

  /** @param {BoardNode} node @returns {BoardOp} */
  #mask(node) {
    const random = this.#random;
    const own = (maskOf(node) ?? []).filter((entry) => clientOf(entry.id) === this.#client);
    switch (random.below(8)) {
      case 0:
        return ops.maskClear(node.id);
      case 1:
        return ops.maskFill(node.id);
      case 2:
        return ops.maskInvert(node.id);
      case 3:
        if (own.length > 0)
          return ops.maskWithdraw(node.id, random.pick(own).id, random.oneIn(2));
      // falls through
      default:
        return ops.maskStroke(node.id, {
          shape: 'brush', radius: random.between(1, 30), softness: random.next(), erase: random.oneIn(4),
          points: [random.below(100), random.below(100), 1, random.below(100), random.below(100), random.next()],
        });
    }
  }

  /** @param {BoardState} view @param {string} kind @param {string} id */
  #place(view, kind, id) {
    const random = this.#random;
    const groups = view.layers().filter((node) => node.kind === 'group' && (this.#isWild || node.id !== id));
    const parent = groups.length > 0 && random.oneIn(3) ? random.pick(groups).id : undefined;
    return transform(random.between(-500, 500), random.between(-500, 500), random.between(32, 300), random.between(32, 300), kind === 'frame' ? 0 : random.between(-180, 180), parent);
  }

  /** @param {BoardState} view */
  #key(view) {
    const keys = [...new Set(view.layers().map((node) => node.order.value))].sort(compareKeys);
    const at = this.#random.below(keys.length + 1);
    return between(at === 0 ? null : keys[at - 1], at === keys.length ? null : keys[at], this.#client);
  }

  #style() {
    const random = this.#random;
    return { opacity: random.below(11) / 10, hidden: random.oneIn(5), locked: random.oneIn(5), ...(random.oneIn(2) ? { name: `name ${random.below(9)}` } : {}) };
  }
}
