import { z } from 'zod';
import { defineCall } from '../call.ts';
import type { Service } from '../service.ts';
import { text } from '../text.ts';

const send = defineCall({
  kind: 'send',
  body: z.object({ order_id: text, type: text, locale: text.nullish() }),
  refusal: 'refused',
});

export const notification: Service = {
  name: 'notification',
  usualLatencyMs: 150,
  definition: new URL('./messages.sql', import.meta.url),
  calls: [send],
};
