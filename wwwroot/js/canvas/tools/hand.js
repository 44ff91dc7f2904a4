// @ts-check
// Drags the board. The panning itself is the input's (space and the middle button do the same); this only says that a press means it.

/** @returns {import('./tool.js').Tool} */
export function handTool() {
  return { name: 'hand', cursor: 'grab' };
}
