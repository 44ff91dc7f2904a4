// What the e2e tests measure on pictures. RGBA arrays as ImageData has them.

/** Decodes the bytes of a picture in the page, so that the test sees what a browser shows. @param {Buffer} bytes */
export async function pixelsOf(page, bytes) {
  const { width, height, base64 } = await page.evaluate(async encoded => {
    const blob = new Blob([Uint8Array.from(atob(encoded), character => character.charCodeAt(0))]);
    const bitmap = await createImageBitmap(blob, { premultiplyAlpha: 'none', colorSpaceConversion: 'none' });
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
    const context = canvas.getContext('2d');
    context.drawImage(bitmap, 0, 0);
    const { data } = context.getImageData(0, 0, bitmap.width, bitmap.height);
    let text = '';
    for (let at = 0; at < data.length; at += 0x8000) text += String.fromCharCode(...data.subarray(at, at + 0x8000));
    return { width: bitmap.width, height: bitmap.height, base64: btoa(text) };
  }, bytes.toString('base64'));
  return { width, height, data: new Uint8ClampedArray(Buffer.from(base64, 'base64')) };
}

// How far to both sides of a border the picture's own texture is taken from.
const NEAR_PX = 96;

/**
 * How visible a vertical border is: the mean step between the columns left and right of it, over the mean step at all columns near it. 1: no
 * seam, larger: a line can be seen. The engine's SeamScore takes the three nearest parallels, which is fair over many pictures; in one
 * picture of a forest a single trunk would decide.
 * @param {{ width: number, height: number, data: Uint8ClampedArray }} picture
 * @param {number} border the first column that is new
 * @param {number} reach pulls the pair apart by so many pixels to each side: a colour shift hides under a feather, but not from there
 */
export function verticalSeam(picture, border, reach = 0) {
  const step = shift => {
    let sum = 0, pairs = 0;
    for (let y = 0; y < picture.height; y++) {
      const [left, right] = [border - 1 - reach + shift, border + reach + shift];
      if (left < 0 || right >= picture.width) continue;
      const [a, b] = [(y * picture.width + left) * 4, (y * picture.width + right) * 4];
      if (picture.data[a + 3] === 0 || picture.data[b + 3] === 0) continue;
      for (let c = 0; c < 3; c++) sum += Math.abs(picture.data[a + c] - picture.data[b + c]) / 3;
      pairs++;
    }
    return pairs ? sum / pairs : NaN;
  };
  const near = [];
  for (let shift = -NEAR_PX; shift <= NEAR_PX; shift++) if (Math.abs(shift) > 2 * reach + 2) near.push(step(shift));
  const usual = near.filter(Number.isFinite);
  const flat = .25; // a quarter of a level keeps a flat border from dividing by nothing
  return (step(0) + flat) / (usual.reduce((a, b) => a + b, 0) / usual.length + flat);
}

/** How many pixels differ by any channel where `counts(x, y)` says that they must not. */
export function differing(a, b, counts) {
  let different = 0;
  for (let y = 0; y < a.height; y++) {
    for (let x = 0; x < a.width; x++) {
      if (!counts(x, y)) continue;
      const at = (y * a.width + x) * 4;
      for (let c = 0; c < 4; c++) if (a.data[at + c] !== b.data[at + c]) { different++; break; }
    }
  }
  return different;
}
