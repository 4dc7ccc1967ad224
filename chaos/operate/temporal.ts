import { Client, Connection, type WorkflowClient } from '@temporalio/client';

/** Past the proxies. */
export async function withWorkflows<Answer>(
  address: string,
  ask: (workflows: WorkflowClient) => Promise<Answer>,
): Promise<Answer> {
  const connection = await Connection.connect({ address });
  try {
    return await ask(new Client({ connection }).workflow);
  } finally {
    await connection.close();
  }
}
