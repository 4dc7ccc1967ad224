import type { EncryptionCodec } from '../encryption/encryption-codec.ts';
import { messageOf } from '../telemetry/log.ts';
import { connectLazily } from '../temporal/connect.ts';
import { NoHistory } from './complaint.ts';
import { queryFor, runsMatching, runsOf } from './fetched-runs.ts';
import { runsIn } from './history-files.ts';
import { inClear } from './in-clear.ts';
import type { ReplayOptions } from './options.ts';
import type { RecordedRun } from './recorded-run.ts';

export interface Source {
  /** Each is fetched when it is asked for: there may be more than fit into memory. */
  runs: Iterable<RecordedRun> | AsyncIterable<RecordedRun>;
  /** About, where Temporal counts them. */
  total: number;
  close(): Promise<void>;
}

/** @throws NoHistory when Temporal is needed and can't be reached */
export async function sourceOf(
  { files, ids, failed, since }: ReplayOptions,
  codec: EncryptionCodec | undefined,
): Promise<Source> {
  if (files.length > 0) return { runs: runsIn(files, codec), total: files.length, close: async () => {} };
  const { connection, client } = connectLazily();
  const unreachable = (error: unknown) =>
    new NoHistory(`Temporal can't be reached at ${connection.options.address}: ${messageOf(error)}`);
  try {
    await connection.ensureConnected();
    const close = () => connection.close();
    if (ids.length > 0) return { runs: orNoHistory(runsOf(client, ids), codec, unreachable), total: ids.length, close };
    const query = queryFor({ failed, since });
    const { count } = await client.workflow.count(query);
    return { runs: orNoHistory(runsMatching(client, query), codec, unreachable), total: count, close };
  } catch (error) {
    await connection.close();
    throw unreachable(error);
  }
}

/** Temporal may go away between one history and the next. */
async function* orNoHistory(
  runs: AsyncIterable<RecordedRun>,
  codec: EncryptionCodec | undefined,
  complaint: (error: unknown) => NoHistory,
) {
  try {
    for await (const run of runs) yield inClear(run, codec);
  } catch (error) {
    throw error instanceof NoHistory ? error : complaint(error);
  }
}
