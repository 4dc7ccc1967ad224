import { Router } from 'express';
import { z } from 'zod';

const share = z.number().min(0).max(1).default(0);

/** Shares of the calls, from 0 to 1. Where they add up to more than 1, the ones named first here win. */
const faultsBody = z.strictObject({
  refuse: share,
  fail: share,
  hang: share,
  drop: share,
  fail_after: share,
  garbage: share,
  latency_ms: z.number().min(0).max(600_000).optional(),
  status: z.int().min(400).max(599).default(500),
  retry_after: z.int().min(0).optional(),
  paths: z.array(z.string().startsWith('/')).optional(),
});

const KINDS = ['refuse', 'fail', 'hang', 'drop', 'fail_after', 'garbage'] as const;
type Kind = (typeof KINDS)[number];

/** What is wrong with the service at the moment. */
export class Faults {
  settings: Partial<z.output<typeof faultsBody>> = {};
  private active = faultsBody.parse({});

  replace(body: unknown): void {
    this.active = faultsBody.parse(body);
    this.settings = body as typeof this.settings;
  }

  latencyMs(path: string, usual: number): number {
    return (this.covers(path) ? this.active.latency_ms : undefined) ?? usual;
  }

  /** One throw of the dice for all kinds, so that `fail: 0.2, hang: 0.1` is a fifth and a tenth of the calls. */
  draw(path: string, isUndo: boolean): Kind | undefined {
    if (!this.covers(path)) return undefined;
    let left = Math.random();
    return KINDS.filter((kind) => kind !== 'refuse' || !isUndo || this.active.paths).find((kind) => {
      left -= this.active[kind];
      return left < 0;
    });
  }

  get failure(): { status: number; retryAfter: number | undefined } {
    return { status: this.active.status, retryAfter: this.active.retry_after };
  }

  private covers(path: string): boolean {
    return this.active.paths?.includes(path) ?? true;
  }
}

export function faultRoutes(faults: Faults): Router {
  const router = Router();
  router.get('/faults', (_req, res) => void res.json(faults.settings));
  router.put('/faults', (req, res) => {
    // The peer, not a forwarded address: anybody can write a header.
    if (!isLoopback(req.socket.remoteAddress)) return void res.status(403).json({ error: 'loopback_only' });
    faults.replace(req.body);
    res.json(faults.settings);
  });
  return router;
}

const isLoopback = (address = ''): boolean => /^(::1$|(::ffff:)?127\.)/.test(address);
