// @ts-check
// Decides whether an op may enter the log. Pure, and never throws for what a person can do: a refusal is a value. The server asks its own
// (OpValidator) before it gives a sequence number; a client asks this one first, so that a refused gesture never flickers.

import { normalise } from '../geometry/angle.js';
import { isToken, stampOf } from './ids.js';
import { checkRules, refuse } from './rules.js';
import { maskOf } from './state.js';

/** @typedef {import('./state.js').BoardState} BoardState */
/** @typedef {import('./state.js').NodeKind} NodeKind */
/** @typedef {import('./wire.js').BoardOp} BoardOp */
/** @typedef {import('./wire.js').ClientOp} ClientOp */
/** @typedef {import('./wire.js').Refusal} Refusal */
/** @typedef {import('./limits.js').BoardLimits} BoardLimits */
/** @typedef {'viewer' | 'commenter' | 'editor' | 'owner'} BoardRole Each may do what the ones before it may. */

/**
 * @param {BoardState} state @param {ClientOp} own @param {string} actor @param {BoardRole} role @param {BoardLimits} limits
 * @returns {Refusal | null} Null if the op is fine.
 */
export function validate(state, own, actor, role, limits) {
  return checkRole(state, own.op, actor, role)
    ?? checkValues(own.op, limits)
    ?? checkRules(state, stampOf(own.client, own.clientSeq), own.op)
    ?? checkRoom(state, own.op, limits);
}

/** @param {BoardState} state @param {BoardOp} op @param {string} actor @param {BoardRole} role @returns {Refusal | null} */
function checkRole(state, op, actor, role) {
  switch (role) {
    case 'editor':
    case 'owner':
      return null;
    case 'commenter': {
      const node = state.find(op.node);
      const own = op.type === 'note.add'
        || ((op.type === 'node.set' || op.type === 'node.delete' || op.type === 'node.restore') && node?.kind === 'note' && node.createdBy === actor);
      return own ? null : refuse('not_allowed', 'You can write notes here and change your own. Ask the owner to let you edit.');
    }
    default:
      return refuse('not_allowed', 'You can look at this board but not change it. Ask the owner to let you edit.');
  }
}

/** @param {BoardOp} op @param {BoardLimits} limits @returns {Refusal | null} */
function checkValues(op, limits) {
  switch (op.type) {
    case 'frame.add':
      return checkPlaced(op, limits, 'frame') ?? checkSettings(op.settings, limits);
    case 'tile.add':
      return checkPlaced(op, limits, 'tile') ?? checkContent(op.content, limits);
    case 'note.add':
      return checkPlaced(op, limits, 'note') ?? checkText(op.text, limits.maxNoteLength, 'note');
    case 'group.add':
      return checkPlaced(op, limits, 'group');
    case 'node.set':
      if (op.transform === undefined && op.order === undefined && op.style === undefined && op.text === undefined && op.settings === undefined)
        return refuse('nothing_to_set', 'This op changes nothing.');

      // The kind is known from the state only: checkRoom looks at it again.
      return checkPlaced(op, limits, null) ?? checkText(op.text, limits.maxNoteLength, 'note') ?? checkSettings(op.settings, limits);
    case 'mask.stroke':
      return checkStroke(op.stroke, limits);
    default:
      return null;
  }
}

// What needs both the state and the limits.
/** @param {BoardState} state @param {BoardOp} op @param {BoardLimits} limits @returns {Refusal | null} */
function checkRoom(state, op, limits) {
  const node = state.find(op.node);
  switch (op.type) {
    case 'frame.add':
    case 'tile.add':
    case 'note.add':
    case 'group.add':
      if (state.nodes.size >= limits.maxNodes)
        return refuse('board_full', `A board holds ${limits.maxNodes} things. Go on in a new one.`);
      return checkDepth(state.depth(op.transform.parent), limits);
    case 'node.set': {
      if (op.transform === undefined || node === undefined)
        return null;
      const parent = op.transform.parent;
      return checkTransform(op.transform, limits, node.kind)
        ?? (parent === undefined || parent === node.transform.value.parent ? null : checkDepth(state.depth(parent) + state.height(op.node), limits));
    }
    case 'mask.stroke':
    case 'mask.invert':
    case 'mask.clear':
    case 'mask.fill': {
      if (op.type === 'mask.stroke' && state.maskPoints() + op.stroke.points.length / 3 > limits.maxMaskPoints)
        return refuse('board_full', `A board holds ${limits.maxMaskPoints} points of paint. Go on in a new one.`);
      const mask = (node && maskOf(node)) ?? [];
      const grows = op.type === 'mask.stroke' || op.type === 'mask.invert';
      const counting = mask.length - 1 - mask.findLastIndex((entry) => !entry.withdrawn.value && (entry.action === 'clear' || entry.action === 'fill'));
      return mask.length >= limits.maxMaskHistory || (grows && counting >= limits.maxMaskEntries)
        ? refuse('mask_full', 'This mask has too many strokes. Clear it and paint it anew with a larger brush.')
        : null;
    }
    default:
      return null;
  }
}

/** @param {number} depth @param {BoardLimits} limits */
const checkDepth = (depth, limits) => (depth <= limits.maxDepth ? null : refuse('too_deep', `Groups can lie ${limits.maxDepth} deep.`));

/** @param {{ transform?: import('./state.js').Transform, order?: string, style?: import('./state.js').NodeStyle }} op @param {BoardLimits} limits @param {NodeKind | null} kind */
const checkPlaced = (op, limits, kind) => checkTransform(op.transform, limits, kind) ?? checkOrder(op.order, limits) ?? checkStyle(op.style, limits);

/** @param {import('./state.js').Transform | undefined} transform @param {BoardLimits} limits @param {NodeKind | null} kind @returns {Refusal | null} */
function checkTransform(transform, limits, kind) {
  if (transform === undefined)
    return null;

  // Each comparison is written so that NaN is outside.
  const position = Math.max(Math.abs(transform.x), Math.abs(transform.y));
  if (!(position <= limits.maxCoordinate) || !(Math.abs(transform.rotation) <= 360))
    return refuse('bad_number', 'This is too far out on the board.');
  if (!(Math.min(transform.width, transform.height) >= limits.minSide))
    return refuse('bad_number', 'This is too small.');
  const largest = kind === 'frame' ? limits.maxFrameSide : kind === 'tile' || kind === 'note' ? limits.maxSide : limits.maxCoordinate;
  if (!(Math.max(transform.width, transform.height) <= largest))
    return refuse(kind === 'frame' ? 'frame_too_large' : 'bad_number', `This is too large: ${largest} units a side is the most.`);
  return kind === 'frame' && normalise(transform.rotation) !== 0
    ? refuse('frame_turned', 'A frame stays upright: models paint upright pictures.')
    : null;
}

/** @param {string | undefined} order @param {BoardLimits} limits */
const checkOrder = (order, limits) =>
  order !== undefined && order.length > limits.maxOrderKeyLength ? refuse('too_large', 'The layers here are too crowded: bring one to the front first.') : null;

/** @param {import('./state.js').NodeStyle | undefined} style @param {BoardLimits} limits @returns {Refusal | null} */
function checkStyle(style, limits) {
  if (style === undefined)
    return null;
  if (!isShare(style.opacity))
    return refuse('bad_number', 'Opacity goes from 0 to 1.');
  if (style.colour !== undefined && !isToken(style.colour))
    return refuse('malformed', 'A colour is a name from the palette.');
  return checkText(style.name, limits.maxNameLength, 'name');
}

/** @param {import('./state.js').FrameSettings | undefined} settings @param {BoardLimits} limits @returns {Refusal | null} */
function checkSettings(settings, limits) {
  if (settings === undefined)
    return null;
  const { count, seed, steps, guidance, priorSamples } = settings;
  if (count < 1 || count > limits.maxCandidates)
    return refuse('bad_number', `Between 1 and ${limits.maxCandidates} pictures at a time.`);
  if (seed !== undefined && (seed < 0 || seed > limits.maxSeed))
    return refuse('bad_number', `A seed is a whole number from 0 to ${limits.maxSeed}.`);
  if (steps !== undefined && (steps < 1 || steps > limits.maxSteps))
    return refuse('bad_number', `Between 1 and ${limits.maxSteps} steps.`);
  if (guidance !== undefined && !(guidance >= 0 && guidance <= limits.maxGuidance))
    return refuse('bad_number', `Guidance goes from 0 to ${limits.maxGuidance}.`);
  if (!isShare(settings.strength ?? 1) || !isShare(settings.softness ?? 1))
    return refuse('bad_number', 'Strength and softness go from 0 to 1.');
  if (priorSamples !== undefined && (priorSamples < 1 || priorSamples > limits.maxPriorSamples))
    return refuse('bad_number', `Between 1 and ${limits.maxPriorSamples} prior samples.`);
  return checkText(settings.prompt, limits.maxPromptLength, 'prompt')
    ?? checkText(settings.negativePrompt, limits.maxPromptLength, 'negative prompt')
    ?? checkText(settings.model, limits.maxNameLength, 'model name')
    ?? checkText(settings.scheduler, limits.maxNameLength, 'scheduler name');
}

/** @param {import('./state.js').TileContent} content @param {BoardLimits} limits @returns {Refusal | null} */
function checkContent(content, limits) {
  if (!/^[0-9a-f]{64}$/.test(content.sha256))
    return refuse('malformed', 'A picture is named by 64 lower-case hex digits.');
  if (Math.min(content.pixelWidth, content.pixelHeight) < 1 || Math.max(content.pixelWidth, content.pixelHeight) > limits.maxTilePixelsASide)
    return refuse('bad_number', `A picture has 1 to ${limits.maxTilePixelsASide} pixels a side.`);
  if (content.job !== undefined && !isToken(content.job))
    return refuse('malformed', 'This is no job id.');
  return content.image !== undefined && (content.image < 0 || content.image > 63) ? refuse('bad_number', 'There is no such picture in a job.') : null;
}

/** @param {import('./state.js').MaskStroke} stroke @param {BoardLimits} limits @returns {Refusal | null} */
function checkStroke(stroke, limits) {
  const count = stroke.points.length / 3;
  if (count < (stroke.shape === 'lasso' ? 3 : 1))
    return refuse('malformed', 'This stroke has too few points.');
  if (count > limits.maxStrokePoints)
    return refuse('too_large', `A stroke has at most ${limits.maxStrokePoints} points: send it in parts.`);
  if (!(stroke.radius >= 0 && stroke.radius <= limits.maxBrushRadius) || !isShare(stroke.softness) || (stroke.shape === 'brush' && stroke.radius === 0))
    return refuse('bad_number', 'This brush has no size that can be painted with.');
  for (let i = 0; i < stroke.points.length; i += 3) {
    if (!(Math.abs(stroke.points[i]) <= limits.maxCoordinate && Math.abs(stroke.points[i + 1]) <= limits.maxCoordinate) || !isShare(stroke.points[i + 2]))
      return refuse('bad_number', 'This stroke is too far out on the board.');
  }
  return null;
}

/** @param {string | undefined} text @param {number} maxLength @param {string} what */
const checkText = (text, maxLength, what) =>
  text === undefined || text.length <= maxLength ? null : refuse('text_too_long', `The ${what} has ${text.length} letters; ${maxLength} is the most.`);

/** @param {number} value */
const isShare = (value) => value >= 0 && value <= 1;
