import { type DestinationStream, type Logger, pino } from 'pino';
import pretty from 'pino-pretty';

export type Log = Logger;

/** The fields that a log line may have. A list of what is allowed can't leak what nobody thought of. */
const FIELDS = [
  'order_id',
  'client_id',
  'bulk_id',
  'status',
  'step',
  'attempt',
  'local',
  'outcome',
  'code',
  'detail',
  'duration_ms',
  'count',
  'change',
  'since',
  'workflow_id',
  'run_id',
  'queue',
  'address',
  'error',
  'error_id',
  'method',
  'path',
  'build',
] as const;

const ALLOWED: ReadonlySet<string> = new Set(FIELDS);

export type LogFields = { [Field in (typeof FIELDS)[number]]?: unknown };

/** JSON, one line an event; on a terminal for people. */
export function createLog(name: string, level: string): Log {
  const options = {
    level,
    base: { name },
    messageKey: 'event',
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }), log: allowed },
  };
  if (level === 'silent') return pino(options);
  if (!process.stdout.isTTY) return pino(options, gathered());
  return pino(
    options,
    pretty({ sync: true, messageKey: 'event', translateTime: 'HH:MM:ss.l', singleLine: true, ignore: 'pid,hostname' }),
  );
}

const FLUSH_MS = 100;

/**
 * Lines go out together: one by one they were a twentieth of the work of accepting an order. What a process has said in its
 * last tenth of a second is lost only where it is killed, not where it ends or crashes.
 */
function gathered(): DestinationStream {
  const output = pino.destination({ minLength: 4096, periodicFlush: FLUSH_MS });
  process.on('exit', () => output.flushSync());
  return output;
}

const isAllowed = (field: string): boolean => ALLOWED.has(field);

/** Nearly every line has nothing else: it is not copied. */
const allowed = (fields: Record<string, unknown>): LogFields =>
  Object.keys(fields).every(isAllowed)
    ? fields
    : Object.fromEntries(Object.entries(fields).filter(([field]) => isAllowed(field)));

/** What a log says of an error: its message, never its properties, which may hold anything. */
export const messageOf = (error: unknown): string =>
  error instanceof AggregateError && error.message === ''
    ? error.errors.map(messageOf).join('; ')
    : error instanceof Error
      ? error.message || error.name
      : String(error);
