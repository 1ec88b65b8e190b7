// <linli-map>: the offline map. No glyph server, no tiles, no request outside the house.
//
//   src        URL of a GeoJSON FeatureCollection; or the same inline in a <script type="application/json"> child
//   base       folder of the base layers (default /maps/base/)   zoom, center="lng,lat", fit (to the features)
//   legend     show the legend     pick="lng-field-id,lat-field-id"  a click fills the two fields
//   reload     DOM event that reads src anew, such as live:units     still   no pan and zoom (a picture)
// Feature properties: mark "unit" (shape, status, stale) | "stop" (number) | priority 1-4 | tone;
//   label, href, key, pulse; lines: tone, estimated; polygons: tone, strength 0-1, size of the label's text.
// Sets data-rendered (features on screen) and data-points (those of src) whenever the map has come to rest.
import * as maplibre from "maplibre-gl";
import "maplibre-gl/dist/maplibre-gl.css";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?url";
import type { Feature, FeatureCollection } from "geojson";
import { addMarks, markName } from "./map-marks";
import { addData, DATA_LAYERS } from "./map-data";
import { drawFurniture, drawLinks } from "./map-parts";
import { baseStyle, readColours } from "./map-style";
import { say } from "./words";

maplibre.setWorkerUrl(workerUrl);

const CITY: [number, number] = [117.4, 30.2];
const EMPTY: FeatureCollection = { type: "FeatureCollection", features: [] };
const RELOAD_AFTER = 1000; // ms in which the events of a burst are gathered into one reading
const RELOAD_LATEST = 5000;
const REST = 4; // times as long as a drawing took, the page does other things: without a graphics card that matters

export class LinliMap extends HTMLElement {
  private map: maplibre.Map | null = null;
  private data: FeatureCollection = EMPTY;
  private pulses: maplibre.Marker[] = [];
  private soon = 0;
  private drawnAt = 0;
  private drawingTook = 0;
  private picked: maplibre.Marker | null = null;
  private readonly listeners = new AbortController();

  connectedCallback(): void {
    if (this.map) return;
    try {
      this.start();
    } catch (error) {
      this.note(say("map.no_webgl"));
      console.warn("map:", error);
    }
  }

  disconnectedCallback(): void {
    this.listeners.abort();
    this.map?.remove();
    this.map = null;
  }

  private start(): void {
    const canvas = document.createElement("div");
    canvas.className = "map-canvas";
    this.prepend(canvas);
    const still = this.hasAttribute("still");
    const map = new maplibre.Map({
      container: canvas, style: this.style_(), center: this.center(), zoom: Number(this.getAttribute("zoom") ?? 8),
      minZoom: 5, maxZoom: 16, attributionControl: false, interactive: !still, dragRotate: false, pitchWithRotate: false,
      touchPitch: false, fadeDuration: 0, refreshExpiredTiles: false, maxPitch: 0, localIdeographFontFamily: "sans-serif",
    } as maplibre.MapOptions);
    this.map = map;
    map.keyboard.disableRotation();
    map.getCanvas().setAttribute("aria-label", this.getAttribute("label") ?? say("map.label"));
    drawFurniture(this, map, still);
    map.on("style.load", () => this.drawData());
    map.on("idle", () => this.rest());
    map.on("error", (event) => this.failed(event));
    map.on("click", (event) => this.clicked(event));
    for (const layer of DATA_LAYERS) map.on("mousemove", layer, (event) => this.hover(event.features?.[0]));
    const { signal } = this.listeners;
    document.addEventListener("linli:theme", () => map.setStyle(this.style_(), { diff: false }), { signal });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => map.setStyle(this.style_(), { diff: false }), { signal });
    const reload = this.getAttribute("reload");
    for (const name of reload?.split(/\s+/) ?? []) document.addEventListener(name, () => this.loadSoon(), { signal });
    void this.load(true);
  }

  private style_(): maplibre.StyleSpecification {
    const base = new URL(this.getAttribute("base") ?? "/maps/base/", location.href).href;
    return baseStyle(base, document.documentElement.lang);
  }

  private center(): [number, number] {
    const [lng, lat] = (this.getAttribute("center") ?? "").split(",").map(Number);
    return lng && lat ? [lng, lat] : CITY;
  }

  /** One reading for the events of a second: while alarms pour in, the page has more to do than its map. */
  private loadSoon(): void {
    this.soon ||= window.setTimeout(() => {
      this.soon = 0;
      if (this.isConnected) void this.load();
    }, Math.min(RELOAD_LATEST, Math.max(RELOAD_AFTER, REST * this.drawingTook)));
  }

  /** Read the features anew, from src or from the inline element. */
  async load(first = false): Promise<void> {
    const src = this.getAttribute("src");
    if (src) {
      const answer = await fetch(src, { headers: { Accept: "application/geo+json, application/json" } }).catch(() => null);
      if (answer?.ok) this.data = (await answer.json()) as FeatureCollection;
      else if (first) this.note(say("map.no_data"));
    } else {
      const inline = this.querySelector<HTMLScriptElement>("script[type='application/json']");
      this.data = inline?.textContent ? (JSON.parse(inline.textContent) as FeatureCollection) : EMPTY;
    }
    for (const feature of this.data.features) feature.properties = { ...feature.properties, icon: markName(feature.properties ?? {}) };
    if (this.map?.isStyleLoaded() || this.map?.getSource("data")) this.drawData();
    drawLinks(this, this.data.features, (feature) => this.show(feature));
    if (first && this.hasAttribute("fit")) this.fit();
    if (first && this.hasAttribute("pick")) this.restorePick();
  }

  private drawData(): void {
    const map = this.map;
    if (!map) return;
    this.drawnAt = performance.now();
    const colours = readColours();
    addMarks(map, new Set(this.data.features.map((feature) => String(feature.properties?.icon))), colours);
    addData(map, this.data, colours);
    this.pulses.forEach((marker) => marker.remove());
    this.pulses = this.data.features.filter((feature) => feature.properties?.pulse && feature.geometry.type === "Point").map((feature) => {
      const element = document.createElement("div");
      element.className = "pulse";
      return new maplibre.Marker({ element }).setLngLat((feature.geometry as GeoJSON.Point).coordinates as [number, number]).addTo(map);
    });
  }

  private fit(): void {
    const bounds = new maplibre.LngLatBounds();
    const walk = (value: unknown): void => {
      if (!Array.isArray(value)) return;
      if (typeof value[0] === "number") bounds.extend(value as [number, number]);
      else value.forEach(walk);
    };
    for (const feature of this.data.features) if ("coordinates" in feature.geometry) walk(feature.geometry.coordinates);
    const maxZoom = Number(this.getAttribute("zoom") ?? 12);
    if (!bounds.isEmpty()) this.map?.fitBounds(bounds, { padding: 40, maxZoom, animate: false });
  }

  /** Bring one feature to the middle and say its name. */
  show(feature: Feature): void {
    if (feature.geometry.type !== "Point") return;
    this.map?.easeTo({ center: feature.geometry.coordinates as [number, number], zoom: Math.max(this.map.getZoom(), 11) });
  }

  private rest(): void {
    if (!this.map) return;
    if (this.drawnAt) this.drawingTook = performance.now() - this.drawnAt;
    this.drawnAt = 0;
    this.dataset.rendered = String(this.map.queryRenderedFeatures().length);
    this.dataset.points = String(this.map.queryRenderedFeatures({ layers: DATA_LAYERS.filter((layer) => this.map?.getLayer(layer)) }).length);
    this.dispatchEvent(new CustomEvent("linli:map-rest", { bubbles: true }));
  }

  private hover(feature: maplibre.MapGeoJSONFeature | undefined): void {
    if (!this.map) return;
    this.map.getCanvas().style.cursor = feature?.properties.href ? "pointer" : "";
  }

  private clicked(event: maplibre.MapMouseEvent): void {
    if (this.hasAttribute("pick")) return this.pick(event.lngLat);
    const layers = DATA_LAYERS.filter((layer) => this.map?.getLayer(layer));
    const feature = this.map?.queryRenderedFeatures(event.point, { layers })[0];
    if (!feature) return;
    const chosen = new CustomEvent("linli:map-choose", { bubbles: true, cancelable: true, detail: feature.properties });
    if (this.dispatchEvent(chosen) && feature.properties.href) location.assign(String(feature.properties.href));
  }

  private fields(): HTMLInputElement[] {
    const ids = (this.getAttribute("pick") ?? "").split(",");
    return ids.map((id) => document.getElementById(id.trim())).filter((field) => field instanceof HTMLInputElement);
  }

  private pick(at: maplibre.LngLat): void {
    const [lng, lat] = this.fields();
    if (!lng || !lat || !this.map) return;
    [lng.value, lat.value] = [at.lng.toFixed(6), at.lat.toFixed(6)];
    lng.dispatchEvent(new Event("change", { bubbles: true }));
    this.picked ??= new maplibre.Marker();
    this.picked.setLngLat(at).addTo(this.map);
  }

  private restorePick(): void {
    const [lng, lat] = this.fields().map((field) => Number(field.value));
    if (!lng || !lat || !this.map) return;
    this.picked = new maplibre.Marker().setLngLat([lng, lat]).addTo(this.map);
    this.map.jumpTo({ center: [lng, lat], zoom: 12 });
  }

  private failed(event: { error?: { message?: string }; sourceId?: string }): void {
    this.dataset.missing = [this.dataset.missing, event.sourceId ?? event.error?.message].filter(Boolean).join(" ");
  }

  private note(text: string): void {
    const note = document.createElement("p");
    note.className = "map-note";
    note.textContent = text;
    this.append(note);
  }
}

customElements.define("linli-map", LinliMap);
