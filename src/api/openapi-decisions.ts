import { z } from 'zod';
import type { ZodOpenApiOperationObject, ZodOpenApiPathsObject } from 'zod-openapi';
import { amendmentBody } from '../domain/order-schema.ts';
import { actionsQuery } from './actions.ts';
import { bulksQuery, itemsQuery } from './bulks.ts';
import { shownBulkBody } from './failures.ts';
import type { ProblemCode } from './messages/catalogue.ts';
import { id, json, problems } from './openapi-parts.ts';
import { reasonBody } from './request.ts';
import { acceptedOrder } from './wire.ts';
import { acceptedBulk, actionPage, bulk, bulkItems, bulkPage, failureGroups } from './wire-bulks.ts';

/** Of every body. */
const BODY: ProblemCode[] = ['invalid_json', 'invalid_parameter', 'body_too_large'];

const decision = (operationId: string, summary: string, description: string, codes: ProblemCode[]) => ({
  operationId,
  tags: ['decisions'],
  summary,
  description,
  requestParams: { path: id },
  requestBody: { required: false, content: json(reasonBody) },
  responses: {
    '202': { description: 'The decision is taken; the order follows.', content: json(acceptedOrder) },
    ...problems(...BODY, 'order_not_found', 'temporal_unavailable', ...codes),
  },
});

const amend: ZodOpenApiOperationObject = {
  ...decision(
    'amendOrder',
    'Change a held order, and let it go on',
    'A JSON Merge Patch (RFC 7396) of what may still be changed: payment method, e-mail address and locale of the customer, lower quantities. A payment gets a new key only once it is known that the earlier ones have taken nothing.',
    ['invalid_amendment', 'not_allowed', 'order_not_held', 'order_not_amendable', 'unsupported_media_type'],
  ),
  requestBody: {
    required: true,
    content: { 'application/merge-patch+json': { schema: amendmentBody }, ...json(amendmentBody) },
  },
};

const page = (
  operationId: string,
  summary: string,
  query: z.ZodObject,
  schema: z.ZodType,
): ZodOpenApiOperationObject => ({
  operationId,
  tags: ['failures'],
  summary,
  requestParams: { query },
  responses: {
    '200': { description: 'A page.', content: json(schema) },
    ...problems('invalid_parameter', 'not_allowed'),
  },
});

const startBulk = (operationId: string, summary: string): ZodOpenApiOperationObject => ({
  operationId,
  tags: ['failures'],
  summary,
  description: 'The set is frozen now: orders that are held or fail later are not in it.',
  requestBody: { required: true, content: json(shownBulkBody) },
  responses: {
    '202': {
      description: 'It is stored, and will be done.',
      headers: z.object({ Location: z.string() }),
      content: json(acceptedBulk),
    },
    ...problems('invalid_json', 'invalid_bulk', 'invalid_parameter', 'body_too_large', 'not_allowed'),
  },
});

const changeBulk = (operationId: string, summary: string): ZodOpenApiOperationObject => ({
  operationId,
  tags: ['failures'],
  summary,
  requestParams: { path: id },
  requestBody: { required: false, content: json(reasonBody) },
  responses: {
    '202': { description: 'It follows within a second or two.', content: json(bulk) },
    ...problems(...BODY, 'not_allowed', 'bulk_not_found', 'bulk_finished'),
  },
});

/** What operators do: about one order, and about many. */
export const decisionPaths: ZodOpenApiPathsObject = {
  '/api/orders/{id}/cancel': {
    post: decision(
      'cancelOrder',
      'Cancel an order',
      'Until it is confirmed; what was done is undone. After a 503 it may be cancelled all the same: ask again.',
      ['order_not_cancellable'],
    ),
  },
  '/api/orders/{id}/retry': {
    post: decision(
      'retryOrder',
      'Let a held or failed order go on',
      'A held one goes on from the step that failed; a failed one is started again on its idempotent steps.',
      ['not_allowed', 'order_not_held'],
    ),
  },
  '/api/orders/{id}/amend': { post: amend },
  '/api/failures': {
    get: {
      operationId: 'listFailures',
      tags: ['failures'],
      summary: 'Held and failed orders in groups, the largest first',
      responses: {
        '200': { description: 'By status, failure code and step.', content: json(failureGroups) },
        ...problems('invalid_parameter', 'not_allowed'),
      },
    },
  },
  '/api/failures/retry': { post: startBulk('retryFailures', 'Let many orders go on') },
  '/api/failures/cancel': { post: startBulk('cancelFailures', 'Cancel many orders') },
  '/api/bulk': { get: page('listBulks', 'Bulk operations, newest first', bulksQuery, bulkPage) },
  '/api/bulk/{id}': {
    get: {
      operationId: 'getBulk',
      tags: ['failures'],
      summary: 'One bulk operation: how far it is',
      requestParams: { path: id },
      responses: {
        '200': { description: 'The bulk operation.', content: json(bulk) },
        ...problems('invalid_parameter', 'not_allowed', 'bulk_not_found'),
      },
    },
  },
  '/api/bulk/{id}/items': {
    get: {
      ...page('listBulkItems', 'Its orders, each with its outcome', itemsQuery, bulkItems),
      requestParams: { path: id, query: itemsQuery },
      responses: {
        '200': { description: 'A page.', content: json(bulkItems) },
        ...problems('invalid_parameter', 'not_allowed', 'bulk_not_found'),
      },
    },
  },
  '/api/bulk/{id}/pause': { post: changeBulk('pauseBulk', 'Pause a bulk operation') },
  '/api/bulk/{id}/resume': { post: changeBulk('resumeBulk', 'Resume a bulk operation') },
  '/api/bulk/{id}/stop': { post: changeBulk('stopBulk', 'Stop a bulk operation for good') },
  '/api/actions': { get: page('listActions', 'Who decided what, when, and why', actionsQuery, actionPage) },
};
