import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { PROJECT_ROOT } from '../../../local/config.ts';

/** What the embedded server has, by key as in docs.temporal.io, Dynamic configuration reference; all else that we use is on by default. */
const ADDED = {
  'frontend.namespaceRPS.visibility': 100,
  'system.forceSearchAttributesCacheRefreshOnRead': true,
};

/** What docker-compose.yml gives its server, for so many shards, and that. */
export function dynamicConfiguration(shards: number): Record<string, { value: unknown }[]> {
  const shipped = parse(readFileSync(join(PROJECT_ROOT, 'ops', 'temporal', 'dynamic-config.yaml'), 'utf8'));
  // A quarter of the shards (decision 0026): docker-compose.yml has others.
  const added = { ...ADDED, 'history.visibilityProcessorMaxPollHostRPS': Math.ceil(shards / 4) };
  const more = Object.entries(added).map(([key, value]) => [key, [{ value }]]);
  return { ...shipped, ...Object.fromEntries(more) };
}
