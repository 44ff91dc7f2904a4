// The pictures of the README and the start page: what the e2e run sees, as WebP under wwwroot/img.
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { root } from './site.mjs';

const MOST_BYTES = 200 * 1024;

/** Encoded by the browser itself, so that no other tool is needed. */
export async function publishPicture(page, name) {
  const png = await page.screenshot();
  const encoder = await page.context().browser().newPage();
  try {
    for (const quality of [.9, .8, .7, .6, .5]) {
      const base64 = await encoder.evaluate(async ([encoded, q]) => {
        const bitmap = await createImageBitmap(new Blob([Uint8Array.from(atob(encoded), character => character.charCodeAt(0))]));
        const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
        canvas.getContext('2d').drawImage(bitmap, 0, 0);
        const bytes = new Uint8Array(await (await canvas.convertToBlob({ type: 'image/webp', quality: q })).arrayBuffer());
        let text = '';
        for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
        return btoa(text);
      }, [png.toString('base64'), quality]);
      const bytes = Buffer.from(base64, 'base64');
      if (bytes.length > MOST_BYTES) continue;
      await writeFile(path.join(root, 'wwwroot/img', `${name}.webp`), bytes);
      return;
    }
    throw new Error(`${name} does not fit ${MOST_BYTES} bytes`);
  } finally {
    await encoder.close();
  }
}
