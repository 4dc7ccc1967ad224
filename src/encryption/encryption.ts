import { readFileSync } from 'node:fs';
import type { DataConverter } from '@temporalio/common';
import { messageOf } from '../telemetry/log.ts';
import { EncryptionCodec } from './encryption-codec.ts';
import { type PayloadKeys, readPayloadKeys } from './payload-keys.ts';

export const FAILURE_CONVERTER = `${import.meta.dirname}/failure-converter.ts`;

/** What worker and clients hand to the SDK; nothing where encryption is off. */
export type Encryption = Pick<DataConverter, 'payloadCodecs' | 'failureConverterPath'>;

/**
 * Encryption as a file of keys switches it on.
 * @throws where there is such a file and it can't be taken, with the setting's name
 */
export function encryptionFrom(keysFile: string | undefined): Encryption | undefined {
  if (!keysFile) return undefined;
  const keys = keysFrom(keysFile);
  const payloadCodecs = [new EncryptionCodec(keys)];
  return keys.writing === null ? { payloadCodecs } : { payloadCodecs, failureConverterPath: FAILURE_CONVERTER };
}

/** Of whoever needs nothing but to read and write payloads. */
export const codecFrom = (keysFile: string): EncryptionCodec => new EncryptionCodec(keysFrom(keysFile));

function keysFrom(file: string): PayloadKeys {
  try {
    return readPayloadKeys(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Error(`PAYLOAD_KEYS_FILE (${file}) can't be used: ${messageOf(error)}.`);
  }
}
