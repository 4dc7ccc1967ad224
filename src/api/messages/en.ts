import type { Catalogue } from './catalogue.ts';

/** English, and the reference for what a further language has to say. */
export const en: Catalogue = {
  problems: {
    invalid_json: ['Not JSON', 'The body is not well-formed JSON in UTF-8, or not plain enough; see "errors".'],
    invalid_order: ['The order does not fit', 'The order has fields that can not be taken as they are; see "errors".'],
    invalid_parameter: [
      'A parameter does not fit',
      'A parameter of the request can not be taken as it is; see "errors".',
    ],
    invalid_idempotency_key: [
      'The idempotency key does not fit',
      'Idempotency-Key must be 1 to 255 visible ASCII characters.',
    ],
    invalid_amendment: [
      'The amendment does not fit',
      'The order can not be changed like this; see "errors" for what and why.',
    ],
    invalid_bulk: ['The bulk operation does not fit', 'It can not be done as it was asked for; see "errors".'],
    unauthenticated: [
      'Who is asking?',
      'Send a key or token that is valid here, as "Authorization: Bearer" with it after a space.',
    ],
    not_allowed: ['Not allowed', 'This is not for your role.'],
    not_found: ['Not found', 'There is nothing at this address.'],
    order_not_found: ['No such order', 'There is no order with this id.'],
    bulk_not_found: ['No such bulk operation', 'There is no bulk operation with this id.'],
    method_not_allowed: ['Method not allowed', 'This address does not take this method; see "Allow".'],
    order_not_cancellable: ['Too late to cancel', 'The order can no longer be cancelled; it is "{status}".'],
    order_not_held: ['The order is not held', 'Only a held or failed order can be let go on; this one is "{status}".'],
    order_not_amendable: [
      'The order can not be amended any more',
      'It is being undone; retry it when what hinders that is repaired.',
    ],
    bulk_finished: ['The bulk operation is over', 'It is "{status}", and can not be changed any more.'],
    body_too_large: ['The body is too large', 'The body is larger than 256 KiB.'],
    unsupported_media_type: [
      'Unsupported media type',
      'Send application/json in UTF-8, as it is or with gzip; see "errors".',
    ],
    misdirected: [
      'Not for this name',
      'Without keys, this API answers only where it is addressed as 127.0.0.1, [::1] or localhost.',
    ],
    idempotency_key_reused: [
      'The idempotency key is taken',
      'This key was used for another order. Use a new key for a new order.',
    ],
    rate_limited: [
      'Too many requests',
      'You have sent more requests than you may. Try again later; see "Retry-After".',
    ],
    database_unavailable: [
      'The database does not answer',
      'It is not known whether this was stored. Try again with the same Idempotency-Key.',
    ],
    temporal_unavailable: [
      'The run does not answer',
      'The order is safe, but what carries it out does not answer now. Try again.',
    ],
    issuer_unavailable: [
      'Tokens can not be checked',
      'What issues tokens does not answer now. Try again, or use a key.',
    ],
    overloaded: ['Too much to do', 'More orders are arriving than can be taken. Try again later.'],
    internal_error: ['Internal error', 'Something went wrong on our side. Quote the error id when you ask about it.'],
  },
  fields: {
    required: 'is required',
    unknown_field: 'is not a known field',
    wrong_type: 'has the wrong type',
    too_small: 'is too small or too short',
    too_big: 'is too large or too long',
    invalid_format: 'does not have the right form',
    duplicate: 'names a product that is already in the order',
    amount_mismatch: 'is not the sum of the items',
    unstorable: 'holds something that can not be stored',
    not_amendable: 'can not be changed any more',
    nothing_changes: 'changes nothing',
    repeated_name: 'is there twice',
    inexact: 'is a number with more digits than are kept',
    too_deep: 'is nested too deeply',
    malformed: 'is not well-formed JSON',
    not_utf8: 'is not UTF-8',
    unsupported: 'is not one that is taken here',
    reused: 'was used for another order',
  },
};
