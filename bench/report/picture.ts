import { createRequire } from 'node:module';
import type { EChartsOption } from 'echarts';

export interface Picture {
  /** The file's name, without `.svg`. */
  name: string;
  svg: string;
}

const SIZE = { width: 860, height: 420 };
const OURS = '#0f766e';
const OTHERS = '#94a3b8';

export function draw(name: string, title: string, option: EChartsOption, size = SIZE): Picture {
  // Only now: it is installed with the peers, by the first run itself.
  const echarts: typeof import('echarts') = createRequire(import.meta.url)('echarts');
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, ...size });
  chart.setOption({
    animation: false,
    backgroundColor: '#ffffff',
    textStyle: { fontFamily: 'sans-serif' },
    title: { text: title, left: 16, top: 12, textStyle: { fontSize: 15, fontWeight: 600 } },
    grid: { left: 24, right: 72, top: 60, bottom: 40, containLabel: true },
    ...option,
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return { name, svg };
}

/** In whatever form it is measured. */
const isOurs = (name: string): boolean => name.startsWith('durable-orders');

/** A bar for each name; ours stands out. */
export function bars(name: string, title: string, unit: string, values: { name: string; value: number }[]): Picture {
  const sorted = values.toSorted((a, b) => a.value - b.value);
  return draw(name, title, {
    xAxis: { type: 'value', name: unit, nameLocation: 'middle', nameGap: 28 },
    yAxis: { type: 'category', data: sorted.map((each) => each.name), axisTick: { show: false } },
    series: [
      {
        type: 'bar',
        label: {
          show: true,
          position: 'right',
          formatter: ({ value }) => Math.round(Number(value)).toLocaleString('en'),
        },
        data: sorted.map((each) => ({
          value: each.value,
          itemStyle: { color: isOurs(each.name) ? OURS : OTHERS },
        })),
      },
    ],
  });
}

/** Lines over one axis; `points` are [x, y]. */
export function lines(
  name: string,
  title: string,
  axes: { x: string; y: string; logarithmic?: boolean },
  series: { name: string; points: [number, number][] }[],
): Picture {
  return draw(name, title, {
    legend: { top: 36, left: 16 },
    grid: { left: 24, right: 40, top: 96, bottom: 48, containLabel: true },
    xAxis: { type: 'value', name: axes.x, nameLocation: 'middle', nameGap: 28, max: ({ max }) => Math.ceil(max) },
    yAxis: axes.logarithmic ? { type: 'log', name: axes.y } : { type: 'value', name: axes.y, min: 0 },
    series: series.map((each) => ({
      type: 'line',
      name: each.name,
      data: each.points,
      showSymbol: false,
      ...(isOurs(each.name) && { lineStyle: { width: 3 } }),
    })),
  });
}
