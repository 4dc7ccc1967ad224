import { embeddedTemporalUiUrl } from './child-environment.ts';
import { hasOwnTemporal, type Settings, shown } from './config.ts';
import { type Progress, seconds } from './progress.ts';

/** Where everything is, and an order to try it with. */
export function welcome(settings: Settings, progress: Progress, tookMs: number): void {
  const api = `http://127.0.0.1:${settings.PORT}`;
  const webUi = hasOwnTemporal(settings) ? settings.TEMPORAL_UI_URL : embeddedTemporalUiUrl(settings);
  const order = '{"product_id":"sku-1","quantity":2,"amount":4200}';
  progress.say(
    [
      `\n${progress.strong(`Ready after ${seconds(tookMs)}.`)} Ctrl-C stops everything.\n`,
      `  API      ${api}/api/orders`,
      `  Docs     ${api}/docs`,
      ...(webUi ? [`  Web UI   ${webUi}`] : []),
      `  Logs     ${shown(settings.DATA_DIR)}/logs`,
      '\nPlace an order:\n',
      `  curl -i ${api}/api/orders -H 'content-type: application/json' -d '${order}'\n`,
    ].join('\n'),
  );
}
