const MAX_DEPTH = 3;
const MAX_KEYS = 20;
/** Anything else may be a value that is used as a key, or no text for a log. */
const NAME = /^[A-Za-z_][\w.-]{0,39}$/;

/** The kinds of a reply's fields, without their values, which may be anybody's. */
export function shapeOf(reply: unknown, depth = 0): string {
  if (reply === undefined) return 'not JSON';
  if (reply === null) return 'null';
  if (typeof reply !== 'object') return typeof reply;
  if (depth === MAX_DEPTH) return '…';
  if (Array.isArray(reply)) return reply.length === 0 ? '[]' : `[${shapeOf(reply[0], depth + 1)}]`;
  const entries = Object.entries(reply);
  const shown = entries
    .slice(0, MAX_KEYS)
    .map(([key, value]) => `${NAME.test(key) ? key : '?'}: ${shapeOf(value, depth + 1)}`);
  return `{${[...shown, ...(entries.length > MAX_KEYS ? ['…'] : [])].join(', ')}}`;
}
