// Signs webhooks with Stripe's own library: a line of JSON {payload, secret, timestamp} in, the Stripe-Signature header out.
import { createInterface } from 'node:readline';
import Stripe from 'stripe';

const stripe = new Stripe('sk_test_unused');
for await (const line of createInterface({ input: process.stdin })) {
  const { payload, secret, timestamp } = JSON.parse(line);
  process.stdout.write(stripe.webhooks.generateTestHeaderString({ payload, secret, timestamp }) + '\n');
}
