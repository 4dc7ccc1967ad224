/** A file of keys that can't be taken as it is. Says where, and never what is written there. */
export class PayloadKeysError extends Error {
  override name = 'PayloadKeysError';
}

export interface PayloadKeys {
  /** The key that encrypts; null: payloads are written in clear, and those that are encrypted can be read. */
  writing: string | null;
  /** 32 bytes each, by id. */
  byId: ReadonlyMap<string, Buffer>;
}

/** In place of the first key. */
const IN_CLEAR = 'clear';
const KEY_BYTES = 32;
const ID = /^[A-Za-z0-9._-]{1,64}$/;

/**
 * Reads one key to a line, `<id> <32 bytes in base64>`: the first encrypts, all decrypt. A first line `clear` encrypts
 * nothing. `#` begins a comment.
 * @throws PayloadKeysError
 */
export function readPayloadKeys(text: string): PayloadKeys {
  const byId = new Map<string, Buffer>();
  let first: string | undefined;
  for (const [index, line] of text.split('\n').entries()) {
    const words = line.replace(/#.*/, '').trim().split(/\s+/);
    const [id = ''] = words;
    if (id === '') continue;
    if (id !== IN_CLEAR || first !== undefined) addKey(byId, words, index + 1);
    first ??= id;
  }
  if (byId.size === 0) throw new PayloadKeysError('it has no key');
  return { writing: first === IN_CLEAR ? null : (first ?? null), byId };
}

function addKey(byId: Map<string, Buffer>, [id = '', base64 = '', ...rest]: string[], line: number): void {
  const complain = (what: string): never => {
    throw new PayloadKeysError(`line ${line}: ${what}`);
  };
  if (!ID.test(id) || id === IN_CLEAR) complain('a key id is 1 to 64 letters, digits, dots, underscores or hyphens');
  if (byId.has(id)) complain(`there is a key ${id} above`);
  const key = Buffer.from(base64, 'base64');
  if (key.length !== KEY_BYTES || !/^[A-Za-z0-9+/]{43}=$/.test(base64) || rest.length > 0)
    complain(`after the id come ${KEY_BYTES} bytes in base64, as \`openssl rand -base64 ${KEY_BYTES}\` makes them`);
  byId.set(id, key);
}
