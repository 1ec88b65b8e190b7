// The features that a page puts on the map: areas, lines, marks and their names.
import type { GeoJSONSource, LayerSpecification, Map as LibreMap } from "maplibre-gl";
import type { FeatureCollection } from "geojson";
import { BOLD, type Colours } from "./map-style";

export const DATA_LAYERS = ["data-areas", "data-lines", "data-marks"];

function toneOf(colours: Colours, otherwise: string): unknown {
  const pairs = ["red", "orange", "yellow", "blue", "good", "idle", "accent"].flatMap((tone) => [tone, colours[tone]]);
  return ["match", ["coalesce", ["get", "tone"], otherwise], ...pairs, colours[otherwise]];
}

function layers(c: Colours): LayerSpecification[] {
  const kind = (name: string): unknown => ["==", ["geometry-type"], name];
  const strength = ["coalesce", ["get", "strength"], 0.12];
  return [
    { id: "data-areas", type: "fill", source: "data", filter: kind("Polygon"), paint: { "fill-color": toneOf(c, "accent"), "fill-opacity": strength } },
    { id: "data-area-lines", type: "line", source: "data", filter: kind("Polygon"), paint: { "line-color": toneOf(c, "accent"), "line-width": 1 } },
    {
      id: "data-lines", type: "line", source: "data", filter: ["all", kind("LineString"), ["!", ["to-boolean", ["get", "estimated"]]]],
      layout: { "line-cap": "round", "line-join": "round" }, paint: { "line-color": toneOf(c, "accent"), "line-width": 3 },
    },
    {
      id: "data-lines-estimated", type: "line", source: "data", filter: ["all", kind("LineString"), ["to-boolean", ["get", "estimated"]]],
      layout: { "line-join": "round" }, paint: { "line-color": toneOf(c, "accent"), "line-width": 3, "line-dasharray": [1, 1.2] },
    },
    {
      id: "data-marks", type: "symbol", source: "data", filter: kind("Point"),
      layout: {
        "icon-image": ["get", "icon"], "icon-allow-overlap": true, "icon-ignore-placement": true,
        "symbol-sort-key": ["-", 0, ["coalesce", ["get", "priority"], 5]],
        "text-field": ["coalesce", ["get", "label"], ""], "text-font": BOLD, "text-size": 12, "text-anchor": "left",
        "text-offset": [1.1, 0], "text-optional": true, "text-padding": 1,
      },
      paint: { "text-color": c.text, "text-halo-color": c["map-halo"], "text-halo-width": 1.6 },
    },
    {
      id: "data-area-names", type: "symbol", source: "data", filter: kind("Polygon"),
      layout: { "text-field": ["coalesce", ["get", "label"], ""], "text-font": BOLD, "text-size": ["coalesce", ["get", "size"], 13] },
      paint: { "text-color": c.text, "text-halo-color": c["map-halo"], "text-halo-width": 1.4 },
    },
  ] as unknown as LayerSpecification[];
}

/** Put `data` on the map, or into the source that is there already. */
export function addData(map: LibreMap, data: FeatureCollection, colours: Colours): void {
  const source = map.getSource<GeoJSONSource>("data");
  if (source) return void source.setData(data);
  map.addSource("data", { type: "geojson", data });
  // County names would stand on top of the page's own areas.
  for (const layer of layers(colours)) map.addLayer(layer);
  const named = data.features.some((feature) => feature.geometry.type.endsWith("Polygon") && feature.properties?.label);
  if (named && map.getLayer("county-names")) map.setLayoutProperty("county-names", "visibility", "none");
}
