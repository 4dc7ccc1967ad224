import { once } from 'node:events';
import { createServer } from 'node:net';

export interface PortUse {
  port: number;
  setting: string;
  /** Who will listen there. */
  name: string;
}

/** One sentence for each port that cannot be had, each naming the setting that moves it. */
export async function portConflicts(uses: PortUse[]): Promise<string[]> {
  const users = Object.values(Object.groupBy(uses, ({ port }) => port)).filter((same) => same !== undefined);
  const sentences = await Promise.all(users.map(whyNot));
  return sentences.filter((sentence) => sentence !== undefined);
}

async function whyNot(users: PortUse[]): Promise<string | undefined> {
  const [first, ...others] = users;
  if (!first || others.length === 0) return first && whyTaken(first);
  return `Port ${first.port} is meant for ${users.map(({ name, setting }) => `${name} (${setting})`).join(' and ')}: give each a port of its own.`;
}

async function whyTaken({ port, setting, name }: PortUse): Promise<string | undefined> {
  // macOS lets a listener on 127.0.0.1 in beside one on all addresses, so both are tried, one after the other.
  for (const host of ['127.0.0.1', undefined]) {
    const code = await listenError(port, host);
    if (code === 'EADDRINUSE') {
      return `Port ${port} (${name}) is in use: stop what listens there or set ${setting} to another one.`;
    }
    if (code) return `Port ${port} (${name}) cannot be used (${code}): set ${setting} to another one.`;
  }
  return undefined;
}

async function listenError(port: number, host: string | undefined): Promise<string | undefined> {
  const server = createServer();
  try {
    server.listen({ port, host });
    await once(server, 'listening');
    server.close();
    await once(server, 'close');
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code;
  }
}
