import type { Socket } from 'node:net';
import { post } from '../../src/activities/webhook.ts';
import { type HostileService, http, startHostileService } from '../support/hostile-service.ts';

let receiver: HostileService;
beforeAll(async () => {
  receiver = await startHostileService();
});
afterAll(() => receiver.stop());

const send = (milliseconds: number) =>
  post({ url: receiver.url }, { id: 'm-1', body: '{}' }, AbortSignal.timeout(milliseconds));

test.each([
  ['that ends the matter', 200, undefined],
  ['that is a failure', 500, 'the webhook answered 500'],
])('of an answer %s only the status is read: what it says without an end is let go', async (_, status, complaint) => {
  const closed = new Promise<number>((resolve) => {
    receiver.answer = (socket) => {
      const sent = flood(socket, http(status, '', { 'Content-Length': '1000000000000' }));
      socket.once('close', () => resolve(sent()));
    };
  });
  const outcome = await send(10_000).catch(({ message }: Error) => message);
  expect(outcome).toBe(complaint);
  expect(await closed).toBeLessThan(16 * 2 ** 20);
});

test('a receiver that does not answer is waited for no longer than the attempt may take', async () => {
  receiver.answer = () => {};
  await expect(send(300)).rejects.toThrow(/^the webhook does not answer: .*timeout/);
});

/** @returns how much was sent */
function flood(socket: Socket, begin: string): () => number {
  let sent = 0;
  socket.write(begin);
  const timer = setInterval(() => {
    if (socket.writableNeedDrain) return;
    socket.write('x'.repeat(16_384));
    sent += 16_384;
  }, 1);
  socket.once('close', () => clearInterval(timer));
  return () => sent;
}
