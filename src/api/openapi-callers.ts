import { z } from 'zod';
import type {
  ZodOpenApiObject,
  ZodOpenApiOperationObject,
  ZodOpenApiPathsObject,
  ZodOpenApiResponseObject,
} from 'zod-openapi';
import { CLIENT_ID } from '../access/caller.ts';

/** Where callers have to prove who they are. Source: RFC 6750. */
export const SECURITY: Pick<ZodOpenApiObject, 'security' | 'components'> = {
  security: [{ key: [] }, { token: [] }],
  components: {
    securitySchemes: {
      key: { type: 'http', scheme: 'bearer', description: 'A key of this API: `dok_…`.' },
      token: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'Of the OpenID Connect issuer.' },
    },
  },
};

/** The header is always there, unless the schema is optional. */
const header = <Schema extends z.ZodType>(schema: Schema, id: string, description: string) =>
  schema.meta({ header: { id, description } });

/** Source: RFC 9110, 11.6.1; RFC 6750, 3. */
const challenge = {
  'WWW-Authenticate': header(
    z.string().regex(/^Bearer realm="durable-orders"(, error="invalid_token")?$/),
    'Challenge',
    'What is wanted; with `error` where something was sent that does not count.',
  ),
};

/** Source: RFC 9110, 10.2.3. */
const retryAfter = { 'Retry-After': header(z.int().min(1), 'RetryAfter', 'Seconds to wait before trying again.') };

/** Source: draft-ietf-httpapi-ratelimit-headers-08. */
const policy = z.string().regex(/^"client";q=[1-9]\d*;w=[1-9]\d*$/);
const left = z.string().regex(/^"client";r=\d+;t=\d+$/);
const POLICY = 'The quota of a caller: `q` requests in `w` seconds.';
const LEFT = 'What is left of it: `r` requests, and the whole again in `t` seconds.';
const quota = {
  'RateLimit-Policy': header(policy.optional(), 'RateLimitPolicy', `${POLICY} Where there is one.`),
  RateLimit: header(left.optional(), 'RateLimit', `${LEFT} Where there is a quota.`),
};
const quotaUsedUp = {
  'RateLimit-Policy': header(policy, 'RateLimitPolicyUsedUp', POLICY),
  RateLimit: header(left, 'RateLimitUsedUp', LEFT),
};

/** What an answer of this status tells whoever asked. Nobody's quota is looked at before it is known whose it is. */
function headersOf(status: string): Record<string, z.ZodType> {
  if (status === '401') return challenge;
  if (status === '421') return {};
  if (status === '429') return { ...quotaUsedUp, ...retryAfter };
  return status === '503' ? { ...quota, ...retryAfter } : quota;
}

/** Source: docs/access.md, "Without keys". */
const saidName = z.object({
  'X-Client-Id': z
    .string()
    .regex(CLIENT_ID)
    .optional()
    .meta({ description: 'Who is asking. Owns orders, scopes idempotency keys, and goes into the record.' }),
});

/** These operations, with what holds of all because somebody is asking: how they say who they are, and what they are told. */
export const forCallers = (asksWho: boolean, paths: ZodOpenApiPathsObject): ZodOpenApiPathsObject =>
  mapped(paths, (item) =>
    mapped(item as Record<string, ZodOpenApiOperationObject>, ({ requestParams = {}, responses, ...operation }) => ({
      ...operation,
      requestParams: asksWho ? requestParams : withName(requestParams),
      responses: withHeaders(Object.entries(responses).filter(([status]) => status !== (asksWho ? '421' : '401'))),
    })),
  );

const withName = (params: NonNullable<ZodOpenApiOperationObject['requestParams']>) => ({
  ...params,
  header: ((params.header as z.ZodObject | undefined) ?? z.object()).extend(saidName.shape),
});

const withHeaders = (responses: [status: string, ZodOpenApiResponseObject][]) =>
  Object.fromEntries(
    responses.map(([status, response]) => {
      const own = response.headers as z.ZodObject | undefined;
      return [status, { ...response, headers: (own ?? z.object()).extend(headersOf(status)) }];
    }),
  );

const mapped = <From, To>(record: Record<string, From>, change: (value: From) => To) =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));
