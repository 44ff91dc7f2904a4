// @ts-check
// The twelve ops, made from what the caller knows. What is left out gets its default here and now: a stored op says all it means.

import { VERSION, readOp } from './wire.js';

/** @typedef {import('./wire.js').BoardOp} BoardOp */
/** @typedef {import('../geometry/transform.js').Transform} Transform */
/** @typedef {import('./state.js').NodeStyle} NodeStyle */
/** @typedef {import('./state.js').FrameSettings} FrameSettings */
/** @typedef {import('./state.js').TileContent} TileContent */
/** @typedef {import('./state.js').MaskStroke} MaskStroke */

/** @typedef {{ node: string, transform: Transform, order: string, style?: Partial<NodeStyle> }} Placed */

/** Drops a frame. @param {Placed & { settings?: Partial<FrameSettings> }} members */
export const frameAdd = (members) => make('frame.add', members);

/** Puts a picture on the board: an accepted candidate, an upload, a paste. @param {Placed & { content: TileContent }} members */
export const tileAdd = (members) => make('tile.add', members);

/** @param {Placed & { text: string }} members */
export const noteAdd = (members) => make('note.add', members);

/** Makes an empty group; its members follow by `nodeSet` with the group as parent. @param {Placed} members */
export const groupAdd = (members) => make('group.add', members);

/**
 * Writes whole property groups of a node; what is left out stays as it is. All of it is taken or nothing.
 * @param {string} node @param {{ transform?: Transform, order?: string, style?: Partial<NodeStyle>, text?: string, settings?: Partial<FrameSettings> }} members
 */
export const nodeSet = (node, members) => make('node.set', { node, ...members });

/** Deletes a node and hides what lies in it. Delete wins: later writes to it are refused until somebody restores it. @param {string} node */
export const nodeDelete = (node) => make('node.delete', { node });

/** Takes a delete back. @param {string} node */
export const nodeRestore = (node) => make('node.restore', { node });

/** Adds one stroke to the mask of a frame (world coordinates) or tile (its pixels). @param {string} node @param {MaskStroke} stroke */
export const maskStroke = (node, stroke) => make('mask.stroke', { node, stroke });

/** Empties the mask. @param {string} node */
export const maskClear = (node) => make('mask.clear', { node });

/** Paints the whole mask. @param {string} node */
export const maskFill = (node) => make('mask.fill', { node });

/** Swaps painted and unpainted. @param {string} node */
export const maskInvert = (node) => make('mask.invert', { node });

/** Takes one's own mask entry out (or back in), wherever it stands in the list. @param {string} node @param {string} entry Its stamp. @param {boolean} withdrawn */
export const maskWithdraw = (node, entry, withdrawn) => make('mask.withdraw', { node, entry, withdrawn });

/** @param {string} type @param {object} members @returns {BoardOp} @throws {import('./codec.js').WireError} The caller has passed what no op can carry. */
const make = (type, members) => readOp({ type, v: VERSION, ...members });
