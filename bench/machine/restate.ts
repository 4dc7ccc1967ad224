import type { Part } from '../../local/part.ts';
import type { Environment } from './environment.ts';

export function restatePart(_environment: Environment): Part {
  throw new Error('not yet');
}
