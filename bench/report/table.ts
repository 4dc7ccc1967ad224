export interface Table {
  title: string;
  columns: string[];
  rows: string[][];
  /** What a reader has to know to read it right. */
  note?: string;
}

/** As Markdown whose columns line up on a terminal too. The first column holds names, the others figures. */
export function tableText({ title, columns, rows, note }: Table): string {
  const widths = columns.map((column, index) =>
    Math.max(...[column, ...rows.map((row) => row[index] ?? '')].map(widthOf)),
  );
  const line = (cells: string[]) =>
    `| ${cells.map((cell, index) => aligned(cell, widths[index] ?? 0, index)).join(' | ')} |`;
  const rule = `| ${widths.map((width, index) => (index === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`;
  return [`### ${title}`, '', line(columns), rule, ...rows.map(line), ...(note ? ['', note] : []), ''].join('\n');
}

const widthOf = (text: string): number => Math.max([...text].length, 3);

function aligned(cell: string, width: number, index: number): string {
  const blank = ' '.repeat(Math.max(0, width - [...cell].length));
  return index === 0 ? cell + blank : blank + cell;
}
