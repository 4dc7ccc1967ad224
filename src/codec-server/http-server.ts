import { createServer, type RequestListener, type Server } from 'node:http';

/** Milliseconds. */
const LIMITS = {
  /** For the whole of a request, its body too. */
  requestTimeout: 15_000,
  headersTimeout: 10_000,
  /** How long no byte may come and none be taken: nothing waits here, but an issuer that is asked has some seconds. */
  timeout: 30_000,
};

/** @param limits others than usual */
export function createCodecServer(app: RequestListener, limits: Partial<typeof LIMITS> = {}): Server {
  const { timeout, ...others } = { ...LIMITS, ...limits };
  const server = createServer(others, app);
  server.timeout = timeout; // which Node takes in no other way
  return server;
}
