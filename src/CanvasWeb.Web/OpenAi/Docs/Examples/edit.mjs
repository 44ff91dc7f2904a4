// Paints a hat where mask.png is transparent, and saves the picture as fox.png. Both files have the same size. Needs nothing but Node.
import { openAsBlob } from 'node:fs';
import { writeFile } from 'node:fs/promises';

const form = new FormData();
form.append('image', await openAsBlob('picture.png', { type: 'image/png' }), 'picture.png');
form.append('mask', await openAsBlob('mask.png', { type: 'image/png' }), 'mask.png');
form.append('prompt', 'a fox with a red hat');
form.append('size', '512x512');
form.append('response_format', 'b64_json');
const answer = await fetch(`${process.env.CANVASWEB_URL}/v1/images/edits`, {
  method: 'POST',
  headers: { Authorization: `Bearer ${process.env.CANVASWEB_API_KEY}` },
  body: form,
});
const body = await answer.json();
if (!answer.ok) throw new Error(body.error.message);
await writeFile('fox.png', Buffer.from(body.data[0].b64_json, 'base64'));
