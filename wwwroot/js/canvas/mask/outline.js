// @ts-check
// The line between painted and not, for the marching edge. Marching squares over a raster; pure.

/** @typedef {import('./raster.js').Raster} Raster */

/**
 * Pieces of the line where the raster passes a half, in its pixels, joined into chains so that dashes can run along them.
 * @param {Raster} raster @param {number} [step]  Every how many pixels to look; the line is as fine as this.
 * @returns {number[][]} Flat lists x, y, x, y...
 */
export function outline(raster, step = 1) {
  const columns = Math.floor((raster.width - 1) / step) + 3;
  const rows = Math.floor((raster.height - 1) / step) + 3;
  // A border of nothing closes every line at the edge of the raster.
  /** @type {(column: number, row: number) => number} */
  const at = (column, row) => {
    const [x, y] = [(column - 1) * step, (row - 1) * step];
    return column < 1 || row < 1 || x >= raster.width || y >= raster.height ? 0 : raster.values[y * raster.width + x];
  };
  /** @type {(p: number, q: number) => number} */
  const cross = (p, q) => (Math.abs(q - p) < 1e-9 ? 0.5 : (0.5 - p) / (q - p));
  // Each piece runs from one edge of a cell to another; edges are numbered, so that pieces meet by number and not by rounding.
  /** @type {Map<number, {x: number, y: number, to: number}>} */ const pieces = new Map();
  /** @type {(column: number, row: number, side: number) => number} */
  const edge = (column, row, side) => side === 0 ? (row * columns + column) * 2 : side === 2 ? ((row + 1) * columns + column) * 2 : side === 3 ? (row * columns + column) * 2 + 1 : (row * columns + column + 1) * 2 + 1;
  for (let row = 0; row < rows - 1; row++) {
    let [topLeft, bottomLeft] = [at(0, row), at(0, row + 1)];
    for (let column = 0; column < columns - 1; column++) {
      const [topRight, bottomRight] = [at(column + 1, row), at(column + 1, row + 1)];
      const kind = (topLeft >= 0.5 ? 8 : 0) | (topRight >= 0.5 ? 4 : 0) | (bottomRight >= 0.5 ? 2 : 0) | (bottomLeft >= 0.5 ? 1 : 0);
      if (kind !== 0 && kind !== 15) {
        /** @type {(side: number) => {x: number, y: number}} */
        const point = (side) => side === 0 ? { x: column + cross(topLeft, topRight), y: row } : side === 1 ? { x: column + 1, y: row + cross(topRight, bottomRight) } : side === 2 ? { x: column + cross(bottomLeft, bottomRight), y: row + 1 } : { x: column, y: row + cross(topLeft, bottomLeft) };
        for (const [from, to] of sidesOf[kind]) {
          const start = point(from);
          pieces.set(edge(column, row, from), { x: (start.x - 1) * step + 0.5, y: (start.y - 1) * step + 0.5, to: edge(column, row, to) });
        }
      }
      [topLeft, bottomLeft] = [topRight, bottomRight];
    }
  }
  /** @type {number[][]} */ const lines = [];
  for (const [first] of pieces) {
    /** @type {number[]} */ const line = [];
    for (let key = first, piece = pieces.get(key); piece !== undefined; key = piece.to, piece = pieces.get(key)) {
      line.push(piece.x, piece.y);
      pieces.delete(key);
    }
    if (line.length > 4) lines.push(line);
  }
  return lines;
}

// For each kind of cell (top left 8, top right 4, bottom right 2, bottom left 1): from side to side, the painted part on the right hand.
// Sides: 0 top, 1 right, 2 bottom, 3 left.
/** @type {readonly (readonly [number, number])[][]} */
const sidesOf = [
  [], [[2, 3]], [[1, 2]], [[1, 3]], [[0, 1]], [[0, 1], [2, 3]], [[0, 2]], [[0, 3]],
  [[3, 0]], [[2, 0]], [[3, 0], [1, 2]], [[1, 0]], [[3, 1]], [[2, 1]], [[3, 2]], [],
];
