import { connect, type Socket } from 'node:net';
import type { ConstantRate, Latencies } from './constant-rate.ts';

const BODY = '{"product_id":"sku-1","quantity":1,"amount":4200}';
const DRAIN_MS = 30_000;

/**
 * A request that is due is sent on a free connection, on a new one, or waits. Plain sockets and a prepared text: the
 * generator must cost less than what it measures.
 */
class Sender {
  readonly #host: string;
  readonly #port: number;
  readonly #request: Buffer;
  readonly #limit: number;
  readonly #free: Socket[] = [];
  readonly #waiting: number[] = [];
  #connections = 0;
  underWay = 0;
  readonly #done: (dueAt: number, status: number) => void;

  constructor(url: URL, limit: number, done: (dueAt: number, status: number) => void) {
    this.#host = url.hostname;
    this.#port = Number(url.port);
    this.#limit = limit;
    this.#done = done;
    this.#request = Buffer.from(
      `POST /api/orders HTTP/1.1\r\nHost: ${url.host}\r\nContent-Type: application/json\r\nContent-Length: ${BODY.length}\r\n\r\n${BODY}`,
    );
  }

  send(dueAt: number): void {
    this.underWay += 1;
    const socket = this.#free.pop() ?? this.#open();
    if (socket) this.#sendOn(socket, dueAt);
    else this.#waiting.push(dueAt);
  }

  #open(): Socket | undefined {
    if (this.#connections >= this.#limit) return undefined;
    this.#connections += 1;
    return connect({ host: this.#host, port: this.#port, noDelay: true });
  }

  #sendOn(socket: Socket, dueAt: number): void {
    let text = '';
    const settle = (status: number) => {
      socket.removeAllListeners();
      socket.on('error', () => {});
      this.underWay -= 1;
      this.#done(dueAt, status);
      if (status === 0) this.#lose(socket);
      else this.#reuse(socket);
    };
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
      if (isWhole(text)) settle(Number(text.slice(9, 12)));
    });
    socket.on('error', () => settle(0));
    socket.on('close', () => settle(0));
    socket.write(this.#request);
  }

  #reuse(socket: Socket): void {
    const next = this.#waiting.shift();
    if (next === undefined) {
      socket.on('close', () => this.#lose(socket));
      this.#free.push(socket);
    } else this.#sendOn(socket, next);
  }

  #lose(socket: Socket): void {
    socket.destroy();
    this.#connections -= 1;
    const index = this.#free.indexOf(socket);
    if (index >= 0) this.#free.splice(index, 1);
  }
}

/** Every contestant answers with Content-Length. */
function isWhole(text: string): boolean {
  const headEnd = text.indexOf('\r\n\r\n');
  if (headEnd < 0) return false;
  const length = /\r\ncontent-length: *(\d+)/i.exec(text.slice(0, headEnd))?.[1];
  if (length === undefined) throw new Error(`an answer without Content-Length: ${text.slice(0, headEnd)}`);
  return text.length >= headEnd + 4 + Number(length);
}

/** Sends what is due every millisecond, until the time is over and the answers are in. */
async function run({ url, rate, seconds, warmUpSeconds = 0, connections = 1000 }: ConstantRate): Promise<Latencies> {
  const latencies: number[] = [];
  const counts = { accepted: 0, refused: 0, broken: 0 };
  const total = Math.round(rate * (warmUpSeconds + seconds));
  const started = performance.now();
  const countsFrom = started + warmUpSeconds * 1000;
  let lastAt = countsFrom;
  const sender = new Sender(new URL(url), connections, (dueAt, status) => {
    if (dueAt < countsFrom) return;
    const now = performance.now();
    counts[status === 201 ? 'accepted' : status === 0 ? 'broken' : 'refused'] += 1;
    if (status !== 201) return;
    latencies.push(now - dueAt);
    lastAt = now;
  });

  let cpu = process.cpuUsage();
  let isCounting = warmUpSeconds === 0;
  for (let sent = 0; sent < total; await pause(1)) {
    const now = performance.now();
    if (!isCounting && now >= countsFrom) {
      isCounting = true;
      cpu = process.cpuUsage();
    }
    const due = Math.min(total, Math.floor(((now - started) / 1000) * rate) + 1);
    for (; sent < due; sent++) sender.send(started + (sent / rate) * 1000);
  }
  const used = process.cpuUsage(cpu);
  const deadline = performance.now() + DRAIN_MS;
  while (sender.underWay > 0 && performance.now() < deadline) await pause(5);
  counts.broken += sender.underWay;

  latencies.sort((a, b) => a - b);
  const at = (share: number) => latencies[Math.min(latencies.length - 1, Math.floor(share * latencies.length))] ?? NaN;
  return {
    ...counts,
    rate: (counts.accepted / Math.max(lastAt - countsFrom, seconds * 1000)) * 1000,
    ...{ p50: at(0.5), p90: at(0.9), p99: at(0.99), p999: at(0.999), max: at(1) },
    curve: Array.from({ length: 101 }, (_, percent) => at(percent / 100)),
    generatorCores: (used.user + used.system) / 1e6 / seconds,
  };
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const latencies = await run(JSON.parse(process.argv[2] as string));
process.send?.(latencies, () => process.exit(0));
