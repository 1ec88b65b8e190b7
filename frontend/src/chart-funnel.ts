// Funnel plot: share against denominator with the 95 % limits of the pooled share, so that small bodies are not
// ranked by chance (Spiegelhalter 2005, normal approximation of the binomial, clipped to 0-100 %).
import { axis, targetLine } from "./chart-series";
import type { Colours } from "./map-style";

export type FunnelData = { target?: number; target_label?: string; unit?: string; x_label?: string; pooled: number; points: { name: string; n: number; share: number }[] };

const Z95 = 1.959964;
const STEPS = 60;

export function limits(pooled: number, n: number): [number, number] {
  const half = Z95 * Math.sqrt((pooled * (1 - pooled)) / n);
  return [Math.max(0, pooled - half) * 100, Math.min(1, pooled + half) * 100];
}

/** The ECharts option of a funnel plot. */
export function funnelOption(data: FunnelData, colours: Colours): Record<string, unknown> {
  const most = Math.max(...data.points.map((point) => point.n), 10) * 1.15;
  const at = Array.from({ length: STEPS }, (_each, index) => Math.max(2, (most * (index + 1)) / STEPS));
  const plain = { type: "line", symbol: "none", silent: true, lineStyle: { opacity: 0 }, stack: "limits", tooltip: { show: false } };
  return {
    grid: { left: 8, right: 20, top: 16, bottom: 20, containLabel: true },
    xAxis: axis(colours, { type: "value", min: 0, max: Math.ceil(most), name: data.x_label ?? "", nameLocation: "middle", nameGap: 24, splitLine: { show: false } }),
    yAxis: axis(colours, { type: "value", min: 0, max: 100 }),
    tooltip: { renderMode: "richText", backgroundColor: colours.panel, borderColor: colours.edge, textStyle: { color: colours.text, fontSize: 12 } },
    series: [
      { ...plain, name: "low", data: at.map((n) => [n, limits(data.pooled, n)[0]]) },
      { ...plain, name: "high", data: at.map((n) => [n, limits(data.pooled, n)[1] - limits(data.pooled, n)[0]]), areaStyle: { color: colours.idle, opacity: 0.14 } },
      { type: "line", symbol: "none", silent: true, data: [[0, data.pooled * 100], [most, data.pooled * 100]], lineStyle: { color: colours.idle, type: "dashed", width: 1 } },
      {
        type: "scatter", symbolSize: 10, itemStyle: { color: colours.accent },
        data: data.points.map((point) => ({ name: point.name, value: [point.n, point.share * 100] })),
        label: { show: true, formatter: "{b}", position: "bottom", color: colours.text, fontSize: 12 },
        markLine: targetLine(data.target, data.target_label ?? String(data.target), colours),
      },
    ],
  };
}
