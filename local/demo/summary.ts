import type { FollowedOrder } from './followed-order.ts';
import type { Paint } from './marks.ts';

/** How it went, and where each run can be looked at. */
export function summaryLines(orders: FollowedOrder[], paint: Paint): string[] {
  const astray = orders.filter((order) => !order.wentAsExpected);
  const verdict =
    astray.length === 0
      ? paint('green', `All ${orders.length} orders went the way they should.`)
      : paint('red', `${astray.length} of ${orders.length} orders did not go the way they should.`);
  const slowest = Math.max(...orders.map(({ acceptedInMs }) => Math.round(acceptedInMs)));
  return [
    `${verdict} Each was accepted within ${slowest} ms, whatever the services did.`,
    '',
    ...orders.flatMap((order) => [outcomeOf(order, paint), `    ${paint('dim', order.workflowLink)}`]),
  ];
}

function outcomeOf(order: FollowedOrder, paint: Paint): string {
  const { scenario, wentAsExpected, status, failure } = order;
  const mark = wentAsExpected ? paint('green', '✓') : paint('red', '✗');
  const should = wentAsExpected ? '' : `, should be ${inWords(scenario.expected.status, scenario.expected.failure)}`;
  return `  ${mark} ${scenario.what}: ${inWords(status, failure)}${should}`;
}

const inWords = (status: string, failure: string | null): string => (failure ? `${status} (${failure})` : status);
