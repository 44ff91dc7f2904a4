// @ts-check
// Angles are degrees, clockwise as one sees them (y grows downwards).

/** The same direction in [-180, 180). @param {number} degrees */
export function normalise(degrees) {
  const turned = (degrees + 180) % 360;
  return (turned < 0 ? turned + 360 : turned) - 180;
}

/**
 * Sine and cosine, exact at quarter turns, so that a tile turned by 90 degrees keeps whole-pixel edges. To the bit what Angle.SinCos gives
 * on the site, by the same sums and products in the same order: Math.sin differs from it in the last bit now and then, and a node lifted
 * out of a turned group would then lie elsewhere here than there.
 * @param {number} degrees @returns {{ sin: number, cos: number }}
 */
export function sinCos(degrees) {
  const turn = normalise(degrees);
  const quarters = Math.floor((turn + 45) / 90);
  const x = (turn - quarters * 90) * Math.PI / 180;
  const z = x * x;
  const sin = x * (1 - z / 6 * (1 - z / 20 * (1 - z / 42 * (1 - z / 72 * (1 - z / 110 * (1 - z / 156 * (1 - z / 210)))))));
  const cos = 1 - z / 2 * (1 - z / 12 * (1 - z / 30 * (1 - z / 56 * (1 - z / 90 * (1 - z / 132 * (1 - z / 182 * (1 - z / 240)))))));
  switch (quarters) {
    case 0: return { sin, cos };
    case 1: return { sin: cos, cos: 0 - sin };
    case -1: return { sin: -cos, cos: sin };
    default: return { sin: 0 - sin, cos: -cos };
  }
}
