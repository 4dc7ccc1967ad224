import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { postOrders } from '../load/post-orders.ts';
import { Field } from '../machine/field.ts';
import { DURABLE_ORDERS } from '../peers/contestants.ts';
import { type CpuProfile, flameGraph } from '../report/flame-graph.ts';
import { carried } from './carried.ts';
import type { BenchPart, Circumstances } from './part.ts';

/** By the file that only this thread runs. */
const THREADS = [
  { name: 'flame-worker', title: 'The worker', runs: '/worker.ts' },
  { name: 'flame-api', title: 'The API', runs: '/src/api/server.ts' },
];

/** Where the time of API and worker goes, as flame graphs. Only by name: it measures nothing, and slows what it looks at. */
export const profile: BenchPart = {
  name: 'profile',
  title: 'Where API and worker spend their time',
  async run(circumstances) {
    const profiles = await take(circumstances);
    const pictures = THREADS.flatMap(({ name, title, runs }) => {
      const found = profiles.find(({ nodes }) => nodes.some(({ callFrame }) => callFrame.url.endsWith(runs)));
      return found ? [flameGraph(name, title, found)] : [];
    });
    return { raw: null, tables: [], goals: [], pictures };
  },
};

async function take({ ground, quick }: Circumstances): Promise<CpuProfile[]> {
  const dir = mkdtempSync(join(tmpdir(), 'bench-profile-'));
  const settings = { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${dir}` };
  try {
    {
      await using field = await Field.lay(ground, DURABLE_ORDERS, { latencies: 'none', carrying: true, settings });
      const count = quick ? 200 : 2000;
      await postOrders(field.url, count);
      await carried(field, count);
    } // written when the processes end
    return globSync('*.cpuprofile', { cwd: dir }).map((file) => JSON.parse(readFileSync(join(dir, file), 'utf8')));
  } finally {
    rmSync(dir, { recursive: true });
  }
}
