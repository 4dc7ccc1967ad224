import { DefaultFailureConverter } from '@temporalio/common';

/** Failures' messages and stacks as payloads, which the codec then encrypts. Loaded by worker and clients, and bundled with the workflows. */
export const failureConverter: DefaultFailureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true });
