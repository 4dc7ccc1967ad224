import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { SEARCH_ATTRIBUTES } from '../src/domain/names.ts';
import { codecEndpoint, embeddedTemporalUiUrl } from './child-environment.ts';
import { PROJECT_ROOT, type Settings } from './config.ts';
import type { Part } from './part.ts';
import { findTemporalCli } from './temporal-cli.ts';

/** Temporal's development server with its Web UI. Its other ports are random ones of 127.0.0.1. */
export function temporalPart(settings: Settings, inherited: NodeJS.ProcessEnv): Part {
  return {
    name: 'Temporal',
    needs: [],
    log: join(settings.DATA_DIR, 'logs', 'temporal.log'),
    async command(signal, note) {
      const cacheDir = join(PROJECT_ROOT, '.cache');
      const file = await findTemporalCli({
        setting: settings.TEMPORAL_CLI_PATH,
        path: inherited.PATH,
        cacheDir,
        signal,
        note,
      });
      return { file, args: serverArguments(settings), env: withoutTemporalSettings(inherited) };
    },
    ready: (signal) => serverReady(settings, signal),
    stop: { signal: 'SIGTERM', graceMs: 2000 },
  };
}

function serverArguments(settings: Settings): string[] {
  return [
    ...['server', 'start-dev', '--ip', '127.0.0.1'],
    ...['--port', `${settings.TEMPORAL_PORT}`, '--ui-port', `${settings.TEMPORAL_UI_PORT}`],
    ...['--db-filename', join(settings.DATA_DIR, 'temporal.db'), '--sqlite-pragma', 'journal_mode=WAL'],
    ...['--namespace', settings.TEMPORAL_NAMESPACE],
    ...SEARCH_ATTRIBUTES.flatMap((name) => ['--search-attribute', `${name}=Keyword`]),
    ...DYNAMIC_CONFIG.flatMap((value) => ['--dynamic-config-value', value]),
    '--ui-disable-news-fetch', // nothing here calls the outside world
    ...(settings.PAYLOAD_KEYS_FILE ? ['--ui-codec-endpoint', codecEndpoint(settings)] : []),
  ];
}

/** As in ops/temporal/dynamic-config.yaml, which says what for. */
const DYNAMIC_CONFIG = ['matching.TaskQueueInfoByBuildIdTTL="1s"', 'frontend.enableCancelWorkerPollsOnShutdown=true'];

/** They are meant for clients, and the server's command reads them too. */
function withoutTemporalSettings(inherited: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(inherited).filter(([name]) => !name.startsWith('TEMPORAL_')));
}

/** Asked through the Web UI's server, so that both are known to be up, and the search attributes to be known. */
async function serverReady(settings: Settings, signal: AbortSignal): Promise<void> {
  const url = `${embeddedTemporalUiUrl(settings)}/api/v1/namespaces/${settings.TEMPORAL_NAMESPACE}/search-attributes`;
  for (;;) {
    signal.throwIfAborted();
    const answer = await fetch(url, { signal }).then(
      (response) => response.text(),
      () => '',
    );
    if (SEARCH_ATTRIBUTES.every((name) => answer.includes(name))) return;
    await pause(100, undefined, { signal });
  }
}
