import { Readable } from 'node:stream';
import { untilAborted } from '../../src/outgoing/until-aborted.ts';

const anAnswer = () => ({ body: Readable.from(['x']) });

test('an answer that comes in time is the answer', async () => {
  const answer = anAnswer();
  expect(await untilAborted(new AbortController().signal, Promise.resolve(answer))).toBe(answer);
});

test('an error is an error', async () => {
  const asked = Promise.reject(new Error('no connection'));
  await expect(untilAborted(new AbortController().signal, asked)).rejects.toThrow('no connection');
});

test.each(['before it is asked', 'while it is asked'])(
  'aborted %s it ends with the reason, and what comes later is let go',
  async (when) => {
    const aborting = new AbortController();
    const asked = Promise.withResolvers<{ body: Readable }>();
    if (when === 'before it is asked') aborting.abort(new Error('too late'));
    const outcome = untilAborted(aborting.signal, asked.promise);
    aborting.abort(new Error('too late'));
    await expect(outcome).rejects.toThrow('too late');
    const answer = anAnswer();
    asked.resolve(answer);
    await new Promise((resolve) => setImmediate(resolve));
    expect(answer.body.destroyed).toBe(true);
  },
);
