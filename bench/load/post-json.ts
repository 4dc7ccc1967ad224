import { connect, type Socket } from 'node:net';

/** Status 0: the connection broke before the answer was whole. */
export type Answered = (status: number, body: string) => void;

interface Waiting {
  request: Buffer;
  answered: Answered;
}

/**
 * What every generator of load in Node posts with: plain sockets that are kept, and prepared texts, since the generator must cost
 * less than what it measures. A request goes out on a free connection, on a new one up to the limit, or waits for one.
 */
export class JsonClient {
  readonly #url: URL;
  readonly #limit: number;
  readonly #open = new Set<Socket>();
  readonly #free: Socket[] = [];
  readonly #waiting: Waiting[] = [];
  /** Requests without an answer so far. */
  underWay = 0;

  constructor(url: string, limit: number) {
    this.#url = new URL(url);
    this.#limit = limit;
  }

  /** The text of a POST, which may be sent many times. */
  prepare(path: string, body: string, headers: Record<string, string> = {}): Buffer {
    const lines = Object.entries({
      ...{ Host: this.#url.host, 'Content-Type': 'application/json', 'Content-Length': `${Buffer.byteLength(body)}` },
      ...headers,
    }).map(([name, value]) => `${name}: ${value}\r\n`);
    return Buffer.from(`POST ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body}`);
  }

  send(request: Buffer, answered: Answered): void {
    this.underWay += 1;
    const socket = this.#free.pop() ?? this.#connect();
    if (socket) this.#sendOn(socket, { request, answered });
    else this.#waiting.push({ request, answered });
  }

  /** @throws where the answer is not of the 200s */
  post(request: Buffer): Promise<string> {
    return new Promise((resolve, reject) => {
      this.send(request, (status, body) => {
        if (status >= 200 && status < 300) resolve(body);
        else reject(new Error(`${this.#url.host} answered ${status || 'nothing'} ${body}`));
      });
    });
  }

  /** What is under way is answered with 0. */
  close(): void {
    for (const { answered } of this.#waiting.splice(0)) {
      this.underWay -= 1;
      answered(0, '');
    }
    for (const socket of this.#open) socket.destroy();
  }

  #connect(): Socket | undefined {
    if (this.#open.size >= this.#limit) return undefined;
    const socket = connect({ host: this.#url.hostname, port: Number(this.#url.port), noDelay: true });
    this.#open.add(socket);
    return socket;
  }

  #sendOn(socket: Socket, { request, answered }: Waiting): void {
    let text = '';
    const settle = (status: number, body = '') => {
      socket.removeAllListeners();
      socket.on('error', () => {}); // what a kept connection ends with is nobody's answer
      this.underWay -= 1;
      if (status === 0) this.#lose(socket);
      else this.#reuse(socket);
      answered(status, body);
    };
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1'); // a character for each byte, as Content-Length counts
      const body = wholeBody(text);
      if (body !== undefined) settle(Number(text.slice(9, 12)), body);
    });
    socket.on('error', () => settle(0));
    socket.on('close', () => settle(0));
    socket.write(request);
  }

  #reuse(socket: Socket): void {
    const next = this.#waiting.shift();
    if (next) this.#sendOn(socket, next);
    else {
      socket.on('close', () => this.#lose(socket));
      this.#free.push(socket);
    }
  }

  #lose(socket: Socket): void {
    socket.destroy();
    this.#open.delete(socket);
    const index = this.#free.indexOf(socket);
    if (index >= 0) this.#free.splice(index, 1);
    const next = this.#waiting.length > 0 && this.#connect();
    if (next) this.#sendOn(next, this.#waiting.shift() as Waiting);
  }
}

/** All that is measured answers with Content-Length. @returns undefined while some of it is missing */
function wholeBody(text: string): string | undefined {
  const headEnd = text.indexOf('\r\n\r\n');
  if (headEnd < 0) return undefined;
  const length = /\r\ncontent-length: *(\d+)/i.exec(text.slice(0, headEnd))?.[1];
  if (length === undefined) throw new Error(`an answer without Content-Length: ${text.slice(0, headEnd)}`);
  return text.length >= headEnd + 4 + Number(length) ? text.slice(headEnd + 4) : undefined;
}
