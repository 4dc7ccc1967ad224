import { styleText } from 'node:util';
import type { OrderStatus, StepProgress } from '../../src/domain/lifecycle.ts';

export type Colour = 'green' | 'yellow' | 'red' | 'cyan' | 'dim' | 'bold';
export type Paint = (colour: Colour, text: string) => string;

export const painter = (isColoured: boolean): Paint =>
  isColoured ? (colour, text) => styleText(colour, text, { validateStream: false }) : (_, text) => text;

export interface Mark {
  text: string;
  colour: Colour;
}

/** `↻n`: the n-th attempt is under way. */
export function markOf({ state, attempts }: StepProgress): Mark {
  switch (state) {
    case 'waiting':
      return { text: '·', colour: 'dim' };
    case 'running':
      return attempts > 1 ? { text: `↻${attempts}`, colour: 'yellow' } : { text: '…', colour: 'cyan' };
    case 'done':
      return { text: '✓', colour: 'green' };
    case 'failed':
      return { text: '✗', colour: 'red' };
    case 'undone':
      return { text: '↩', colour: 'yellow' };
  }
}

export const LEGEND = '✓ done   … under way   ↻n attempt n   ✗ failed   ↩ undone';

const COLOURS: Partial<Record<OrderStatus, Colour>> = {
  confirmed: 'green',
  rejected: 'red',
  held: 'yellow',
  failed: 'red',
};

export const colourOf = (status: OrderStatus): Colour => COLOURS[status] ?? 'cyan';

export const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

/** The beginning of an id is its time; orders of the same moment differ at the end. */
export const shortId = (orderId: string): string => orderId.slice(-8);
