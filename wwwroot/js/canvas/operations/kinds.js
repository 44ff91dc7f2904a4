// @ts-check
// What can be done with what is selected, and what an order of it says. Pure.

/** @typedef {import('./layout.js').OperationKind} OperationKind */
/** @typedef {import('./layout.js').PictureOperation} PictureOperation */
/** @typedef {import('../document/state.js').FrameSettings} FrameSettings */
/** @typedef {import('../view/scene.js').Item} Item */
/** @typedef {OperationKind | 'replay'} CardKind  What a card is about; looking at a film orders nothing. */
/** @typedef {{count: number, eta: number, share: number, from: string, to: string}} OperationValues  `share`: how far a change by words goes, 0 to 1 of what can be gone. */

/** The words of a change are followed half of the way at most: beyond that nothing is left of the picture. */
export const MOST_THETA = 0.5;
export const MOST_PICTURES = 8;

/** @type {Readonly<OperationValues>} */
export const FIRST_VALUES = Object.freeze({ count: 4, eta: 0.5, share: 0.6, from: '', to: '' });

/** How many are made at first. @param {CardKind} kind */
export const usualCount = (kind) => (kind === 'variation' ? 4 : kind === 'interpolation' ? 3 : 1);

/** The pictures among what is selected, if it is nothing else. @param {readonly Item[]} items @returns {readonly Item[]} */
export function picturesOf(items) {
  return items.every((item) => item.node.kind === 'tile') ? items : [];
}

/** What the bar offers for what is selected. @param {readonly Item[]} items @returns {CardKind[]} */
export function offered(items) {
  const pictures = picturesOf(items);
  if (pictures.length === 2) return ['interpolation'];
  if (pictures.length !== 1) return [];
  const [{ node }] = pictures;
  return ['variation', 'interpolation', 'textDiff', 'upscale', ...(node.kind === 'tile' && node.content.job !== undefined ? /** @type {CardKind[]} */ (['replay']) : [])];
}

/** @param {OperationKind} kind @param {readonly string[]} tiles @param {OperationValues} values @returns {PictureOperation} */
export function operationOf(kind, tiles, values) {
  switch (kind) {
    case 'variation': return { kind, tiles, eta: values.eta };
    case 'textDiff': return { kind, tiles, fromPrompt: values.from.trim(), thetas: Array.from({ length: values.count }, () => thetaOf(values.share)) };
    default: return { kind, tiles };
  }
}

/** @param {number} share @returns {number} Rounded: the same place of the slider is the same number, whatever the browser makes of it. */
export const thetaOf = (share) => Math.round(share * MOST_THETA * 1000) / 1000;

/**
 * The settings of the order: what the prompt bar has, with the words and the count of the operation. What only means something for a frame stays out.
 * @param {FrameSettings | null} bar @param {OperationKind} kind @param {OperationValues} values @param {string} prompt  What the picture says it shows. @param {number} seed
 * @returns {FrameSettings}
 */
export function settingsOf(bar, kind, values, prompt, seed) {
  const { model, steps, guidance, scheduler, negativePrompt = '' } = bar ?? {};
  return {
    prompt: kind === 'textDiff' ? values.to.trim() : kind === 'variation' ? prompt : '',
    negativePrompt: kind === 'upscale' ? '' : negativePrompt,
    ...(model !== undefined && { model }),
    count: kind === 'upscale' ? 1 : values.count,
    ...(kind === 'textDiff' && { seed }),
    ...(kind !== 'upscale' && { ...(steps !== undefined && { steps }), ...(guidance !== undefined && { guidance }), ...(scheduler !== undefined && { scheduler }) }),
    remake: false,
  };
}

/** What is missing before it can be ordered; null for nothing. @param {CardKind} kind @param {OperationValues} values @returns {'from' | 'to' | 'same' | null} */
export function missing(kind, values) {
  if (kind !== 'textDiff') return null;
  if (values.from.trim() === '') return 'from';
  if (values.to.trim() === '') return 'to';
  return values.from.trim() === values.to.trim() ? 'same' : null;
}
