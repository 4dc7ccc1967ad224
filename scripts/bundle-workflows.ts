import { writeFileSync } from 'node:fs';
import { bundleWorkflowCode } from '@temporalio/worker';
import { workflowCode } from '../src/temporal/workflow-code.ts';

/** `node scripts/bundle-workflows.ts FILE`: what a worker with WORKFLOW_BUNDLE=FILE starts from. */
const file = process.argv[2];
if (!file) {
  console.error('Say where to write the bundle: node scripts/bundle-workflows.ts FILE');
  process.exit(1);
}
const { code } = await bundleWorkflowCode(workflowCode);
writeFileSync(file, code);
