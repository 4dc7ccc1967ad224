import { once } from 'node:events';
import { keysFrom, tokensFrom } from '../access/credentials.ts';
import { codecServerSettings, readSettings } from '../config.ts';
import { codecFrom } from '../encryption/encryption.ts';
import { type Running, runRoot } from '../run-root.ts';
import { createLog } from '../telemetry/log.ts';
import { portError } from '../telemetry/port.ts';
import { createCodecApp } from './app.ts';
import { createCodecServer } from './http-server.ts';
import { judgeFor } from './readers.ts';

async function start(): Promise<Running> {
  const settings = readSettings(codecServerSettings, process.env);
  const log = createLog('codec-server', settings.LOG_LEVEL);
  const codec = codecFrom(settings.PAYLOAD_KEYS_FILE);
  const { origin } = new URL(settings.TEMPORAL_UI_URL);
  const keys = keysFrom(settings);
  const judge = judgeFor({ token: settings.CODEC_TOKEN, keys, tokens: tokensFrom(settings) });
  const app = createCodecApp({ codec, origin, judge, log });
  const unfollow = keys?.follow(log);
  const server = createCodecServer(app);
  server.listen(settings.CODEC_PORT, settings.CODEC_HOST);
  await once(server, 'listening').catch((error) => {
    throw portError(error, settings.CODEC_PORT, 'CODEC_PORT');
  });
  log.info({ address: `http://${settings.CODEC_HOST}:${settings.CODEC_PORT}` }, 'codec server ready');

  return {
    async stop() {
      unfollow?.();
      server.close();
      server.closeAllConnections(); // whoever looks at a run asks again
      log.info({}, 'codec server stopped');
    },
  };
}

await runRoot(start);
