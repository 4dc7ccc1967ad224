import type { ConnectionOptions } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { WITHIN_MS } from './finding.ts';
import { hasOwnTemporal, portOf } from './places.ts';

/** Loading the client and asking the server take their part of what a check may take. */
const CONNECT_WITHIN_MS = WITHIN_MS / 2;

export interface TemporalPlace {
  address: string;
  namespace: string;
  /** Whether a setting or a profile says where it is, as for the worker. */
  isOwn: boolean;
  options: ConnectionOptions;
}

/** @throws where a profile or certificate can't be read */
export function temporalPlaceFrom(env: NodeJS.ProcessEnv): TemporalPlace {
  if (!hasOwnTemporal(env))
    return placeAt(`127.0.0.1:${portOf('TEMPORAL_PORT', env)}`, env.TEMPORAL_NAMESPACE || 'default');
  // Empty ones too: the worker takes an empty TEMPORAL_API_KEY for a key.
  const overrideEnvVars = Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
  const { connectionOptions, namespace = 'default' } = loadClientConnectConfig({ overrideEnvVars });
  const { address = '127.0.0.1:7233', ...rest } = connectionOptions;
  return { ...placeAt(address, namespace, rest as ConnectionOptions), isOwn: true };
}

/** gRPC would send calls to this machine through a proxy too, where one is set. */
const placeAt = (address: string, namespace: string, rest: ConnectionOptions = {}): TemporalPlace => ({
  address,
  namespace,
  isOwn: false,
  options: {
    ...rest,
    address,
    connectTimeout: CONNECT_WITHIN_MS,
    ...(/^(127\.0\.0\.1|localhost|\[::1\])(:|$)/.test(address) && { channelArgs: { 'grpc.enable_http_proxy': 0 } }),
  },
});
