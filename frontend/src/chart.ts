// <linli-chart kind="line|bar|funnel">: a chart in the tokens' colours over the table that says the same.
//
//   <linli-chart kind="line" label="…"><script type="application/json">{…}</script><table>…</table></linli-chart>
//   line, bar: {x: [...], unit, target, series: [{name, tone, dashed, values: [...], low: [...], high: [...]}]}
//   funnel:    {target, unit, pooled (share 0-1), points: [{name, n, share, href}]}
// The table stays in the page for readers without the picture.
import { BarChart, CustomChart, LineChart, ScatterChart } from "echarts/charts";
import { AriaComponent, GridComponent, MarkLineComponent, TooltipComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { funnelOption, type FunnelData } from "./chart-funnel";
import { seriesOption, type SeriesData } from "./chart-series";
import { readColours } from "./map-style";

echarts.use([BarChart, CustomChart, LineChart, ScatterChart, AriaComponent, GridComponent, MarkLineComponent, TooltipComponent, CanvasRenderer]);

class LinliChart extends HTMLElement {
  private chart: echarts.ECharts | null = null;
  private readonly listeners = new AbortController();
  private readonly sizes = new ResizeObserver(() => this.chart?.resize());

  connectedCallback(): void {
    if (this.chart) return;
    const canvas = document.createElement("div");
    canvas.className = "chart-canvas";
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", this.getAttribute("label") ?? "");
    this.prepend(canvas);
    this.chart = echarts.init(canvas, null, { renderer: "canvas" });
    this.draw();
    this.sizes.observe(this);
    document.addEventListener("linli:theme", () => this.draw(), { signal: this.listeners.signal });
    this.dataset.drawn = "";
  }

  disconnectedCallback(): void {
    this.listeners.abort();
    this.sizes.disconnect();
    this.chart?.dispose();
    this.chart = null;
  }

  private draw(): void {
    const text = this.querySelector("script[type='application/json']")?.textContent ?? "{}";
    const kind = this.getAttribute("kind") ?? "line";
    const colours = readColours();
    const option = kind === "funnel" ? funnelOption(JSON.parse(text) as FunnelData, colours) : seriesOption(kind, JSON.parse(text) as SeriesData, colours);
    this.chart?.setOption({ ...option, animation: false, textStyle: { fontFamily: getComputedStyle(this).fontFamily } }, true);
  }
}

customElements.define("linli-chart", LinliChart);
