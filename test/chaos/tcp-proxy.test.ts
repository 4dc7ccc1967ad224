import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { TcpProxy } from '../../chaos/system/tcp-proxy.ts';
import { until } from '../support/until.ts';

let server: Server;
let proxy: TcpProxy;
/** What has arrived at the server, which answers with the same in capitals. */
let arrived = '';
const clients: Socket[] = [];

beforeEach(async () => {
  arrived = '';
  server = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (piece) => {
      arrived += piece;
      socket.write(piece.toString().toUpperCase());
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  proxy = await TcpProxy.before((server.address() as AddressInfo).port);
});

afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy();
  await proxy.close();
  server.close();
});

async function client() {
  const socket = connect(proxy.port, '127.0.0.1');
  clients.push(socket);
  const seen = { text: '', isClosed: false };
  socket.on('error', () => {});
  socket.on('data', (piece) => {
    seen.text += piece;
  });
  socket.on('close', () => {
    seen.isClosed = true;
  });
  await once(socket, 'connect').catch(() => {}); // reset at once where the proxy is cut
  return Object.assign(seen, { say: (text: string) => socket.write(text), hangUp: () => socket.end() });
}

test('in fair weather everything goes through, either way, and so does a hang-up', async () => {
  const one = await client();
  one.say('hello');
  await until(() => one.text === 'HELLO');
  one.hangUp();
  await until(() => one.isClosed);
});

test('more than fits into a buffer goes through whole', async () => {
  const one = await client();
  const much = 'x'.repeat(4_000_000);
  one.say(much);
  await until(() => one.text.length === much.length);
});

test('cut: connections are reset, and new ones; healed, new ones work', async () => {
  const one = await client();
  one.say('a');
  await until(() => one.text === 'A');
  proxy.cut();
  await until(() => one.isClosed);
  const two = await client();
  await until(() => two.isClosed);
  proxy.heal();
  const three = await client();
  three.say('c');
  await until(() => three.text === 'C');
});

test('slow: it arrives later, either way', async () => {
  proxy.slow(60);
  const one = await client();
  const since = performance.now();
  one.say('a');
  await until(() => one.text === 'A');
  expect(performance.now() - since).toBeGreaterThanOrEqual(115);
});

test('stalled: nothing arrives, and all of it does when it is healed', async () => {
  const one = await client();
  one.say('a');
  await until(() => one.text === 'A');
  proxy.stall();
  one.say('b');
  const two = await client();
  two.say('c');
  await pause(100); // for what should not come
  expect([arrived, one.text]).toEqual(['a', 'A']);
  proxy.heal();
  await until(() => one.text === 'AB' && two.text === 'C');
});

test('mute: what is sent arrives, the answer is lost, and the connection with it', async () => {
  const one = await client();
  proxy.mute();
  one.say('pay');
  await until(() => arrived === 'pay' && proxy.hasLost); // arrived, the answer may still be on its way
  proxy.heal();
  await until(() => one.isClosed);
  expect(one.text).toBe('');
});

test('where nobody listens, the connection is closed', async () => {
  const port = (server.address() as AddressInfo).port;
  server.close();
  await once(server, 'close');
  const lonely = await TcpProxy.before(port);
  const socket = connect(lonely.port, '127.0.0.1').on('error', () => {});
  await new Promise((resolve) => socket.on('close', resolve));
  await lonely.close();
});
