import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { PROJECT_ROOT } from '../../../local/config.ts';

/** By key, as in docs.temporal.io, Dynamic configuration reference. */
export type Dynamic = Record<string, unknown>;

/** What the embedded server has; all else that we use is on by default. */
const ADDED: Dynamic = {
  'frontend.namespaceRPS.visibility': 100,
  'system.forceSearchAttributesCacheRefreshOnRead': true,
};

/** What docker-compose.yml gives its server, and what a measurement wants otherwise. */
export function dynamicConfiguration(wanted: Dynamic = {}): Record<string, { value: unknown }[]> {
  const shipped = parse(readFileSync(join(PROJECT_ROOT, 'ops', 'temporal', 'dynamic-config.yaml'), 'utf8'));
  const more = Object.entries({ ...ADDED, ...wanted }).map(([key, value]) => [key, [{ value }]]);
  return { ...shipped, ...Object.fromEntries(more) };
}
