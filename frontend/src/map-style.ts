// The style of the offline base map: no glyphs, no sprites, no tiles; colours are the page's tokens.
import type { LayerSpecification, SourceSpecification, StyleSpecification } from "maplibre-gl";

export type Colours = Record<string, string>;

const NAMES = [
  "map-land", "map-out", "map-water", "map-water-text", "map-urban", "map-road", "map-expressway", "map-line", "map-text", "map-halo",
  "panel", "text", "muted", "accent", "on-accent", "red", "orange", "yellow", "blue", "good", "idle", "on-state", "edge",
];

/** The tokens as the browser resolves them now (light or dark), as colours MapLibre understands. */
export function readColours(): Colours {
  const probe = document.createElement("i");
  document.body.append(probe);
  const colours: Colours = {};
  for (const name of NAMES) {
    probe.style.color = `var(--${name})`;
    colours[name] = getComputedStyle(probe).color;
  }
  probe.remove();
  return colours;
}

export const BASE_LAYERS = ["land", "urban", "lakes", "rivers", "counties", "townships", "roads", "expressways", "places"] as const;

export const FONT = ["Noto Sans SC", "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", "sans-serif"];
export const BOLD = ["Noto Sans SC Bold", "Noto Sans CJK SC Bold", "PingFang SC Bold", "Microsoft YaHei Bold", "sans-serif"];

const halo = (c: Colours): Record<string, unknown> => ({ "text-halo-color": c["map-halo"], "text-halo-width": 1.4 });

function ground(c: Colours): LayerSpecification[] {
  return [
    { id: "out", type: "background", paint: { "background-color": c["map-out"] } },
    { id: "counties", type: "fill", source: "counties", paint: { "fill-color": c["map-land"] } },
    { id: "urban", type: "fill", source: "urban", paint: { "fill-color": c["map-urban"] } },
    { id: "lakes", type: "fill", source: "lakes", paint: { "fill-color": c["map-water"] } },
    {
      id: "rivers", type: "line", source: "rivers", layout: { "line-cap": "round", "line-join": "round" },
      paint: { "line-color": c["map-water"], "line-width": ["interpolate", ["exponential", 1.5], ["zoom"], 6, 2, 9, 8, 12, 26] },
    },
  ] as LayerSpecification[];
}

/** Real lines are whole; invented and approximate ones are dashed, as the legend says. */
function lines(c: Colours): LayerSpecification[] {
  return [
    {
      id: "townships", type: "line", source: "townships", minzoom: 8.5,
      paint: { "line-color": c["map-line"], "line-width": 0.8, "line-dasharray": [3, 3], "line-opacity": 0.8 },
    },
    {
      id: "roads", type: "line", source: "roads", minzoom: 8.8, layout: { "line-join": "round" },
      paint: { "line-color": c["map-road"], "line-width": ["interpolate", ["linear"], ["zoom"], 8, 1, 13, 4], "line-dasharray": [3, 1.5] },
    },
    {
      id: "expressways", type: "line", source: "expressways", layout: { "line-join": "round", "line-cap": "round" },
      paint: { "line-color": c["map-expressway"], "line-width": ["interpolate", ["linear"], ["zoom"], 7, 1.2, 13, 5] },
    },
    { id: "county-lines", type: "line", source: "counties", paint: { "line-color": c["map-line"], "line-width": 1.2 } },
  ] as LayerSpecification[];
}

function labels(c: Colours, name: unknown): LayerSpecification[] {
  return [
    {
      id: "river-names", type: "symbol", source: "rivers", minzoom: 8,
      layout: { "symbol-placement": "line", "text-field": name, "text-font": FONT, "text-size": 12, "text-letter-spacing": 0.3 },
      paint: { "text-color": c["map-water-text"], "text-halo-color": c["map-water"], "text-halo-width": 1 },
    },
    {
      id: "places", type: "symbol", source: "places", minzoom: 7,
      filter: ["<=", ["coalesce", ["get", "rank"], 2], ["step", ["zoom"], 1, 8.5, 2, 10, 3]],
      layout: { "text-field": name, "text-font": FONT, "text-size": 11, "text-padding": 6 },
      paint: { "text-color": c["map-text"], ...halo(c) },
    },
    {
      id: "county-names", type: "symbol", source: "counties", maxzoom: 10,
      layout: { "text-field": name, "text-font": FONT, "text-size": ["interpolate", ["linear"], ["zoom"], 6, 11, 9, 15], "text-padding": 2 },
      paint: { "text-color": c.text, ...halo(c) },
    },
  ] as unknown as LayerSpecification[];
}

/** The whole style. `base` is the folder of the GeoJSON files, absolute; `lang` chooses the names. */
export function baseStyle(base: string, lang: string): StyleSpecification {
  const colours = readColours();
  const sources: Record<string, SourceSpecification> = {};
  for (const layer of BASE_LAYERS) sources[layer] = { type: "geojson", data: `${base}${layer}.json` };
  const name = lang.startsWith("zh") ? ["get", "name"] : ["coalesce", ["get", "name_en"], ["get", "name"]];
  return { version: 8, sources, layers: [...ground(colours), ...lines(colours), ...labels(colours, name)] };
}
