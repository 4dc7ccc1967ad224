import { Option } from 'commander';
import { CLIENT_ID, ROLES, type Role } from '../../access/caller.ts';
import { hashOf, newKey } from '../../access/key.ts';
import { keyLine } from '../../access/key-lines.ts';
import { WrongUsage } from '../api/answers.ts';
import { withExamples } from '../options.ts';
import type { AddTo } from '../performing.ts';
import type { Session } from '../session.ts';

export const addKeys: AddTo = (program, perform) => {
  const keys = program.command('keys').description('keys that open the API');
  keys
    .command('new')
    .description('make a key; the API is not asked, and takes it when its line is in API_KEYS_FILE')
    .argument('<client>', 'whose it is')
    .addOption(new Option('--role <role>', 'what it is for').choices(ROLES).default('client'))
    .action(perform(make));
  withExamples(
    keys,
    'durable-orders keys new shop',
    'durable-orders keys new ann --role operator',
    'durable-orders keys new prometheus --role viewer --json | jq -r .line >> keys',
  );
};

async function make(session: Session, client: string, { role }: { role: Role }): Promise<void> {
  if (!CLIENT_ID.test(client))
    throw new WrongUsage('<client> must be 1 to 64 letters, digits, dots, underscores or hyphens.');
  const key = newKey();
  const line = keyLine({ id: client, role }, hashOf(key));
  session.answer({ client, role, key, line }, () => [
    `key   ${key}`,
    `line  ${line}`,
    '',
    `The key is for ${client}, and is not shown again. The line goes into the file that API_KEYS_FILE names.`,
  ]);
}
