import { createServer } from 'node:net';

/** The SDK's metrics server panics on a port in use; this says which setting moves it. */
export async function ensurePortIsFree(host: string, port: number, setting: string): Promise<void> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(portError(error, port, setting)));
    server.listen(port, host, resolve);
  });
  await new Promise((resolve) => server.close(resolve));
}

export function portError(error: NodeJS.ErrnoException, port: number, setting: string): Error {
  if (error.code !== 'EADDRINUSE') return error;
  return new Error(`Port ${port} is in use: stop what listens there or set ${setting} to another one.`);
}
