import { writeFileSync } from 'node:fs';
import { bundleWorkflowCode } from '@temporalio/worker';
import { FAILURE_CONVERTER } from '../src/encryption/encryption.ts';
import { encryptingBundle } from '../src/encryption/workflow-bundle.ts';
import { workflowCode } from '../src/temporal/workflow-code.ts';

/** `node scripts/bundle-workflows.ts FILE`: what a worker with WORKFLOW_BUNDLE=FILE starts from, with encryption and without. */
const file = process.argv[2];
if (!file) {
  console.error('Say where to write the bundle: node scripts/bundle-workflows.ts FILE');
  process.exit(1);
}
const encrypting = { ...workflowCode, failureConverterPath: FAILURE_CONVERTER };
writeFileSync(file, (await bundleWorkflowCode(workflowCode)).code);
writeFileSync(encryptingBundle(file), (await bundleWorkflowCode(encrypting)).code);
