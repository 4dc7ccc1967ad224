import { join } from 'node:path';
import { embeddedDatabaseUrl } from '../child-environment.ts';
import type { Settings } from '../config.ts';
import type { Part } from '../part.ts';
import { makeCluster, serverCommand } from './cluster.ts';
import { databaseReady } from './database.ts';
import { postgresPlace } from './place.ts';

/** PostgreSQL from npm, with the database `durable_orders`. */
export function postgresPart(settings: Settings): Part {
  return {
    name: 'PostgreSQL',
    needs: [],
    log: join(settings.DATA_DIR, 'logs', 'postgres.log'),
    async command(signal, note) {
      const place = await postgresPlace(settings.DATA_DIR, note);
      if ((await makeCluster(place, signal)) === 'made') note('made an empty database cluster');
      return serverCommand(place, settings.POSTGRES_PORT);
    },
    ready: (signal) => databaseReady(embeddedDatabaseUrl(settings), signal),
    stop: { signal: 'SIGINT', graceMs: 2000 }, // a fast shutdown; SIGTERM would wait for the last client to leave
  };
}
