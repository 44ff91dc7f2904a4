// @ts-check
// Angles are degrees, clockwise as one sees them (y grows downwards).

/** The same direction in [-180, 180). @param {number} degrees */
export function normalise(degrees) {
  const turned = (degrees + 180) % 360;
  return (turned < 0 ? turned + 360 : turned) - 180;
}

/**
 * Sine and cosine, exact at quarter turns, so that a tile turned by 90 degrees keeps whole-pixel edges.
 * @param {number} degrees @returns {{ sin: number, cos: number }}
 */
export function sinCos(degrees) {
  const turn = normalise(degrees);
  switch (turn) {
    case 0: return { sin: 0, cos: 1 };
    case 90: return { sin: 1, cos: 0 };
    case -90: return { sin: -1, cos: 0 };
    case -180: return { sin: 0, cos: -1 };
    default: return { sin: Math.sin(turn * Math.PI / 180), cos: Math.cos(turn * Math.PI / 180) };
  }
}
