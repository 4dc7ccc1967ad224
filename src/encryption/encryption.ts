import type { DataConverter } from '@temporalio/common';
import { EncryptionCodec } from './encryption-codec.ts';
import { keysIn } from './keys-file.ts';

export const FAILURE_CONVERTER = `${import.meta.dirname}/failure-converter.ts`;

/** What worker and clients hand to the SDK; nothing where encryption is off. */
export type Encryption = Pick<DataConverter, 'payloadCodecs' | 'failureConverterPath'>;

/**
 * Encryption as a file of keys switches it on.
 * @throws where there is such a file and it can't be taken, with the setting's name
 */
export function encryptionFrom(keysFile: string | undefined): Encryption | undefined {
  if (!keysFile) return undefined;
  const keys = keysIn(keysFile);
  const payloadCodecs = [new EncryptionCodec(keys)];
  return keys.writing === null ? { payloadCodecs } : { payloadCodecs, failureConverterPath: FAILURE_CONVERTER };
}

/** Of whoever needs nothing but to read and write payloads. */
export const codecFrom = (keysFile: string): EncryptionCodec => new EncryptionCodec(keysIn(keysFile));
