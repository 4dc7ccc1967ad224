import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { ProblemDocument } from '../../src/cli/api/documents.ts';

interface Asked {
  method: string;
  path: string;
  query: Record<string, string>;
  headers: IncomingMessage['headers'];
  body: unknown;
}

interface Answer {
  status?: number;
  headers?: Record<string, string>;
  body: object;
}

type Route = Answer | ((asked: Asked) => Answer);

/** The API as a command line sees it: what a test says it answers, and a record of what it was asked. */
export class FakeApi {
  readonly asked: Asked[] = [];
  readonly #routes = new Map<string, Route>();
  #server!: Server;

  static async start(): Promise<FakeApi> {
    const api = new FakeApi();
    api.#server = createServer(async (request, response) => {
      const { status = 200, headers = {}, body } = api.#answer(await askedBy(request));
      const type = status < 400 ? 'application/json' : 'application/problem+json';
      response.writeHead(status, { 'Content-Type': type, ...headers }).end(JSON.stringify(body));
    });
    await once(api.#server.listen(0, '127.0.0.1'), 'listening');
    return api;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The only thing that was asked. */
  get only(): Asked {
    expect(this.asked).toHaveLength(1);
    return this.asked[0] as Asked;
  }

  on(call: `${'GET' | 'POST'} /${string}`, route: Route): void {
    this.#routes.set(call, route);
  }

  /** One answer after the other; the last one stays. */
  inTurn(call: `${'GET' | 'POST'} /${string}`, ...answers: Answer[]): void {
    let next = 0;
    this.on(call, () => answers[Math.min(next++, answers.length - 1)] as Answer);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await once(this.#server.close(), 'close');
  }

  #answer(asked: Asked): Answer {
    this.asked.push(asked);
    const route = this.#routes.get(`${asked.method} ${asked.path}`) ?? problem('not_found', 404);
    return typeof route === 'function' ? route(asked) : route;
  }
}

async function askedBy(request: IncomingMessage): Promise<Asked> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://api');
  const sent = await text(request);
  return {
    method: request.method ?? '',
    path: pathname,
    query: Object.fromEntries(searchParams),
    headers: request.headers,
    body: sent ? JSON.parse(sent) : undefined,
  };
}

export const problem = (code: string, status: number, others: Partial<ProblemDocument> = {}): Answer => ({
  status,
  body: { type: `urn:x:${code}`, status, code, title: code, detail: `It is ${code}.`, ...others },
});
