import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { createCodecApp } from '../../src/codec-server/app.ts';
import { createCodecServer } from '../../src/codec-server/http-server.ts';
import { judgeFor, type Readers } from '../../src/codec-server/readers.ts';
import { codecFrom } from '../../src/encryption/encryption.ts';
import { createLog } from '../../src/telemetry/log.ts';

export const ORIGIN = 'http://127.0.0.1:8233';
export const TOKEN = 'a-token-that-nobody-can-guess-0123456789';

/**
 * @param others who may read beside those who have the token
 * @param limits others than usual
 */
export async function startCodecServer(
  keysFile: string,
  others: Readers = {},
  limits: Parameters<typeof createCodecServer>[1] = {},
) {
  const codec = codecFrom(keysFile);
  const log = createLog('codec-server', 'silent');
  const server = createCodecServer(
    createCodecApp({ codec, origin: ORIGIN, judge: judgeFor({ token: TOKEN, ...others }), log }),
    limits,
  );
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    codec,
    url: `http://127.0.0.1:${port}`,
    connections: promisify(server.getConnections.bind(server)),
    call: (path: string, init: RequestInit = {}) =>
      fetch(`http://127.0.0.1:${port}${path}`, { method: 'POST', ...init }),
    async stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}
