import type { Picture } from './picture.ts';
import { draw } from './picture.ts';

/** One sample: who called whom, from the first caller on. */
export interface Stack {
  frames: { name: string; ours: boolean }[];
  microseconds: number;
}

interface Frame {
  name: string;
  ours: boolean;
  microseconds: number;
  children: Map<string, Frame>;
}

/** Of the whole width; what is narrower can't be seen. */
const NARROWEST = 0.002;
const ROW = 14;

/** Who called whom for how long, from the bottom up; what is ours stands out. */
export function flameGraph(name: string, title: string, stacks: Stack[]): Picture {
  const root = treeOf(stacks);
  const rows: [number, number, number, string, number][] = [];
  place(root, 0, 0, rows);
  const depth = Math.max(...rows.map(([, , row]) => row)) + 1;
  return draw(
    name,
    title,
    {
      grid: { left: 8, right: 8, top: 40, bottom: 8 },
      xAxis: { type: 'value', min: 0, max: root.microseconds, show: false },
      yAxis: { type: 'value', min: 0, max: depth, show: false },
      series: [
        {
          type: 'custom',
          encode: { x: [0, 1], y: 2 },
          data: rows,
          renderItem: (_, api) => {
            const [from, to, row] = [0, 1, 2].map((index) => Number(api.value(index))) as [number, number, number];
            const [x = 0, y = 0] = api.coord([from, row]);
            const [right = 0] = api.coord([to, row]);
            const text = String(api.value(3));
            return {
              type: 'rect',
              shape: { x, y: y - ROW, width: Math.max(right - x - 0.5, 0.5), height: ROW - 1 },
              style: { fill: api.value(4) ? '#0f766e' : '#cbd5e1' },
              textContent: {
                type: 'text',
                style: {
                  text,
                  fill: api.value(4) ? '#ffffff' : '#334155',
                  fontSize: 9,
                  overflow: 'truncate',
                  width: right - x - 4,
                },
              },
              textConfig: { position: 'insideLeft', distance: 2 },
            };
          },
        },
      ],
    },
    { width: 1200, height: depth * ROW + 60 },
  );
}

function treeOf(stacks: Stack[]): Frame {
  const root = frame('all', false);
  for (const { frames, microseconds } of stacks) {
    root.microseconds += microseconds;
    let at = root;
    for (const { name, ours } of frames) {
      const next = at.children.get(name) ?? frame(name, ours);
      at.children.set(name, next);
      next.microseconds += microseconds;
      at = next;
    }
  }
  return root;
}

const frame = (name: string, ours: boolean): Frame => ({ name, ours, microseconds: 0, children: new Map() });

function place(
  { children, microseconds }: Frame,
  from: number,
  row: number,
  rows: [number, number, number, string, number][],
  whole = microseconds,
): void {
  for (const child of [...children.values()].sort((a, b) => b.microseconds - a.microseconds)) {
    if (child.microseconds < whole * NARROWEST) return;
    rows.push([from, from + child.microseconds, row, child.name, child.ours ? 1 : 0]);
    place(child, from, row + 1, rows, whole);
    from += child.microseconds;
  }
}
