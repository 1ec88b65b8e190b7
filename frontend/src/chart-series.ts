// Lines and bars: axis, target line, series with an optional band between low and high.
import type { Colours } from "./map-style";

type Series = { name: string; tone?: string; dashed?: boolean; values: (number | null)[]; low?: (number | null)[]; high?: (number | null)[] };
export type SeriesData = { x: string[]; unit?: string; target?: number; target_label?: string; min?: number; max?: number; series: Series[] };

type Option = Record<string, unknown>;

export function axis(colours: Colours, more: Option): Option {
  return {
    axisLine: { lineStyle: { color: colours["map-line"] } }, axisTick: { show: false },
    axisLabel: { color: colours.muted, fontSize: 12 }, splitLine: { lineStyle: { color: colours["map-line"], opacity: 0.3 } },
    nameTextStyle: { color: colours.muted }, ...more,
  };
}

export const targetLine = (at: number | undefined, label: string, colours: Colours): Option | undefined =>
  at === undefined ? undefined : {
    symbol: "none", silent: true, data: [{ yAxis: at }], lineStyle: { color: colours.text, width: 1.5, type: "solid" },
    label: { formatter: label, color: colours.text, position: "insideStartTop", fontSize: 12 },
  };

function bands(series: Series, colour: string): Option[] {
  if (!series.low || !series.high) return [];
  const plain = { type: "line", symbol: "none", silent: true, lineStyle: { opacity: 0 }, stack: `${series.name} band`, tooltip: { show: false } };
  const width = series.high.map((high, index) => (high === null || series.low?.[index] == null ? null : high - (series.low[index] ?? 0)));
  return [
    { ...plain, name: `${series.name} low`, data: series.low },
    { ...plain, name: `${series.name} high`, data: width, areaStyle: { color: colour, opacity: 0.2 } },
  ];
}

/** The ECharts option of a line or bar chart. */
export function seriesOption(kind: string, data: SeriesData, colours: Colours): Option {
  const series = data.series.flatMap((each, index) => {
    const colour = colours[each.tone ?? "accent"] ?? "";
    const line: Option = {
      name: each.name, type: kind === "bar" ? "bar" : "line", data: each.values, showSymbol: false, barMaxWidth: 28,
      itemStyle: { color: colour }, lineStyle: { color: colour, width: 2, type: each.dashed ? "dashed" : "solid" },
      markLine: index ? undefined : targetLine(data.target, data.target_label ?? String(data.target), colours),
    };
    return [...bands(each, colour), line];
  });
  return {
    grid: { left: 8, right: 16, top: 24, bottom: 4, containLabel: true }, series,
    xAxis: axis(colours, { type: "category", data: data.x, splitLine: { show: false }, boundaryGap: kind === "bar" }),
    yAxis: axis(colours, { type: "value", name: data.unit ?? "", min: data.min, max: data.max, scale: kind !== "bar" }),
    // Rich text: an HTML tooltip would carry style attributes, which the page's policy refuses.
    tooltip: { trigger: "axis", renderMode: "richText", backgroundColor: colours.panel, borderColor: colours.edge, textStyle: { color: colours.text, fontSize: 12 } },
  };
}
