// Judges messages by the library of Standard Webhooks: one JSON line in (secret, headers, body), one word out.
import { createInterface } from 'node:readline';
import { Webhook } from 'standardwebhooks';

for await (const line of createInterface({ input: process.stdin })) {
  const { secret, headers, body } = JSON.parse(line);
  try {
    new Webhook(secret).verify(body, headers);
    console.log('good');
  } catch (error) {
    console.log(`bad: ${error.message}`);
  }
}
