import { FAILURES, type FailureCode } from '../../domain/failures.ts';
import { en } from './en.ts';
import { zhCn } from './zh-cn.ts';

/** The codes of the failure table that the API answers with; the others are shown as an order's failure. */
export type ProblemCode =
  | Extract<FailureCode, `invalid_${string}` | `order_not_${string}`>
  | 'unauthenticated'
  | 'not_allowed'
  | 'not_found'
  | 'bulk_not_found'
  | 'bulk_finished'
  | 'method_not_allowed'
  | 'body_too_large'
  | 'unsupported_media_type'
  | 'misdirected'
  | 'idempotency_key_reused'
  | 'rate_limited'
  | 'database_unavailable'
  | 'temporal_unavailable'
  | 'issuer_unavailable'
  | 'overloaded'
  | 'internal_error';

export type FieldCode =
  | 'required'
  | 'unknown_field'
  | 'wrong_type'
  | 'too_small'
  | 'too_big'
  | 'invalid_format'
  | 'duplicate'
  | 'amount_mismatch'
  | 'unstorable'
  | 'not_amendable'
  | 'nothing_changes'
  | 'repeated_name'
  | 'inexact'
  | 'too_deep'
  | 'malformed'
  | 'not_utf8'
  | 'unsupported'
  | 'reused';

/** A language. Titles and details may name `{values}` of the problem. */
export interface Catalogue {
  problems: Record<ProblemCode, [title: string, detail: string]>;
  fields: Record<FieldCode, string>;
}

/** By BCP 47 tag; the first is the fallback. A further language is one file and one line here. */
export const CATALOGUES: Record<string, Catalogue> = { en, 'zh-CN': zhCn };

export const LANGUAGES = Object.keys(CATALOGUES);

export const statusOf = (code: ProblemCode): number => FAILURES[code].status;

export const fill = (template: string, values: Record<string, unknown>): string =>
  template.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ''));
