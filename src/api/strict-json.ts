import type { FieldError } from './problem.ts';

/** No body of this API is deeper than four. */
const MAX_DEPTH = 16;
/** A longer number may be another one once it is read: doubles keep 15 digits in every case, and no field needs more. */
const MAX_NUMBER = 17;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

/** A list or an object that is open. */
interface Open {
  /** Of an object; null for a list. */
  names: Set<string> | null;
  /** Where we are in it: a name or an index. */
  at: PropertyKey;
}

/**
 * What `JSON.parse` takes without a word, each reader in its own way: a name twice in one object, a number that will not
 * be the one that was written, nesting without end. Answers with the first of them; null also for what is no JSON at all.
 * Source: RFC 7493 (I-JSON), 2.2 and 2.3.
 */
export function flawIn(json: Uint8Array): FieldError | null {
  const open: Open[] = [];
  const flaw = (code: string): FieldError => ({ path: open.map(({ at }) => at), code });
  let awaitsName = false;
  for (let at = 0; at < json.length; at++) {
    const inside = open.at(-1);
    switch (json[at]) {
      case QUOTE: {
        const end = endOfText(json, at);
        if (awaitsName && inside?.names) {
          inside.at = nameOf(json, at, end);
          if (inside.names.has(inside.at)) return flaw('repeated_name');
          inside.names.add(inside.at);
          awaitsName = false;
        }
        at = end;
        break;
      }
      case OPEN_OBJECT:
      case OPEN_LIST:
        if (open.length === MAX_DEPTH) return flaw('too_deep');
        awaitsName = json[at] === OPEN_OBJECT;
        open.push(awaitsName ? { names: new Set(), at: '' } : { names: null, at: 0 });
        break;
      case CLOSE_OBJECT:
      case CLOSE_LIST:
        open.pop();
        awaitsName = false;
        break;
      case COMMA:
        if (inside?.names) awaitsName = true;
        else if (inside) inside.at = Number(inside.at) + 1;
        break;
      default: {
        const end = endOfNumber(json, at);
        if (end - at > MAX_NUMBER) return flaw('inexact');
        if (end > at) at = end - 1;
      }
    }
  }
  return null;
}

/** @returns index of the closing quote, or of the last byte where there is none */
function endOfText(json: Uint8Array, start: number): number {
  let at = start + 1;
  while (at < json.length && json[at] !== QUOTE) at += json[at] === BACKSLASH ? 2 : 1;
  return Math.min(at, json.length - 1);
}

/** Names that are written in different ways may be the same. */
function nameOf(json: Uint8Array, start: number, end: number): string {
  const quoted = Buffer.from(json.buffer, json.byteOffset + start, end - start + 1).toString('utf8');
  if (!quoted.includes('\\')) return quoted.slice(1, -1);
  try {
    return JSON.parse(quoted);
  } catch {
    return quoted;
  }
}

function endOfNumber(json: Uint8Array, start: number): number {
  let at = start;
  while (at < json.length && isOfNumber(json[at] as number)) at++;
  return at;
}

/** Digits, sign, point, exponent. `e` of `true` and `false` is one too, and does no harm. */
const isOfNumber = (byte: number): boolean =>
  (byte >= 0x30 && byte <= 0x39) || byte === 0x2d || byte === 0x2b || byte === 0x2e || byte === 0x45 || byte === 0x65;
