// Marks on the map, drawn on a canvas in the tokens' colours: priority shapes, units, stops, plain dots.
import type { Map as LibreMap } from "maplibre-gl";
import type { Colours } from "./map-style";

const SIZE = 24;
const SCALE = 2;

export const STATUS_TONE: Record<string, string> = {
  available: "good", offered: "red", acknowledged: "blue", en_route: "blue", on_scene: "orange", busy: "idle", off_duty: "idle", defect: "idle",
};
const PRIORITY_TONE = ["idle", "red", "orange", "blue", "idle"];

type Properties = Record<string, unknown>;
type Draw = (ctx: CanvasRenderingContext2D, colours: Colours) => void;

const PATHS: Record<string, string> = {
  diamond: "M12 2.5 21.5 12 12 21.5 2.5 12Z",
  triangle: "M12 3.5 21.5 20.5H2.5Z",
  disc: "M12 4a8 8 0 1 0 .01 0Z",
  square: "M4.5 4.5h15v15h-15Z",
  cross: "M8.5 3.5h7v5h5v7h-5v5h-7v-5h-5v-7h5Z",
  circle: "M12 4a8 8 0 1 0 .01 0Z",
  house: "M4.5 11 12 4l7.5 7V20.5h-15Z",
};

function ring(shape: string, tone: string, stale: boolean): Draw {
  return (ctx, colours) => {
    const path = new Path2D(PATHS[shape] ?? PATHS.circle);
    ctx.fillStyle = colours.panel ?? "";
    ctx.fill(path);
    ctx.lineWidth = 2.6;
    ctx.setLineDash(stale ? [3, 2.5] : []);
    ctx.strokeStyle = colours[stale ? "idle" : tone] ?? "";
    ctx.stroke(path);
  };
}

function solid(shape: string, tone: string): Draw {
  return (ctx, colours) => {
    const path = new Path2D(PATHS[shape]);
    ctx.lineWidth = 2.5;
    ctx.lineJoin = "round";
    ctx.strokeStyle = colours.panel ?? "";
    ctx.stroke(path);
    ctx.fillStyle = colours[tone] ?? "";
    ctx.fill(path);
  };
}

function dot(tone: string): Draw {
  return (ctx, colours) => {
    ctx.beginPath();
    ctx.arc(12, 12, 5, 0, 7);
    ctx.fillStyle = colours[tone] ?? colours.idle ?? "";
    ctx.fill();
    ctx.lineWidth = 2;
    ctx.strokeStyle = colours.panel ?? "";
    ctx.stroke();
  };
}

function stop(label: string): Draw {
  return (ctx, colours) => {
    ctx.beginPath();
    ctx.arc(12, 12, 9.5, 0, 7);
    ctx.fillStyle = colours.accent ?? "";
    ctx.fill();
    ctx.fillStyle = colours["on-accent"] ?? "";
    ctx.font = "600 13px sans-serif";
    ctx.textAlign = "center";
    ctx.textBaseline = "middle";
    ctx.fillText(label, 12, 12.5);
  };
}

/** The image name of a feature: what it is, which shape, which colour. */
export function markName(p: Properties): string {
  if (p.mark === "unit") return `unit/${p.shape ?? "circle"}/${STATUS_TONE[String(p.status)] ?? "idle"}/${p.stale ? "stale" : "fresh"}`;
  if (p.mark === "stop") return `stop/${p.number ?? ""}`;
  if (p.priority) return `priority/${p.priority}`;
  return `dot/${p.tone ?? "idle"}`;
}

function drawing(name: string): Draw {
  const [kind, first, second, third] = name.split("/");
  if (kind === "unit") return ring(first ?? "", second ?? "", third === "stale");
  if (kind === "stop") return stop(first ?? "");
  if (kind !== "priority") return dot(first ?? "");
  const level = Number(first);
  const tone = PRIORITY_TONE[level] ?? "idle";
  if (level === 4) return ring("disc", tone, false);
  return solid(["disc", "diamond", "triangle", "disc"][level] ?? "disc", tone);
}

/** Draw every image of `names` that the map does not have yet. */
export function addMarks(map: LibreMap, names: Iterable<string>, colours: Colours): void {
  for (const name of names) {
    if (map.hasImage(name)) continue;
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = SIZE * SCALE;
    const ctx = canvas.getContext("2d");
    if (!ctx) return;
    ctx.scale(SCALE, SCALE);
    drawing(name)(ctx, colours);
    map.addImage(name, ctx.getImageData(0, 0, canvas.width, canvas.height), { pixelRatio: SCALE });
  }
}
