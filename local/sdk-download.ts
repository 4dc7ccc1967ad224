import { TestWorkflowEnvironment } from '@temporalio/testing';

// node sdk-download.ts local|time-skipping VERSION DIR
// The SDK downloads an executable only to start it; it is stopped at once, and what was downloaded stays in DIR.
const [kind, version, downloadDir] = process.argv.slice(2);
const server = { executable: { type: 'cached-download' as const, version, downloadDir } };

try {
  const environment = await (kind === 'local'
    ? TestWorkflowEnvironment.createLocal({ server })
    : TestWorkflowEnvironment.createTimeSkipping({ server }));
  await environment.teardown();
} catch (error) {
  console.error((error as Error).message.split('\n')[0]);
  process.exit(1);
}
