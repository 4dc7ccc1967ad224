import { type Column, cellOf, type Fitted, fitted, GAP } from './columns.ts';
import type { Paint } from './paint.ts';
import { cut, pad } from './text.ts';

export interface Frame {
  width: number;
  paint: Paint;
  indent?: string;
}

/** A heading and a line for each row, aligned. */
export function tableLines<Row>(columns: Column<Row>[], rows: Row[], frame: Frame): string[] {
  const { paint, indent = '' } = frame;
  const fitting = fitted(columns, rows, frame.width - indent.length);
  const heading = fitting.map(({ title, width, align }) => pad(title, width, align)).join(GAP);
  return [paint('dim', indent + heading.trimEnd()), ...rows.map((row) => rowLine(fitting, row, frame))];
}

/** The rows alone. */
export function listLines<Row>(columns: Column<Row>[], rows: Row[], frame: Frame): string[] {
  const untitled = columns.map((column) => ({ ...column, title: '' }));
  const fitting = fitted(untitled, rows, frame.width - (frame.indent ?? '').length);
  return rows.map((row) => rowLine(fitting, row, frame));
}

function rowLine<Row>(columns: Fitted<Row>[], row: Row, { paint, indent = '' }: Frame): string {
  const cells = columns.map((column) => {
    const { text, colour } = cellOf(column, row);
    const padded = pad(cut(text, column.width), column.width, column.align);
    return colour ? paint(colour, padded) : padded;
  });
  return indent + cells.join(GAP).trimEnd();
}
