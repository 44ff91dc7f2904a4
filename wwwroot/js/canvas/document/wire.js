// @ts-check
// The forms of everything that the document sends, stores and receives. Reading fills in defaults and puts members in the order that the
// site writes them, so what was read is canonical. tests/golden/ops and tests/golden/boards are the contract.

import { WireError, boolean, integer, list, malformed, number, oneOf, optional, parsed, record, string, withDefault } from './codec.js';
import { isToken, readStamp } from './ids.js';
import { isOrderKey } from './orderkey.js';

/** @typedef {import('./state.js').Transform} Transform */
/** @typedef {import('./state.js').NodeStyle} NodeStyle */
/** @typedef {import('./state.js').FrameSettings} FrameSettings */
/** @typedef {import('./state.js').TileContent} TileContent */
/** @typedef {import('./state.js').MaskStroke} MaskStroke */
/** @typedef {import('./state.js').BoardNode} BoardNode */

export const VERSION = 1;

/** @typedef {{ type: 'frame.add', v: 1, node: string, transform: Transform, order: string, style?: NodeStyle, settings?: FrameSettings }} FrameAdd */
/** @typedef {{ type: 'tile.add', v: 1, node: string, transform: Transform, order: string, content: TileContent, style?: NodeStyle }} TileAdd */
/** @typedef {{ type: 'note.add', v: 1, node: string, transform: Transform, order: string, text: string, style?: NodeStyle }} NoteAdd */
/** @typedef {{ type: 'group.add', v: 1, node: string, transform: Transform, order: string, style?: NodeStyle }} GroupAdd */
/** @typedef {{ type: 'node.set', v: 1, node: string, transform?: Transform, order?: string, style?: NodeStyle, text?: string, settings?: FrameSettings }} NodeSet */
/** @typedef {{ type: 'node.delete' | 'node.restore', v: 1, node: string }} NodeLife */
/** @typedef {{ type: 'mask.stroke', v: 1, node: string, stroke: MaskStroke }} MaskPaint */
/** @typedef {{ type: 'mask.clear' | 'mask.fill' | 'mask.invert', v: 1, node: string }} MaskWhole */
/** @typedef {{ type: 'mask.withdraw', v: 1, node: string, entry: string, withdrawn: boolean }} MaskWithdraw */
/** @typedef {FrameAdd | TileAdd | NoteAdd | GroupAdd | NodeSet | NodeLife | MaskPaint | MaskWhole | MaskWithdraw} BoardOp One change of a board. */

/** @typedef {{ client: string, clientSeq: number, op: BoardOp }} ClientOp Numbered by its client from 1 upwards, so that a retry is recognised. */
/** @typedef {{ seq: number, actor: string, client: string, clientSeq: number, op: BoardOp }} SequencedOp A row of the log: an op in the one order that counts. */
/** @typedef {{ code: string, sentence: string }} Refusal A stable code (the site translates by it) and an English sentence. */
/** @typedef {{ clientSeq: number, kind: 'accepted' | 'duplicate' | 'refused', seq?: number, refusal?: Refusal }} OpOutcome */
/** @typedef {{ head: number, outcomes: OpOutcome[] }} SubmitResult */
/** @typedef {{ client: string, actor: string, lastClientSeq: number }} SnapshotClient */
/** @typedef {{ v: 1, seq: number, nodes: BoardNode[], clients: SnapshotClient[] }} Snapshot */

const token = parsed((value) => (isToken(value) ? value : null), 'a token');
const stamp = parsed(readStamp, 'a stamp');
const orderKey = parsed((value) => (typeof value === 'string' && isOrderKey(value) ? value : null), 'an order key');
const positive = /** @type {import('./codec.js').Reader<number>} */ ((value, path) => (integer(value, path) >= 1 ? /** @type {number} */ (value) : malformed(path, 'a number from 1 is needed')));

/** @type {import('./codec.js').Reader<string>} */
const solidGrid = (value, path) => (typeof value === 'string' && /^[0-9a-fA-F]{64}$/.test(value) ? value.toLowerCase() : malformed(path, '64 hex digits are needed'));

/** @type {import('./codec.js').Reader<number[]>} */
const points = (value, path) => (Array.isArray(value) && value.length % 3 === 0 ? value.map((item, i) => number(item, `${path}[${i}]`)) : malformed(path, 'three numbers for each point are needed'));

/** @type {import('./codec.js').Reader<Transform>} */
export const readTransform = record({ x: number, y: number, width: number, height: number, rotation: withDefault(number, 0), parent: optional(token) });

/** @type {import('./codec.js').Reader<NodeStyle>} */
export const readStyle = record({ opacity: withDefault(number, 1), hidden: withDefault(boolean, false), locked: withDefault(boolean, false), colour: optional(string), name: optional(string) });

/** @type {import('./codec.js').Reader<FrameSettings>} */
export const readSettings = record({
  prompt: withDefault(string, ''),
  negativePrompt: withDefault(string, ''),
  model: optional(string),
  count: withDefault(integer, 4),
  seed: optional(integer),
  steps: optional(integer),
  guidance: optional(number),
  scheduler: optional(string),
  strength: optional(number),
  softness: optional(number),
  remake: withDefault(boolean, false),
  priorSamples: optional(integer),
});

/** @type {import('./codec.js').Reader<TileContent>} */
export const readContent = record({
  sha256: string,
  pixelWidth: integer,
  pixelHeight: integer,
  solid: optional(solidGrid),
  job: optional(string),
  image: optional(integer),
  frame: optional(token),
});

/** @type {import('./codec.js').Reader<MaskStroke>} */
export const readStroke = record({ shape: oneOf('brush', 'lasso'), radius: number, softness: number, erase: boolean, points });

export const DEFAULT_STYLE = Object.freeze(readStyle({}, 'style'));
export const DEFAULT_SETTINGS = Object.freeze(readSettings({}, 'settings'));

// Each op by its type. The members stand in the order that the site writes them.
const head = { type: string, v: integer, node: token };
const placed = { ...head, transform: readTransform, order: orderKey };

/** @type {Record<string, import('./codec.js').Reader<BoardOp>>} */
const OPS = {
  'frame.add': record({ ...placed, style: optional(readStyle), settings: optional(readSettings) }),
  'tile.add': record({ ...placed, content: readContent, style: optional(readStyle) }),
  'note.add': record({ ...placed, text: string, style: optional(readStyle) }),
  'group.add': record({ ...placed, style: optional(readStyle) }),
  'node.set': record({ ...head, transform: optional(readTransform), order: optional(orderKey), style: optional(readStyle), text: optional(string), settings: optional(readSettings) }),
  'node.delete': record(head),
  'node.restore': record(head),
  'mask.stroke': record({ ...head, stroke: readStroke }),
  'mask.clear': record(head),
  'mask.fill': record(head),
  'mask.invert': record(head),
  'mask.withdraw': record({ ...head, entry: stamp, withdrawn: boolean }),
};

/** The twelve types. */
export const OP_TYPES = Object.freeze(Object.keys(OPS));

/** @param {unknown} json @param {string} [path] @returns {BoardOp} @throws {WireError} */
export function readOp(json, path = 'op') {
  const { type, v } = /** @type {{ type?: unknown, v?: unknown }} */ (json ?? {});
  if (typeof type !== 'string')
    malformed(path, 'the type is missing');
  if (!Object.hasOwn(OPS, type))
    throw new WireError('unknown_type', `There is no op "${type.slice(0, 160)}".`);
  if (v !== VERSION)
    throw new WireError('unsupported_version', `Ops of version ${String(v).slice(0, 20)} are not known here.`);
  return OPS[type](json, path);
}

/** @type {import('./codec.js').Reader<ClientOp>} */
export const readClientOp = record({ client: token, clientSeq: positive, op: readOp });

/** @type {import('./codec.js').Reader<SequencedOp>} */
export const readSequencedOp = record({ seq: positive, actor: token, client: token, clientSeq: positive, op: readOp });

/** @template T @param {import('./codec.js').Reader<T>} value @returns {import('./codec.js').Reader<import('./state.js').Register<T>>} */
const register = (value) => record({ value, by: stamp });

// As the site writes them: what only this kind has comes before what all have.
const shared = {
  id: token,
  createdBy: token,
  alive: register(boolean),
  transform: register(readTransform),
  order: register(orderKey),
  style: register(readStyle),
};
const mask = list(record({ id: stamp, action: oneOf('stroke', 'clear', 'fill', 'invert'), withdrawn: register(boolean), stroke: optional(readStroke) }));

/** @type {Record<string, import('./codec.js').Reader<BoardNode>>} */
const NODES = {
  frame: record({ kind: string, settings: register(readSettings), mask, ...shared }),
  tile: record({ kind: string, content: readContent, mask, ...shared }),
  note: record({ kind: string, text: register(string), ...shared }),
  group: record({ kind: string, ...shared }),
};

/** @type {import('./codec.js').Reader<BoardNode>} */
export const readNode = (json, path) => NODES[oneOf('frame', 'tile', 'note', 'group')(/** @type {any} */ (json)?.kind, `${path}.kind`)](json, path);

/** @type {import('./codec.js').Reader<Snapshot>} */
export const readSnapshotForm = record({
  v: (v, path) => (v === VERSION ? v : malformed(path, 'this version of snapshots is not known here')),
  seq: integer,
  nodes: list(readNode),
  clients: list(record({ client: token, actor: token, lastClientSeq: integer })),
});
