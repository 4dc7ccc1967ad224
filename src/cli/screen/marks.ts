import type { OrderStatus, StepState } from '../../domain/lifecycle.ts';
import type { Bulk } from '../api/documents.ts';
import type { Colour } from './paint.ts';

export const STEP_MARKS: Record<StepState, { mark: string; colour: Colour }> = {
  waiting: { mark: '·', colour: 'dim' },
  running: { mark: '…', colour: 'cyan' },
  done: { mark: '✓', colour: 'green' },
  failed: { mark: '✗', colour: 'red' },
  undone: { mark: '↩', colour: 'yellow' },
};

const STATUS_COLOURS: Partial<Record<OrderStatus, Colour>> = {
  confirmed: 'green',
  rejected: 'red',
  held: 'yellow',
  failed: 'red',
};

export const statusColour = (status: OrderStatus): Colour => STATUS_COLOURS[status] ?? 'cyan';

const BULK_COLOURS: Partial<Record<Bulk['state'], Colour>> = { done: 'green', paused: 'yellow', stopped: 'red' };

export const bulkColour = (state: Bulk['state']): Colour => BULK_COLOURS[state] ?? 'cyan';
