import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { OrderRequest } from './order.ts';

/**
 * SHA-256 of an order's canonical JSON (RFC 8785), so that the order of keys and defaults left out do not matter.
 * Taken of the order as understood, not as sent.
 */
export const fingerprintOf = (order: OrderRequest): string =>
  createHash('sha256')
    .update(canonicalize(order) ?? '')
    .digest('base64url');
