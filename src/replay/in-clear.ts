import type { Payload } from '@temporalio/common';
import { JSONToPayload, payloadToJSON } from '@temporalio/common/lib/proto-utils.js';
import { type EncryptionCodec, isEncrypted, Undecipherable } from '../encryption/encryption-codec.ts';
import { NoHistory } from './complaint.ts';
import type { RecordedRun } from './recorded-run.ts';
import type { WirePayload } from './wire-payload.ts';

/**
 * The run with everything in it decrypted, in place: it replays, is named and is scrubbed as if it had never been
 * encrypted. Events are as the server sends them, or as a file has them, with their bytes in base64.
 * @throws NoHistory where its key is not there
 */
export function inClear(run: RecordedRun, codec: EncryptionCodec | undefined): RecordedRun {
  try {
    decrypt(run.history.events, codec);
    return run;
  } catch (error) {
    if (error instanceof Undecipherable) throw new NoHistory(`${run.workflowId} can't be read: ${error.message}`);
    throw error;
  }
}

function decrypt(value: unknown, codec: EncryptionCodec | undefined): void {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return;
  const isJson = typeof (value as Partial<WirePayload>).metadata?.encoding === 'string';
  const payload: Payload = isJson ? JSONToPayload(value as WirePayload) : value;
  if (!isEncrypted(payload)) for (const each of Object.values(value)) decrypt(each, codec);
  else if (codec) become(value, isJson ? payloadToJSON(codec.open(payload)) : codec.open(payload));
  else throw new Undecipherable('it is encrypted, and PAYLOAD_KEYS_FILE is not set');
}

function become(payload: Payload, opened: object): void {
  delete payload.data; // a null has none
  Object.assign(payload, opened);
}
