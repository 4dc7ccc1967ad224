import { whyOf } from '../api/answers.ts';
import { type Finding, type State, WITHIN_MS } from './finding.ts';
import { type Place, startIt } from './places.ts';

/** Whether the API answers, and what it says of itself. */
export async function checkApi(place: Place): Promise<Finding[]> {
  const check = 'API';
  const answer = await ask(`${place.url}/health/ready`);
  if (answer.why !== undefined) return [unanswered(check, place, answer.why, 'failed')];
  const { status, checks } = readinessIn(answer.body);
  if (!status) {
    const found = `${place.url} answers ${answer.status}, and not as the order API does`;
    return [{ check, state: 'failed', found, todo: 'Correct --url, API_URL or PORT.' }];
  }
  const bad = Object.entries(checks).filter(([, state]) => state !== 'ok');
  const state: State = answer.status === 200 ? (bad.length > 0 ? 'warning' : 'ok') : 'failed';
  const found = [`${place.url} is ${status.replace('_', ' ')}`, ...bad.map(([name, why]) => `${name} ${why}`)].join(
    ', ',
  );
  return [
    {
      check,
      state,
      found,
      ...(state === 'ok' ? {} : { todo: 'See what is said of that here, and the log of the API.' }),
    },
  ];
}

/** Any answer will do: services are other people's. */
export async function checkService(check: string, place: Place): Promise<Finding[]> {
  const answer = await ask(`${place.url}/health`);
  if (answer.why !== undefined) {
    const { todo, ...finding } = unanswered(check, place, answer.why, 'failed');
    return [{ ...finding, todo: `${todo} Orders wait for it, then are held.` }];
  }
  if (answer.status < 500) return [{ check, state: 'ok', found: `${place.url} answers` }];
  return [{ check, state: 'warning', found: `${place.url} answers ${answer.status}`, todo: 'See its log.' }];
}

export async function checkWebUi(place: Place): Promise<Finding[]> {
  const check = 'Web UI';
  const answer = await ask(place.url);
  if (answer.why === undefined) return [{ check, state: 'ok', found: `${place.url} answers` }];
  const { todo, ...finding } = unanswered(check, place, answer.why, 'warning');
  return [{ ...finding, todo: `${todo} Orders go on without it.` }];
}

const unanswered = (check: string, place: Place, why: string, state: State): Finding => ({
  check,
  state,
  found: `nothing answers at ${place.url} (${why})`,
  todo: startIt(place),
});

type Answer = { why?: undefined; status: number; body: string } | { why: string; status?: undefined };

async function ask(url: string): Promise<Answer> {
  try {
    // A little earlier than everything is over, so that this can still be told.
    const response = await fetch(url, { signal: AbortSignal.timeout(WITHIN_MS - 100), redirect: 'manual' });
    return { status: response.status, body: await response.text() };
  } catch (error) {
    return { why: whyOf(error, WITHIN_MS) };
  }
}

function readinessIn(body: string): { status?: string; checks: Record<string, string> } {
  try {
    return { checks: {}, ...JSON.parse(body) };
  } catch {
    return { checks: {} };
  }
}
