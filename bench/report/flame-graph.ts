import type { CpuProfile } from './cpu-profile.ts';
import type { Picture } from './picture.ts';
import { draw } from './picture.ts';

interface Frame {
  name: string;
  ours: boolean;
  microseconds: number;
  children: Map<string, Frame>;
}

/** Not work: waiting, and what frames everything else. */
const LEFT_OUT = new Set(['(idle)', '(root)', '(program)']);
/** Of the whole width; what is narrower can't be seen. */
const NARROWEST = 0.002;
const ROW = 14;

/** Who called whom for how long, from the bottom up; our own code stands out. */
export function flameGraph(name: string, title: string, profile: CpuProfile): Picture {
  const root = treeOf(profile);
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

function treeOf({ nodes, samples, timeDeltas }: CpuProfile): Frame {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parentOf = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])));
  const root = frame('all', false);
  for (const [index, sample] of samples.entries()) {
    const path: number[] = [];
    for (let id: number | undefined = sample; id !== undefined; id = parentOf.get(id)) path.unshift(id);
    const frames = path.map((id) => byId.get(id)?.callFrame).filter((each) => each !== undefined);
    const worked = frames.filter(({ functionName }) => !LEFT_OUT.has(functionName));
    if (worked.length === 0) continue;
    add(root, worked, timeDeltas[index] ?? 0);
  }
  return root;
}

function add(root: Frame, path: CpuProfile['nodes'][0]['callFrame'][], microseconds: number): void {
  root.microseconds += microseconds;
  let at = root;
  for (const { functionName, url } of path) {
    const name = functionName || '(anonymous)';
    const next = at.children.get(name) ?? frame(name, isOurs(url));
    at.children.set(name, next);
    next.microseconds += microseconds;
    at = next;
  }
}

const frame = (name: string, ours: boolean): Frame => ({ name, ours, microseconds: 0, children: new Map() });

const isOurs = (url: string): boolean => /^file:/.test(url) && !url.includes('/node_modules/');

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
