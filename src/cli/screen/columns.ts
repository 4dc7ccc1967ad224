import type { Colour } from './paint.ts';
import { columnsOf, plain } from './text.ts';

export interface Column<Row> {
  title: string;
  cell(row: Row): Cell | string;
  align?: 'right';
  /** May be cut down to so many columns where the terminal is narrow; ids, being copied, never are. */
  least?: number;
  /** Left out where even that does not help. */
  isSpare?: boolean;
}

export interface Cell {
  text: string;
  colour?: Colour;
}

export interface Fitted<Row> extends Column<Row> {
  width: number;
}

export const GAP = '  ';

/** As wide as what is in them, and together as wide as there is space for where that can be had. */
export const fitted = <Row>(columns: Column<Row>[], rows: Row[], width: number): Fitted<Row>[] =>
  squeezed(
    columns.map((column) => ({ ...column, width: naturalWidth(column, rows) })),
    width,
  );

export const cellOf = <Row>({ cell }: Column<Row>, row: Row): Cell => {
  const made = cell(row);
  return typeof made === 'string' ? { text: plain(made) } : { ...made, text: plain(made.text) };
};

const naturalWidth = <Row>(column: Column<Row>, rows: Row[]): number =>
  rows.reduce((widest, row) => Math.max(widest, columnsOf(cellOf(column, row).text)), column.title.length);

function squeezed<Row>(columns: Fitted<Row>[], width: number): Fitted<Row>[] {
  const shrunk = shrink(columns, width);
  const spare = columns.findLast(({ isSpare }) => isSpare);
  if (total(shrunk) <= width || !spare) return shrunk;
  const kept = columns.filter((column) => column !== spare);
  return squeezed(kept, width);
}

/** The widest of those that may be cut gives first. */
function shrink<Row>(columns: Fitted<Row>[], width: number): Fitted<Row>[] {
  const shrunk = columns.map((column) => ({ ...column }));
  while (total(shrunk) > width) {
    const [widest] = shrunk
      .filter((column) => column.least !== undefined && column.width > column.least)
      .toSorted((a, b) => b.width - a.width);
    if (!widest) return shrunk;
    widest.width--;
  }
  return shrunk;
}

const total = (columns: { width: number }[]): number =>
  columns.reduce((sum, { width }) => sum + width, 0) + GAP.length * (columns.length - 1);
