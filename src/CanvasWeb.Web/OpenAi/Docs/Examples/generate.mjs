// Makes a picture and saves it as fox.png; says how far it is meanwhile. Needs nothing but Node.
import { writeFile } from 'node:fs/promises';

const answer = await fetch(`${process.env.CANVASWEB_URL}/v1/images/generations`, {
  method: 'POST',
  headers: { Authorization: `Bearer ${process.env.CANVASWEB_API_KEY}`, 'Content-Type': 'application/json' },
  body: JSON.stringify({ prompt: 'a fox in the snow', size: '512x512', stream: true, partial_images: 2 }),
});
if (!answer.ok) throw new Error((await answer.json()).error.message);

let text = '';
for await (const part of answer.body.pipeThrough(new TextDecoderStream())) {
  text += part;
  const events = text.split('\n\n');
  text = events.pop();
  for (const event of events) {
    const data = event.split('\n').find(line => line.startsWith('data: '));
    if (!data) continue; // a comment that keeps the line open
    const { type, b64_json, error } = JSON.parse(data.slice(6));
    if (error) throw new Error(error.message);
    console.log(type);
    if (type === 'image_generation.completed') await writeFile('fox.png', Buffer.from(b64_json, 'base64'));
  }
}
