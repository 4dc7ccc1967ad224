import type { NativeConnection } from '@temporalio/worker';
import { SEARCH_ATTRIBUTES } from '../domain/names.ts';
import { messageOf } from '../telemetry/log.ts';

/** temporal.api.enums.v1.IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD */
const KEYWORD = 2;

/**
 * Registers the search attributes that are missing. A run that sets an unknown one gets stuck, so a worker must not
 * start without them. Temporal Cloud lets only its own tools register them.
 */
export async function ensureSearchAttributes({ operatorService }: NativeConnection, namespace: string): Promise<void> {
  try {
    const { customAttributes } = await operatorService.listSearchAttributes({ namespace });
    const missing = SEARCH_ATTRIBUTES.filter((name) => !(name in (customAttributes ?? {})));
    if (missing.length === 0) return;
    await registerSearchAttributes({ operatorService }, namespace, missing);
  } catch (error) {
    throw new Error(
      `The search attributes ${SEARCH_ATTRIBUTES.join(', ')} (Keyword) could not be registered in the namespace ` +
        `"${namespace}": register them with "temporal operator search-attribute create" (${messageOf(error)}).`,
    );
  }
}

export async function registerSearchAttributes(
  { operatorService }: Pick<NativeConnection, 'operatorService'>,
  namespace: string,
  names: readonly string[] = SEARCH_ATTRIBUTES,
): Promise<void> {
  const searchAttributes = Object.fromEntries(names.map((name) => [name, KEYWORD]));
  await operatorService.addSearchAttributes({ namespace, searchAttributes });
}
