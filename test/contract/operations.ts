/** `POST /api/orders/{id}/cancel`. */
export type Operation = string;

/** Which operations something is said of: those of a kind, or these. */
export type Kind = 'all' | 'reading' | 'writing' | readonly Operation[];

const METHODS = ['get', 'put', 'post', 'delete', 'patch'];

export const operationsOf = ({ paths }: { paths: Record<string, object> }): Operation[] =>
  Object.entries(paths).flatMap(([path, item]) =>
    Object.keys(item)
      .filter((method) => METHODS.includes(method))
      .map((method) => `${method.toUpperCase()} ${path}`),
  );

export const ofKind = (operations: Operation[], kind: Kind): Operation[] =>
  operations.filter((operation) => {
    if (typeof kind !== 'string') return kind.includes(operation);
    return kind === 'all' || (kind === 'reading') === operation.startsWith('GET ');
  });
