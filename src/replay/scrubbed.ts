import { randomUUID } from 'node:crypto';
import { type WirePayload, withValue } from './wire-payload.ts';

/** Temporal's own fields that say where code ran, who asked, or what people wrote; a replay looks at none of them. */
const DROPPED = new Set([
  'stackTrace',
  'identity',
  'encodedAttributes',
  'userMetadata',
  'header',
  'memo',
  'links',
  'completionCallbacks',
  'principal',
]);
/** Free text: a service's answer, a host that could not be reached, why somebody terminated a run. */
const TEXTS = new Set(['message', 'reason']);
/** Written by our code alone, and compared (patches) or without personal data (search attributes). */
const OURS = new Set(['indexedFields', 'searchAttributes', 'patch-data']);

/** Of what we put into payloads, the texts that workflow code decides by. What is not listed can't leak. */
const KEPT = new Set(
  'productId product_id currency locale status step state code kind type activity activity_type activity_id stepPatience holdLimit next'.split(
    ' ',
  ),
);
const STAND_INS: Record<string, string> = {
  paymentMethod: 'pm_saved',
  payment_method: 'pm_saved',
  traceparent: '00-00000000000000000000000000000001-0000000000000001-00',
};
const PERSONAL = new Set(['customer', 'metadata']);
const REMOVED = 'removed';

const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi;
const IDENTIFIER = new RegExp(`^(?:[a-z]+-)?${UUID.source}$`, 'i');

/**
 * A history, as JSON, that can be shown to anyone and still replays: ids are replaced, each by the same fresh one
 * everywhere, and texts by stand-ins. Run ids stay: the chance that a workflow draws on is seeded with them.
 */
export function scrubbed(history: unknown): unknown {
  const fresh = new Map<string, string>();
  const freshId = (id: string): string => {
    const known = fresh.get(id.toLowerCase()) ?? randomUUID();
    fresh.set(id.toLowerCase(), known);
    return known;
  };
  const renamed = (text: string): string => text.replace(UUID, freshId);

  function field(value: unknown, name: string): unknown {
    if (OURS.has(name) || /runId$/i.test(name)) return value;
    if (typeof value === 'string') return TEXTS.has(name) ? REMOVED : renamed(value);
    if (Array.isArray(value)) return value.map((each) => field(each, name));
    if (!isObject(value)) return value;
    if (isPayload(value)) return withValue(value, (content) => ofPayload(content, ''));
    return ofObject(withoutHost(value), DROPPED, field);
  }

  function ofPayload(value: unknown, name: string): unknown {
    if (typeof value === 'string') {
      if (IDENTIFIER.test(value)) return renamed(value);
      return STAND_INS[name] ?? (KEPT.has(name) ? value : REMOVED);
    }
    if (Array.isArray(value)) return value.map((each) => ofPayload(each, name));
    return isObject(value) ? ofObject(value, PERSONAL, ofPayload) : value;
  }

  return field(history, '');
}

/** A sticky queue is named after the process and the host that keep the run in memory. */
const withoutHost = (value: Record<string, unknown>): Record<string, unknown> =>
  value.kind === 'TASK_QUEUE_KIND_STICKY' ? { ...value, name: value.normalName } : value;

function ofObject(
  value: Record<string, unknown>,
  dropped: Set<string>,
  ofField: (value: unknown, name: string) => unknown,
): Record<string, unknown> {
  const kept = Object.entries(value).filter(([name]) => !dropped.has(name));
  return Object.fromEntries(kept.map(([name, content]) => [name, ofField(content, name)]));
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

const isPayload = (value: Record<string, unknown>): value is WirePayload & Record<string, unknown> =>
  isObject(value.metadata) && 'encoding' in value.metadata;
