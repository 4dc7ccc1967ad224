import { once } from 'node:events';
import { isIP } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import type { NativeConnectionOptions } from '@temporalio/worker';
import { messageOf } from '../telemetry/log.ts';

const HANDSHAKE_WITHIN_MS = 3000;
/** A server that does not take the client's certificate says so after the handshake (TLS 1.3). */
const REFUSED_WITHIN_MS = 500;

type Target = Pick<NativeConnectionOptions, 'address' | 'tls'>;

/**
 * One sentence on why there is no connection, and what to do. The SDK's errors name no certificate, or nothing at all,
 * so a handshake of our own finds out.
 */
export async function whyUnreachable(target: Target, error: unknown): Promise<string> {
  const { address, tls } = target;
  const found = await handshake(target);
  if (!tls)
    return found === 'no TLS there'
      ? `Temporal can't be reached at ${address}: start it, or set TEMPORAL_ADDRESS (${firstLineOf(error)}).`
      : `Temporal at ${address} wants TLS: set TEMPORAL_TLS=true, and its certificates (TEMPORAL_TLS_*).`;
  const { clientCertPair } = tls === true ? {} : tls;
  switch (found) {
    case 'not trusted':
      return `Temporal's certificate at ${address} is not trusted: TEMPORAL_TLS_SERVER_CA_CERT_PATH must have the authority that issued it.`;
    case 'another name':
      return `Temporal's certificate at ${address} is for another name: correct TEMPORAL_ADDRESS, or set TEMPORAL_TLS_SERVER_NAME.`;
    case 'refused':
      return clientCertPair
        ? `Temporal at ${address} does not accept the client certificate in TEMPORAL_TLS_CLIENT_CERT_PATH.`
        : `Temporal at ${address} wants a client certificate: set TEMPORAL_TLS_CLIENT_CERT_PATH and TEMPORAL_TLS_CLIENT_KEY_PATH.`;
    case 'no TLS there':
      return `Temporal can't be reached over TLS at ${address}: start it, or correct TEMPORAL_ADDRESS and TEMPORAL_TLS (${firstLineOf(error)}).`;
    default:
      return `Temporal can't be reached at ${address} (${firstLineOf(error)}).`;
  }
}

type Found = 'well' | 'not trusted' | 'another name' | 'refused' | 'no TLS there';

async function handshake({ address = '', tls }: Target): Promise<Found> {
  let socket: TLSSocket | undefined;
  try {
    socket = connect(handshakeOptions(address, tls));
    await once(socket, 'secureConnect', { signal: AbortSignal.timeout(HANDSHAKE_WITHIN_MS) });
    await once(socket, 'close', { signal: AbortSignal.timeout(REFUSED_WITHIN_MS) });
    return 'refused';
  } catch (error) {
    const { code = '', name } = error as NodeJS.ErrnoException;
    if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return 'another name';
    if (/ISSUER|SELF_SIGNED|VERIFY|^CERT_/.test(code)) return 'not trusted';
    if (/ALERT/.test(code)) return 'refused';
    return socket?.getCipher() ? (name === 'AbortError' ? 'well' : 'refused') : 'no TLS there';
  } finally {
    socket?.destroy();
  }
}

function handshakeOptions(address: string, tls: Target['tls']) {
  const { hostname, port } = new URL(`tcp://${address.replace(/^.*:\/\/+/, '')}`);
  const host = hostname.replace(/^\[|\]$/g, '');
  const { serverNameOverride, serverRootCACertificate, clientCertPair } = typeof tls === 'object' && tls ? tls : {};
  const servername = serverNameOverride ?? (isIP(host) ? undefined : host);
  return {
    host,
    port: Number(port || 7233),
    ALPNProtocols: ['h2'],
    rejectUnauthorized: Boolean(tls), // without: only whether it speaks TLS
    ...(servername && { servername }),
    ...(serverRootCACertificate && { ca: Buffer.from(serverRootCACertificate) }),
    ...(clientCertPair && { cert: Buffer.from(clientCertPair.crt), key: Buffer.from(clientCertPair.key) }),
  };
}

const firstLineOf = (error: unknown): string => messageOf(error).split('\n', 1)[0] as string;
