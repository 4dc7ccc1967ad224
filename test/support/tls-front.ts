import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, connect } from 'node:net';
import { createServer, type TLSSocket } from 'node:tls';
import { type Authority, pemOf } from './certificates.ts';
import { NAMES } from './temporal-tls-cases.ts';

/** Takes TLS with client certificates in front of Temporal's development server, which can't itself. */
export async function openTlsFront(authority: Authority, temporalPort: number) {
  const sockets = new Set<TLSSocket>();
  const options = {
    ...pemOf(authority.issue('temporal.test', NAMES)),
    ca: readFileSync(authority.certificate),
    requestCert: true,
    rejectUnauthorized: true,
    ALPNProtocols: ['h2'],
  };
  const server = createServer(options, (near) => {
    const far = connect(temporalPort, '127.0.0.1');
    sockets.add(near);
    near.on('error', () => {}).once('close', () => sockets.delete(near) && far.destroy());
    far.on('error', () => {}).once('close', () => near.destroy());
    near.pipe(far).pipe(near);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
