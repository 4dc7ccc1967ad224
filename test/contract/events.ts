/** What schemathesis writes down of one case. */
export interface ACase {
  operation: string;
  status: number;
  headers?: Record<string, string>;
  /** Of the one check that was made. */
  check?: 'success' | 'failure';
}

/** As schemathesis writes them: other events among those that matter, and each case under an id of its own. */
export const eventsOf = (...cases: ACase[]): string =>
  [{ Initialize: {} }, ...cases.map(scenarioOf), { ScenarioFinished: { recorder: { label: 'skipped' } } }]
    .map((event) => JSON.stringify(event))
    .join('\n');

function scenarioOf({ operation, status, headers = {}, check = 'success' }: ACase, index: number) {
  const [method, path] = operation.split(' ');
  const id = `case${index}`;
  const listed = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]]));
  const recorder = {
    label: 'Stateful tests',
    cases: { [id]: { value: { method, path } } },
    interactions: { [id]: { response: { status_code: status, headers: listed } } },
    checks: { [id]: [{ name: 'status_code_conformance', status: check }] },
  };
  return { ScenarioFinished: { recorder } };
}
