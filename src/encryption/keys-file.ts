import { readFileSync } from 'node:fs';
import { messageOf } from '../telemetry/log.ts';
import { type PayloadKeys, readPayloadKeys } from './payload-keys.ts';

/** @throws one sentence with the setting's name, where the file can't be taken as it is */
export function keysIn(file: string): PayloadKeys {
  try {
    return readPayloadKeys(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Error(`PAYLOAD_KEYS_FILE (${file}) can't be used: ${messageOf(error)}.`);
  }
}
