import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { ROOT } from './imports.ts';

export interface ChangedWorkflows {
  /** The sources' entry. */
  workflowsPath: string;
  /** What WORKFLOW_BUNDLE takes. */
  bundlePath: string;
  remove(): void;
}

/** The workflow code with a change that was never made, as a developer's working copy would have it. */
export async function changedWorkflows(file: string, from: string, to: string): Promise<ChangedWorkflows> {
  const dir = mkdtempSync(join(tmpdir(), 'durable-orders-changed-'));
  for (const part of ['workflows', 'domain', 'activities'])
    cpSync(join(ROOT, 'src', part), join(dir, 'src', part), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(dir, 'node_modules'));
  const changed = join(dir, 'src/workflows', file);
  const source = readFileSync(changed, 'utf8');
  if (!source.includes(from)) throw new Error(`${file} has no ${from}`);
  writeFileSync(changed, source.replace(from, to));
  const workflowsPath = join(dir, 'src/workflows/index.ts');
  const bundlePath = join(dir, 'bundle.js');
  const { code } = await bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('ERROR') });
  writeFileSync(bundlePath, code);
  return { workflowsPath, bundlePath, remove: () => rmSync(dir, { recursive: true }) };
}
