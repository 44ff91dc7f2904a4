// @ts-check
// How each kind of operation is called, by the keys of overlay/text.js, its picture and its key on the keyboard.

/** @typedef {import('./kinds.js').CardKind} CardKind */

/** @type {Readonly<Record<CardKind, {short: string, title: string, order: string, orderFor: string, icon: string, key: string}>>} */
export const KIND_WORDS = Object.freeze({
  variation: { short: 'VaryShort', title: 'Vary', order: 'VaryOrder', orderFor: 'VaryOrderFor', icon: 'grid_view', key: 'M' },
  interpolation: { short: 'BlendShort', title: 'Blend', order: 'BlendOrder', orderFor: 'BlendOrderFor', icon: 'join_inner', key: 'X' },
  textDiff: { short: 'ChangeShort', title: 'Change', order: 'ChangeOrder', orderFor: 'ChangeOrderFor', icon: 'edit_note', key: 'T' },
  upscale: { short: 'LargerShort', title: 'Larger', order: 'LargerOrder', orderFor: 'LargerOrderFor', icon: 'open_in_full', key: 'U' },
  replay: { short: 'FilmShort', title: 'Film', order: '', orderFor: '', icon: 'animation', key: 'P' },
});
