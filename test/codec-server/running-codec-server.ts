import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createCodecApp } from '../../src/codec-server/app.ts';
import { judgeFor, type Readers } from '../../src/codec-server/readers.ts';
import { codecFrom } from '../../src/encryption/encryption.ts';
import { createLog } from '../../src/telemetry/log.ts';

export const ORIGIN = 'http://127.0.0.1:8233';
export const TOKEN = 'a-token-that-nobody-can-guess-0123456789';

/** @param others who may read beside those who have the token */
export async function startCodecServer(keysFile: string, others: Readers = {}) {
  const codec = codecFrom(keysFile);
  const log = createLog('codec-server', 'silent');
  const server = createServer(
    createCodecApp({ codec, origin: ORIGIN, judge: judgeFor({ token: TOKEN, ...others }), log }),
  );
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    codec,
    call: (path: string, init: RequestInit = {}) =>
      fetch(`http://127.0.0.1:${port}${path}`, { method: 'POST', ...init }),
    async stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}
