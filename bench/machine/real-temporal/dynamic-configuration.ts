import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { PROJECT_ROOT } from '../../../local/config.ts';

/** What the embedded server has, by key as in docs.temporal.io, Dynamic configuration reference; all else that we use is on by default. */
const ADDED = {
  'frontend.namespaceRPS.visibility': 100,
  'system.forceSearchAttributesCacheRefreshOnRead': true,
};

/** What docker-compose.yml gives its server, and that. */
export function dynamicConfiguration(): Record<string, { value: unknown }[]> {
  const shipped = parse(readFileSync(join(PROJECT_ROOT, 'ops', 'temporal', 'dynamic-config.yaml'), 'utf8'));
  const more = Object.entries(ADDED).map(([key, value]) => [key, [{ value }]]);
  return { ...shipped, ...Object.fromEntries(more) };
}
