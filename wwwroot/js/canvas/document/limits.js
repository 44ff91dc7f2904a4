// @ts-check
// The limits that new ops are held against. The server sends its own with the answer to Join; these are the same defaults. A stored log
// replays whatever they are today, so the reducer never looks here.

/** @typedef {typeof DEFAULT_LIMITS} BoardLimits */

export const DEFAULT_LIMITS = Object.freeze({
  /** Largest |x| and |y|, world units. */
  maxCoordinate: 1e7,
  /** Smallest side of any node, world units. */
  minSide: 1,
  /** Largest side of any node but a group, world units. */
  maxSide: 16384,
  maxFrameSide: 4096,
  maxTilePixelsASide: 16384,
  /** Nodes for each board, tombstones included. */
  maxNodes: 50000,
  /** Groups inside groups. */
  maxDepth: 8,
  maxOrderKeyLength: 512,
  maxNameLength: 120,
  maxNoteLength: 4000,
  maxPromptLength: 2000,
  maxCandidates: 8,
  maxSteps: 200,
  maxGuidance: 30,
  maxPriorSamples: 8,
  /** 2^53 - 1. */
  maxSeed: 9007199254740991,
  maxStrokePoints: 4096,
  /** Points of all strokes on a board, those in deleted and cleared masks included. */
  maxMaskPoints: 1000000,
  maxBrushRadius: 4096,
  /** Mask entries that still count: those after the last clear or fill. */
  maxMaskEntries: 2000,
  /** Mask entries in all. */
  maxMaskHistory: 20000,
  /** Bytes of one op in JSON. */
  maxOpBytes: 262144,
  /** Ops for each submission. */
  maxBatch: 256,
});
