// @ts-check
// How a note's text is set, in world units: the canvas draws it and the editor writes it, and neither may jump when one follows the other.

export const NOTE_FONT_SIZE = 16;
export const NOTE_LINE_HEIGHT = 24;
export const NOTE_PADDING = 12;
export const NOTE_FONT = 'Inter, system-ui, sans-serif';

/** The size that a new note gets. */
export const NOTE_SIZE = Object.freeze({ width: 220, height: 140 });
