import { readdirSync, readFileSync } from 'node:fs';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { bundlePath } from '../support/workflow-harness.ts';

const HISTORIES = `${import.meta.dirname}/histories`;
const read = (file: string) => JSON.parse(readFileSync(`${HISTORIES}/${file}`, 'utf8'));

/** Orders that began on a version that is out must be able to go on under this one. */
describe('runs of versions that are out', () => {
  beforeAll(() => {
    Runtime.install({ logger: new DefaultLogger('ERROR') });
  });

  test.each(readdirSync(HISTORIES))('%s goes on under the present code', async (file) => {
    await Worker.runReplayHistory({ workflowBundle: { codePath: await bundlePath() } }, read(file));
  });

  test('a run that took another way is told apart', async () => {
    const [confirmed] = readdirSync(HISTORIES).filter((file) => file.endsWith('-confirmed.json'));
    const history = read(confirmed as string);
    const [first, second] = history.events.filter(
      (event: { markerRecordedEventAttributes?: unknown }) => event.markerRecordedEventAttributes,
    );
    [first.markerRecordedEventAttributes, second.markerRecordedEventAttributes] = [
      second.markerRecordedEventAttributes,
      first.markerRecordedEventAttributes,
    ];
    await expect(
      Worker.runReplayHistory({ workflowBundle: { codePath: await bundlePath() } }, history),
    ).rejects.toMatchObject({ name: 'DeterminismViolationError' });
  });
});
