import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { Payload, PayloadCodec } from '@temporalio/common';
import proto from '@temporalio/proto';
import type { PayloadKeys } from './payload-keys.ts';

/** The payload can't be read: its key is missing, or it is not as it was written. */
export class Undecipherable extends Error {
  override name = 'Undecipherable';
}

const { Payload: Stored } = proto.temporal.api.common.v1;

/** As in Temporal's samples: its Web UI and tools know the name. */
const ENCODING = 'binary/encrypted';
const KEY_ID = 'encryption-key-id';
const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * What Temporal stores is encrypted here and decrypted here: AES-256-GCM over the whole payload, its metadata included.
 * `data` is nonce, ciphertext, tag. What is not encrypted passes through, so that runs go on when encryption is
 * switched on. docs/decisions/0017 says what is authenticated and why no more.
 */
export class EncryptionCodec implements PayloadCodec {
  readonly #keys: PayloadKeys;

  constructor(keys: PayloadKeys) {
    this.#keys = keys;
  }

  async encode(payloads: Payload[]): Promise<Payload[]> {
    return payloads.map((payload) => this.seal(payload));
  }

  /** @throws Undecipherable */
  async decode(payloads: Payload[]): Promise<Payload[]> {
    return payloads.map((payload) => this.open(payload));
  }

  seal(payload: Payload): Payload {
    const { writing, byId } = this.#keys;
    const key = writing === null ? undefined : byId.get(writing);
    if (writing === null || !key) return payload;
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(CIPHER, key, nonce).setAAD(authenticated(writing));
    const sealed = [cipher.update(Stored.encode(payload).finish()), cipher.final()];
    return {
      metadata: { encoding: Buffer.from(ENCODING), [KEY_ID]: Buffer.from(writing) },
      data: Buffer.concat([nonce, ...sealed, cipher.getAuthTag()]),
    };
  }

  /** @throws Undecipherable */
  open(payload: Payload): Payload {
    if (!isEncrypted(payload)) return payload;
    const id = textOf(payload, KEY_ID);
    const key = this.#keys.byId.get(id);
    if (!key) throw new Undecipherable(`the key ${id || 'without an id'} of a payload is not in PAYLOAD_KEYS_FILE`);
    try {
      return Stored.decode(opened(Buffer.from(payload.data ?? []), key, id));
    } catch {
      throw new Undecipherable(`a payload is not as it was written, or the key ${id} is another than it was`);
    }
  }
}

export const isEncrypted = (payload: Payload): boolean => textOf(payload, 'encoding') === ENCODING;

function opened(data: Buffer, key: Buffer, id: string): Buffer {
  const decipher = createDecipheriv(CIPHER, key, data.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES })
    .setAAD(authenticated(id))
    .setAuthTag(data.subarray(-TAG_BYTES));
  return Buffer.concat([decipher.update(data.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
}

/** What stands in clear beside the ciphertext. */
const authenticated = (keyId: string): Buffer => Buffer.from(`${ENCODING} ${keyId}`);

const textOf = ({ metadata }: Payload, name: string): string => Buffer.from(metadata?.[name] ?? []).toString();
