// The map's furniture: zoom buttons, credit line, legend, and the features as links for the keyboard.
import type { Map as LibreMap } from "maplibre-gl";
import type { Feature } from "geojson";
import { say } from "./words";

const CREDIT = "© OpenStreetMap contributors · GeoNames · Vonng/adcode (CC BY 4.0) · Natural Earth · ";
const LINKS_AT_MOST = 200;
const SVG = "http://www.w3.org/2000/svg";

function zoomButton(label: string, text: string, act: () => void): HTMLButtonElement {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = text;
  button.setAttribute("aria-label", label);
  button.addEventListener("click", act);
  return button;
}

const SYMBOLS: [string, string, string][] = [
  ["square", "legend.fire", "M2.5 2.5h11v11h-11Z"],
  ["circle", "legend.police", "M8 2.5a5.5 5.5 0 1 0 .01 0Z"],
  ["cross", "legend.medical", "M6 2.5h4v3.5h3.5v4h-3.5v3.5h-4v-3.5h-3.5v-4h3.5Z"],
];

function symbol(path: string, tone: string, dash = ""): SVGSVGElement {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("aria-hidden", "true");
  svg.classList.add(tone);
  const line = document.createElementNS(SVG, "path");
  line.setAttribute("d", path);
  for (const [name, value] of [["fill", "none"], ["stroke", "currentColor"], ["stroke-width", "2"], ["stroke-dasharray", dash]]) {
    if (value) line.setAttribute(name ?? "", value);
  }
  svg.append(line);
  return svg;
}

function legend(units: boolean): HTMLElement {
  const box = document.createElement("div");
  box.className = "map-legend";
  const item = (svg: SVGSVGElement, text: string): void => {
    const span = document.createElement("span");
    span.append(svg, text);
    box.append(span);
  };
  if (units) {
    for (const [, word, path] of SYMBOLS) item(symbol(path, "text"), say(word));
    for (const [tone, word] of [["good", "legend.available"], ["blue", "legend.en_route"], ["orange", "legend.on_scene"]]) {
      item(symbol("M1 8h14", tone ?? ""), say(word ?? ""));
    }
    item(symbol("M1 8h14", "idle", "3 2"), say("legend.old_fix"));
  }
  item(symbol("M1 8h14", "faint", "3 2"), say("legend.invented"));
  return box;
}

/** Add the furniture once. */
export function drawFurniture(host: HTMLElement, map: LibreMap, still: boolean): void {
  const credit = document.createElement("small");
  credit.className = "map-credit";
  credit.textContent = CREDIT + say("map.not_standard");
  host.append(credit);
  if (host.hasAttribute("legend")) host.append(legend(host.getAttribute("legend") === "units"));
  if (still) return;
  const zoom = document.createElement("div");
  zoom.className = "map-zoom";
  zoom.append(zoomButton(say("map.zoom_in"), "+", () => map.zoomIn()), zoomButton(say("map.zoom_out"), "−", () => map.zoomOut()));
  host.append(zoom);
}

/** The same features as a list of links, for keyboard and screen reader; focus brings one to the middle. */
export function drawLinks(host: HTMLElement, features: Feature[], show: (feature: Feature) => void): void {
  host.querySelector(".map-links")?.remove();
  const list = document.createElement("ul");
  list.className = "map-links visually-hidden";
  for (const feature of features.filter((each) => each.properties?.href).slice(0, LINKS_AT_MOST)) {
    const link = document.createElement("a");
    link.href = String(feature.properties?.href);
    link.textContent = String(feature.properties?.label || feature.properties?.title || link.href);
    link.addEventListener("focus", () => show(feature));
    const item = document.createElement("li");
    item.append(link);
    list.append(item);
  }
  if (list.childElementCount) host.append(list);
}
